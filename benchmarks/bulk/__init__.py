"""Decisions in bulk, beside other ways to decide the same rows: made-up law of a usual size, made-up logs."""
