"""Whole audits of long logs, from the file to the folder of results: what each step takes."""
