"""Layouts: what the columns of a log mean, as data. Built-in layouts and a user's mapping have the same form.

A layout says only what a row itself tells. What no column tells stays unknown, and the answers say so.
"""
