"""The version of the program: part of every receipt."""

VERSION = "0.1.0"
