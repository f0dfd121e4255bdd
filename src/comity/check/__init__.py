"""Checks the law as a whole: conflicts, gaps, norms and exceptions that can never act, and what is acknowledged."""
