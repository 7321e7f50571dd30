"""文案 The two message catalogues: every sentence a person reads, by id, in zh_CN and en.

One TOML file per room and language, flat: `"fault.url_invalid" = "…{url}…"`. Texts take plain named
parameters only. A missing id is our bug: it shows the id itself rather than failing a report.
"""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("zh_CN", "en")


class Messages:
    """文案目录 Texts of one language. `text()` fills the named parameters; `has()` tells whether an id exists."""

    def __init__(self, language: str = "zh_CN") -> None:
        self.language = language if language in LANGUAGES else "zh_CN"
        self._texts = catalogue(self.language)

    def has(self, message_id: str) -> bool:
        return message_id in self._texts

    def text(self, message_id: str, **params: Any) -> str:
        template = self._texts.get(message_id)
        if template is None:
            shown = ", ".join(f"{name}={value}" for name, value in params.items())
            return f"{message_id}({shown})" if shown else message_id
        return template.format_map(_Params(params))


class _Params(dict[str, Any]):
    """A parameter that a finding of an older version lacks shows as its own name."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


@cache
def catalogue(language: str) -> dict[str, str]:
    """一种语言的全部文案 All texts of one language. Raises ValueError when two files give one id."""
    texts: dict[str, str] = {}
    for file in sorted(files(__package__).joinpath(language).iterdir(), key=lambda found: found.name):
        if file.name.endswith(".toml"):
            for message_id, text in tomllib.loads(file.read_text("utf-8")).items():
                if message_id in texts:
                    raise ValueError(f"message {message_id} stands twice, second in {language}/{file.name}")
                texts[message_id] = text
    return texts
