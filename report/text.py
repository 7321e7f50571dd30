"""文字 Sentences from the catalogues, and strangers' words made harmless.

Titles, link texts and headers come from pages nobody vouches for. Whatever reaches a terminal, a cell or a
page goes through `plain`.
"""

import re
import unicodedata
from decimal import Decimal

from model import RECHECK, CaseState, Finding, Outcome, Run, RunState, Severity, Verdict
from report.messages import Messages

_ESCAPES = re.compile(
    r"(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"  # operating system command: title, clipboard, link
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"  # control sequence: colour, cursor
    r"|\x1b[ -/]*[0-~]?"  # any other escape
)
_SPACES = re.compile(r"\s+")
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"'\\]+", re.IGNORECASE)
_CAUSE_FAMILIES = ("outcome", "unread", "left", "challenge", "cause")
_LONGEST_VALUE = 300
_LONGEST_LINK = 2048


def plain(text: str) -> str:
    """净化文字 One line without control characters, terminal escapes, bidi overrides and invisible characters."""
    if text.isprintable() and "  " not in text:  # nothing to be done, as nearly always
        return text.strip()
    seen = "".join(character for character in _ESCAPES.sub("", text) if _visible(character))
    return _SPACES.sub(" ", seen).strip()


def _visible(character: str) -> bool:
    # Cf holds every bidi override, zero-width and tag character; Cs are halves of broken characters.
    return character.isspace() or unicodedata.category(character) not in ("Cc", "Cf", "Cs")


def shorten(text: str, longest: int) -> str:
    """截短 The text, or its beginning and an ellipsis, at most `longest` characters."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def link_target(url: str) -> str | None:
    """可点击网址 The address when it is a web address a reader may follow, else None (javascript:, data: …)."""
    return url if len(url) <= _LONGEST_LINK and _WEB_ADDRESS.fullmatch(url) else None


def label(messages: Messages, family: str, value: object) -> str:
    """名称 The name a person sees for a value (`severity.deduct`); the value itself when the catalogue has none."""
    message_id = f"{family}.{value}"
    return messages.text(message_id) if messages.has(message_id) else plain(str(value))


def describe(found: Finding | Verdict, messages: Messages) -> str:
    """问题描述 The sentence of a finding or verdict.

    A parameter named after a family of labels (`kind`, `relation`, `outcome`, …) is shown by its label.
    """
    verdict = found.verdict if isinstance(found, Finding) else found
    params = {name: _shown(messages, name, value) for name, value in verdict.params.items()}
    return plain(messages.text(verdict.message_id, **params))


def _shown(messages: Messages, name: str, value: str | int) -> str | int:
    if isinstance(value, int):
        return value
    labelled = f"{name}.{value}"
    return messages.text(labelled) if messages.has(labelled) else shorten(plain(value), _LONGEST_VALUE)


def title_of(finding: Finding, messages: Messages) -> str:
    """问题类型 The rule's title in the reader's language, where the pack has it."""
    english = finding.title_en if messages.language == "en" else None
    return plain(english or finding.title)


def state_of(finding: Finding, messages: Messages) -> str:
    """状态 The ledger's state; an unsure finding accuses nobody, so it says that a person must look, or one more night."""
    if finding.state is CaseState.SUSPECTED and "nights_seen" in finding.verdict.params:
        told = finding.verdict.params
        return messages.text("state.suspected.nights", n=told["nights_seen"], of=told["nights_asked"])
    if finding.verdict.outcome is not Outcome.FAIL:
        return label(messages, "outcome_verdict", finding.verdict.outcome)
    return label(messages, "state", finding.state)


def run_state_of(run: Run, messages: Messages) -> str:
    """检查状态 A look at one finding again, for a review, is none that broke off."""
    rechecked = run.state is RunState.INTERRUPTED and run.reason == RECHECK
    return label(messages, "run_state", "recheck" if rechecked else run.state)


def points_of(finding: Finding, messages: Messages) -> str:
    """扣分 What the finding costs, or in words why it costs nothing."""
    verdict = finding.verdict
    if verdict.preview:
        return messages.text("points.preview")
    if finding.counts_as is not verdict.outcome:  # waived or withdrawn
        return messages.text("points.excused")
    if verdict.severity is Severity.ADVISE:
        return messages.text("points.advise")
    if verdict.severity is Severity.VETO:
        return messages.text("points.veto")
    if verdict.graded_whole:
        return messages.text("points.ladder")
    if finding.points is None and verdict.severity is Severity.BONUS:
        return messages.text("points.no_bonus")
    if finding.points is None:
        return messages.text("points.unknown")
    if verdict.outcome is not Outcome.FAIL:
        return messages.text("points.unsure", points=number(finding.points))
    sign = "bonus" if verdict.severity is Severity.BONUS else "deduct"
    return messages.text(f"points.{sign}", points=number(finding.points))


def number(value: Decimal) -> str:
    """数字 A decimal as people write it: 2, 0.5, 100; never 1E+2."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def cause_text(cause: str, messages: Messages) -> str:
    """原因 Why a thing was not seen: the class of its fetch, a budget, or a finer cause."""
    if re.fullmatch(r"status_\d+", cause) and messages.has("cause.status"):
        return messages.text("cause.status", status=plain(cause.removeprefix("status_")))
    family = next((name for name in _CAUSE_FAMILIES if messages.has(f"{name}.{cause}")), "cause")
    return label(messages, family, cause)


def remedy_text(cause: str, messages: Messages) -> str | None:
    """处理办法 How a person can mend it, when the catalogues know."""
    known = (f"{name}.{cause}.remedy" for name in _CAUSE_FAMILIES)
    return next((messages.text(message_id) for message_id in known if messages.has(message_id)), None)
