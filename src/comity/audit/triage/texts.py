"""Reason texts in one form, so that the same words are one text; and the digest by which a text is known elsewhere."""

from __future__ import annotations

from comity.audit.reading.database import quoted

DIGITS_OF_DIGEST = 20
"""Hexadecimal digits kept of the SHA-256: enough to tell a million texts apart."""

LONGEST_TEXT = 1_000
"""What is read of a text; no reason typed by a person is longer."""


def normalised(cell: str) -> str:
    """SQL for a text with blanks for `+` (URL encoding), in lower case, composed letters and single blanks."""
    plain = f"nfc_normalize(replace(left(coalesce({cell}, ''), {LONGEST_TEXT}), '+', ' '))"
    return f"lower(trim(regexp_replace({plain}, '[\\s\\x{{00A0}}]+', ' ', 'g')))"


def digest(text: str) -> str:
    """SQL for the digest of a normalised text."""
    return f"left(sha256({text}), {DIGITS_OF_DIGEST})"


def found_in(pattern: str, text: str) -> str:
    """SQL for whether the pattern is found anywhere in the text."""
    return f"regexp_matches({text}, {quoted(pattern)})" if pattern else "true"
