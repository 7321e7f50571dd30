"""纸面 Templates for what leaves the house: everything is cleaned by `plain` and escaped, whoever wrote it."""

from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from report.figures import minute_text
from report.messages import Messages
from report.text import label, link_target, plain, shorten

_TEMPLATES = Path(__file__).parent / "templates"


def environment(messages: Messages) -> Environment:
    """模板环境 With `t` for texts, `label` for names of values, `href` and `shorten` as filters."""
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, finalize=_clean,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.globals["t"] = messages.text
    made.globals["label"] = partial(label, messages)
    made.globals["language"] = "zh-CN" if messages.language == "zh_CN" else "en"
    made.filters["href"] = lambda url: link_target(plain(url))
    made.filters["moment"] = minute_text
    made.filters["shorten"] = lambda text, longest=160: shorten(plain(text), longest)
    return made


def _clean(value: Any) -> Any:
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value
