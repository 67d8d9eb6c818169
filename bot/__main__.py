"""Where ``quoth`` is entered: Ctrl-C is heeded before anything else is imported."""

from __future__ import annotations

from bot.interrupts import begin


def main() -> None:
    """The entry point of ``quoth``."""
    begin()
    from bot import cli

    cli.main()


if __name__ == "__main__":
    main()
