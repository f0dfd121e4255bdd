"""Logs in bulk: read, placed with the agency that held the person, decided under the law of the day, counted.

A row shows what its source recorded, never that a law was kept or broken.
"""
