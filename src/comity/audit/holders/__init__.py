"""Holders: which agency a name means, by name, state and city, and how that is known."""

from comity.audit.holders.resolver import Resolver
from comity.audit.holders.table import resolve

__all__ = ["Resolver", "resolve"]
