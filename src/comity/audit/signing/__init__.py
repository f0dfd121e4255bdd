"""Signatures: rows that the law cannot tell apart, found by a few integer expressions in SQL, and decided once each."""
