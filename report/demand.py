"""参数说明 What the parameters of a rule demand, in words: each with the name a pack writes it under."""

from collections.abc import Iterator, Mapping
from typing import Any

from model import Rule
from report.figures import figure_text
from report.messages import Messages
from report.text import label, plain, shorten

_LONGEST_LIST = 60  # a table of a pack may hold a whole country
_LONGEST_VALUE = 2000


def demand_lines(rule: Rule, messages: Messages) -> Iterator[str]:
    """逐项说明 One line a parameter that says something; those left empty are left out."""
    for name, value in rule.params.items():
        if not _says(value):
            continue
        told = label(messages, "param", name) if messages.has(f"param.{name}") else plain(name)
        yield messages.text(
            "why.param.line",
            label=told,
            name=name,
            value=shorten(_worded(name, value, messages), _LONGEST_VALUE),
        )


def _says(value: Any) -> bool:
    return value is not None and value is not False and value not in ("", [], (), {})


def _worded(name: str, value: Any, messages: Messages) -> str:
    if value is True:
        return messages.text("param.yes")
    if isinstance(value, Mapping):
        return _thing(value, messages)
    if isinstance(value, list | tuple):
        worded = [_worded(name, one, messages) for one in value[:_LONGEST_LIST]]
        if len(value) > _LONGEST_LIST:
            worded.append(messages.text("param.more", count=len(value)))
        return messages.text("page.join").join(worded)
    text = str(value)
    for family in (f"param.{name}", "kind"):
        if messages.has(f"{family}.{text}") and (family != "kind" or "kind" in name):
            return messages.text(f"{family}.{text}")
    return plain(figure_text(text, messages))


def _thing(value: Mapping[str, Any], messages: Messages) -> str:
    """A named thing and what else it is known by."""
    rest = [
        f"{label(messages, 'param.part', part)} {_worded(part, found, messages)}"
        for part, found in value.items()
        if part != "name" and _says(found) and found != "any"
    ]
    name = plain(str(value.get("name", "")))
    return messages.text("param.thing", name=name, rest="; ".join(rest)) if rest else name
