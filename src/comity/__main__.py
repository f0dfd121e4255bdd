"""The command as a process of its own: Ctrl-C ends it in one line, also while its modules are still being read."""

import sys


def main() -> None:
    """Run the command that the process was told. Raises SystemExit with its exit status."""
    try:
        from comity.cli import main as command

        command()
    except KeyboardInterrupt:
        from comity.interruption import tell_interruption

        sys.exit(tell_interruption())


if __name__ == "__main__":
    main()
