"""一览 Reference pages made from the packs and checks themselves, in Markdown, one language each."""

import inspect
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from model import CheckModule, Rule, RulePack
from report.messages import Messages
from report.messages import catalogue as texts_of
from report.text import label, number, plain

NAV = ("audit", "packs", "rules", "checks", "howto", "storage", "architecture", "reading", "accuracy")
HEADINGS = ("何为问题", "怎样测量", "反例", "正例", "局限")


def rules_page(packs: Iterable[RulePack], messages: Messages) -> str:
    """指标一览 Every bundled pack with its own rules, manual entries and features, in the order of its file."""
    lines = [*_head("rules", messages), _said(messages, "rules.intro"), ""]
    for pack in packs:
        lines += [*_pack(pack, messages), ""]
    return "\n".join(lines)


def checks_page(
    checks: Mapping[str, CheckModule], cases: Mapping[str, Mapping[str, int]], messages: Messages
) -> str:
    """检查一览 Every check: what it measures, its parameters, what it may say. `cases`: how many of each outcome."""
    lines = [*_head("checks", messages), _said(messages, "checks.intro"), ""]
    for name, check in sorted(checks.items()):
        lines += [*_check(name, check, cases.get(name, {}), messages), ""]
    return "\n".join(lines)


def _head(page: str, messages: Messages) -> Iterator[str]:
    english = messages.language == "en"
    suffix, other = ("", ".zh-CN") if english else (".zh-CN", "")
    links = [f"[{_said(messages, 'other')}]({page}{other}.md)"]
    links += [f"[{_said(messages, f'nav.{name}')}]({name}{suffix}.md)" for name in NAV if name != page]
    yield f"# {_said(messages, f'{page}.title')}"
    yield ""
    yield " · ".join(links)
    yield ""


def _pack(pack: RulePack, messages: Messages) -> Iterator[str]:
    english = messages.language == "en"
    yield f"## {pack.id}"
    yield ""
    title = _cell((pack.title_en if english else None) or pack.title)
    said = _said(messages, "pack", title=title, document=_cell(pack.document), version=_cell(pack.version))
    yield said + (_said(messages, "extends", base=_cell(pack.extends)) if pack.extends else "")
    yield ""
    if pack.rules:
        columns = ("rule", "title", "severity", "points", "check", "basis", "answers")
        yield from _table(
            (_said(messages, f"col.{name}") for name in columns), (_rule(one, messages) for one in pack.rules)
        )
    for part in ("manual", "features"):
        entries: tuple[Any, ...] = getattr(pack, part)
        if entries:
            yield ""
            yield _said(messages, f"{part}.intro")
            yield ""
            heads = (_said(messages, f"col.{name}") for name in ("rule", "title", "basis", "answers"))
            yield from _table(heads, (_entry(one, messages) for one in entries))


def _rule(rule: Rule, messages: Messages) -> Iterator[str]:
    english = messages.language == "en"
    yield f"`{rule.id}`"
    yield _cell((rule.title_en if english else None) or rule.title)
    shown = label(messages, "severity", rule.severity)
    yield shown if not rule.preview else f"{shown}, {_said(messages, 'preview')}"
    yield number(rule.points) if rule.scored and rule.points is not None else "–"
    yield f"[`{rule.check}`](checks{'' if english else '.zh-CN'}.md#{rule.check})"
    yield _basis(rule)
    yield " ".join(rule.answers) or "–"


def _entry(entry: Any, messages: Messages) -> Iterator[str]:
    title = (entry.title_en if messages.language == "en" else None) or entry.title
    command = getattr(entry, "command", None)
    yield f"`{entry.id}`"
    yield _cell(title) + (f" ({command})" if command else "")
    yield _basis(entry)
    yield " ".join(entry.answers) or "–"


def _basis(entry: Any) -> str:
    return "; ".join(f"{_cell(one.document)} {_cell(one.clause)} ({one.grade})" for one in entry.basis)


def _check(name: str, check: CheckModule, cases: Mapping[str, int], messages: Messages) -> Iterator[str]:
    first, _, rest = (inspect.getdoc(check) or name).partition("\n")
    yield f"## {name}"
    yield ""
    chinese, _, sentence = first.partition(" ")
    yield sentence if messages.language == "en" else f"{chinese} · {sentence}"
    yield ""
    if messages.language != "en":
        for line in rest.splitlines():
            heading, colon, text = line.partition(":")
            if colon and heading in HEADINGS:
                yield f"- **{heading}** {_cell(text)}"
        yield ""
    subject = label(messages, "reference.subject", check.SUBJECT)
    counts = " / ".join(str(cases.get(outcome, 0)) for outcome in ("pass", "fail", "unsure"))
    yield _said(messages, "subject", subject=subject, cases=counts, file=f"fixtures/checks/{name}.yaml")
    yield ""
    fields = check.Params.model_fields
    if fields:
        yield _cell(" ".join((inspect.getdoc(check.Params) or "").partition(" ")[2].split()))
        yield ""
        yield from _table(
            (_said(messages, f"col.{one}") for one in ("param", "type", "default")),
            (_field(one, field, messages) for one, field in fields.items()),
        )
        yield ""
    yield _said(messages, "says")
    yield ""
    start = f"check.{name}."
    for message_id, text in texts_of(messages.language).items():
        if message_id.startswith(start):
            yield f"- `{message_id.removeprefix(start)}`: {_cell(text)}"


def _field(name: str, field: Any, messages: Messages) -> Iterator[str]:
    yield f"`{name}`"
    annotation = field.annotation
    shown = getattr(annotation, "__name__", "") if not getattr(annotation, "__args__", ()) else ""
    yield f"`{_cell(shown or str(annotation)).replace('typing.', '').replace('model.', '')}`"
    if field.is_required():
        yield _said(messages, "required")
    else:
        yield f"`{_cell(_default(field.default))}`"


def _default(value: Any) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(_default(one) for one in value) + "]"
    return "–" if value is None else str(value)


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    names = list(heads)
    yield "| " + " | ".join(names) + " |"
    yield "|" + "---|" * len(names)
    for row in rows:
        yield "| " + " | ".join(row) + " |"


def _said(messages: Messages, line: str, **params: object) -> str:
    return messages.text(f"reference.{line}", **params)


def _cell(text: str) -> str:
    return plain(text).replace("|", "\\|").replace("<", "&lt;")
