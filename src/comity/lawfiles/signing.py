"""The signature of a reviewer, written into a law file."""

from __future__ import annotations

import re
from datetime import date

from comity.errors import RequestError
from comity.lawfiles.assurances import signed_digest, unsigned

_FIRST_KEY = re.compile(rb"^(?:instrument|jurisdiction):[^\n]*(?:\n|\Z)", re.MULTILINE)
LONGEST_NAME = 200


def sign(raw: bytes, by: str, on: date) -> bytes:
    """The bytes of a law file with the signature of a reviewer in place of any before it.

    Raises RequestError for a name that cannot stand in a line of the file.
    """
    name = by.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable() or '"' in name or "\\" in name:
        raise RequestError("bad_name", "a reviewer signs with a name and role in one plain line", "as")
    bare = unsigned(raw)
    first = _FIRST_KEY.search(bare)
    if first is None:
        raise RequestError("bad_file", "the file does not begin as a law file does", "sign")
    lines = f'reviewed_by: "{name}"\nreviewed_on: {on.isoformat()}\nreviewed_digest: {signed_digest(raw)}\n'
    return bare[: first.end()] + lines.encode() + bare[first.end() :]
