"""挂处 The one object all verbs hang on, and what hangs there."""

from typing import Any

import typer
from typer.main import get_command

from gate.words import help_of

app = typer.Typer(
    name="duwang", help=help_of("duwang"), no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    rich_markup_mode=None,
)  # fmt: skip


def verbs() -> dict[str, frozenset[str]]:
    """Every verb as a person types it, with its options: what a feature of a pack may name."""
    found: dict[str, frozenset[str]] = {}

    def walk(command: Any, words: str) -> None:
        inner = getattr(command, "commands", None)
        if inner is None:
            found[words] = frozenset(word for param in command.params for word in param.opts)
        for name, one in (inner or {}).items():
            walk(one, f"{words} {name}")

    walk(get_command(app), "duwang")
    return found
