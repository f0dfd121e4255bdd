"""What is said of a command that Ctrl-C ended, at whatever moment."""

import sys

STATUS = 130
"""The exit status by which shells know such a command."""


def tell_interruption() -> int:
    """Says so in one line on the standard error stream. Returns the exit status."""
    # On a terminal the line has begun with ^C.
    sys.stderr.write("\ncomity: interrupted\n" if sys.stderr.isatty() else "comity: interrupted\n")
    return STATUS
