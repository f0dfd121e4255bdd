"""What an audit says: counted lines, figures and verdicts, and the files and pages that people read them in.

Everything here is made from the same counted lines, so that no two pages can disagree.
"""
