"""Problems found while law files are read: all are gathered, none stops the reading of other files."""

from __future__ import annotations

from comity.errors import ComityError, LawError


class Problems:
    """Everything found wrong, each with the file and line at which it stands."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, int, str, str], None] = {}

    def __len__(self) -> int:
        return len(self._found)

    def add(self, code: str, message: str, file: str, line: int) -> None:
        self._found[file, line, code, message] = None

    def add_all(self, others: Problems) -> None:
        self._found.update(others._found)

    def raise_any(self, what: str = "the law files") -> None:
        """Raises one `LawError` holding every problem of `what`, in order of file and line, if there is any."""
        if self._found:
            ordered = sorted(self._found, key=lambda problem: problem[:2])
            raise LawError(
                [ComityError(code, message, f"{file}:{line}") for file, line, code, message in ordered], what
            )
