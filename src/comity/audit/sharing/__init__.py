"""Standing checks of plate-reader sharing: who may search, for what, and what paper would settle it."""
