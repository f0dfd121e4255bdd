"""comity: the law of cooperation with federal immigration authorities, as data that decides."""

from __future__ import annotations

# Nothing is imported here, typing no more than the rest: Ctrl-C would meet the import before the program can answer it.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from comity.decide import Law
    from comity.findings import Decision, Finding

__all__ = ["Decision", "Finding", "Law"]

_HOMES = {"Law": "comity.decide", "Decision": "comity.findings", "Finding": "comity.findings"}


def __getattr__(name: str) -> Any:
    # Loaded on first use: a command that decides nothing should not wait for the engine.
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
