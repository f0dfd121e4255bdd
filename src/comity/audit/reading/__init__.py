"""Reading logs of any usual form into the view `staged`: every record numbered, every fault set apart and named."""
