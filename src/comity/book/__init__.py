"""The reference documentation, written from the law files: a page a place, and indexes of norms, actions and facts."""
