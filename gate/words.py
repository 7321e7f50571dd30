"""用语 The words the gate speaks with: the catalogue of the language that was asked for."""

import os
import sys
from collections.abc import Sequence

from model import Fault
from report.messages import LANGUAGES, Messages


def _language(words: Sequence[str]) -> str:
    """The language asked for anywhere on the line, else DUWANG_LANG, else Chinese."""
    for word, following in zip(words, [*words[1:], ""], strict=False):
        if word == "--lang":
            return _named(following)
        if word.startswith("--lang="):
            return _named(word.removeprefix("--lang="))
    return _named(os.environ.get("DUWANG_LANG", "zh_CN"))


def _named(text: str) -> str:
    return "en" if text.lower().startswith("en") else "zh_CN"


def known_language(text: str) -> str:
    if text.lower().replace("-", "_") not in {one.lower() for one in LANGUAGES} | {"zh"}:
        raise Fault("fault.language_unknown", text=text, known=", ".join(LANGUAGES))
    return text


MESSAGES = Messages(_language(sys.argv[1:]))
DEFAULT_LANG = MESSAGES.language
say = MESSAGES.text


def help_of(message_id: str) -> str:
    return say(f"help.{message_id}")
