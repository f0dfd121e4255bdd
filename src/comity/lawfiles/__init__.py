"""Reads law files: YAML to typed values, every problem named at its file and line."""
