"""Law compared: what changed between two dates, places or proposals; what holds in every case; what never can."""
