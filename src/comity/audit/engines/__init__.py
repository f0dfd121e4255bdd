"""Databases other than the one at hand, in which a log may lie: the same signatures, worked out there."""
