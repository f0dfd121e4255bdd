"""The commands of `comity`, one module each, imported only when used."""
