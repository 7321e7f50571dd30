"""摘要之文 A digest in words: at most about fifty lines, as text, Markdown, HTML or JSON.

What could not be checked is told at the top, beside the counts, so that no cut ever takes it away.
"""

import json
import re
from collections.abc import Sequence
from itertools import zip_longest
from typing import Any, NamedTuple

from model import (
    Change,
    Delivery,
    DeliveryState,
    Digest,
    DigestItem,
    DigestPart,
    ScoreFigures,
    Severity,
    SiteLine,
    Unseen,
)
from report.figures import minute_text
from report.messages import Messages
from report.paper import environment
from report.text import describe, label, number, plain, shorten, title_of

MOST_LINES = 50  # of text, empty ones not counted
_ITEM_LINES = 26  # what is left of them for single findings, sites and reasons
_MARKS = str.maketrans(
    {"<": "＜", ">": "＞", "[": "［", "]": "］", "`": "｀", "*": "＊", "#": "＃", "|": "｜", "~": "～"}
)
_SCHEME = re.compile(r"\b[a-z][a-z0-9+.-]*://", re.IGNORECASE)


class Chapter(NamedTuple):
    """一节 `more`: how many lines there would be beyond those given, of those that were counted."""

    name: str
    head: str
    lines: tuple[str, ...]
    more: int


class Told(NamedTuple):
    """成文 A digest in words, no form yet. `lead` sums up; `foot` says where the whole is to be had."""

    title: str
    lead: tuple[str, ...]
    chapters: tuple[Chapter, ...]
    foot: str


def tell_digest(digest: Digest, messages: Messages) -> Told:
    """成文 The digest's sentences. Each chapter has at least one line; the room there is, is shared out in turns."""
    drafts = [("unseen", messages.text("digest.head.unseen", count=digest.unseen_count),
               [_unseen(one, messages) for one in digest.unseen], digest.unseen_count)]  # fmt: skip
    drafts += [
        (part.change.value, _head(part, messages), [_item(part.change, one, messages) for one in part.items], part.count)
        for part in digest.parts
    ]  # fmt: skip
    drafts.append(("sites", messages.text("digest.head.sites", count=digest.lines_count),
                   [_site(one, messages) for one in digest.lines], digest.lines_count))  # fmt: skip
    drafts = [draft for draft in drafts if draft[3]]
    rooms = _shared([len(lines) for _, _, lines, _ in drafts])
    return Told(
        title=title_text(digest, messages),
        lead=tuple(_lead(digest, messages)),
        chapters=tuple(
            Chapter(name, head, tuple(lines[:room]), count - room)
            for (name, head, lines, count), room in zip(drafts, rooms, strict=True)
        ),
        foot=messages.text("digest.whole", command=command_of(digest)),
    )


def title_text(digest: Digest, messages: Messages) -> str:
    """标题 What the digest is about; also the subject of a mail."""
    about = digest.organiser or digest.group
    scope = plain(about) if about else messages.text("digest.scope.all")
    if digest.channel and not about:
        scope = messages.text("digest.scope.channel", count=digest.asked)
    day = minute_text(digest.since)[:10]
    kind = "night" if digest.night else "since"
    return shorten(messages.text(f"digest.title.{kind}", scope=shorten(scope, 60), day=day), 120)


def command_of(digest: Digest) -> str:
    """命令 What prints the same digest in full."""
    words = ["duwang", "digest"]
    words += ["--night", digest.night] if digest.night else ["--since", minute_text(digest.since)[:10]]
    asked = {"--group": digest.group, "--organiser": digest.organiser, "--channel": digest.channel}
    for option, value in asked.items():
        if value:
            words += [option, f'"{plain(value)}"']
    return " ".join(words)


def render_text(told: Told, messages: Messages) -> str:
    """文本"""
    lines = [told.title, *told.lead]
    for chapter in told.chapters:
        lines += ["", chapter.head, *(f"- {line}" for line in chapter.lines), *_more(chapter, messages, "- ")]
    return "\n".join([*lines, "", told.foot, ""])


def render_markdown(told: Told, messages: Messages) -> str:
    """Markdown The small set that 企业微信 and 钉钉 show as well; no link, no mention, no image of a stranger's making."""
    lines = [f"## {marked(told.title)}", *(f"\n{marked(line)}" for line in told.lead)]
    for chapter in told.chapters:
        lines += ["", f"**{marked(chapter.head)}**", ""]
        lines += [f"- {marked(line)}" for line in chapter.lines] + _more(chapter, messages, "- ")
    return "\n".join([*lines, "", marked(told.foot), ""])


def marked(text: str) -> str:
    """去标记 The same words without any sign that Markdown, or a chat program, would act on."""
    return _SCHEME.sub("", plain(text)).translate(_MARKS)


def render_html(told: Told, messages: Messages) -> str:
    """HTML One self-contained page; also the rich half of a mail."""
    return environment(messages).get_template("digest.html.j2").render(told=told)


def render_json(digest: Digest, messages: Messages) -> str:
    """JSON For programs: the counts, and every item with its sentence."""
    return json.dumps(fields_of(digest, messages), ensure_ascii=True, indent=1, sort_keys=True) + "\n"


def fields_of(digest: Digest, messages: Messages) -> dict[str, Any]:
    """摘要字段 Plain values, ready for JSON."""
    plainly = digest.model_dump(mode="json", exclude={"parts", "unseen"})
    plainly["title"] = title_text(digest, messages)
    plainly["unseen"] = [
        {"key": one.key, "name": plain(one.name), "reason": one.reason, "text": _reason(one, messages)}
        for one in digest.unseen
    ]
    plainly["parts"] = [
        {
            "change": part.change.value, "count": part.count, "sites": part.sites,
            "items": [_item_fields(one, messages) for one in part.items],
        }
        for part in digest.parts
    ]  # fmt: skip
    return plainly


def _item_fields(item: DigestItem, messages: Messages) -> dict[str, Any]:
    finding, verdict = item.finding, item.finding.verdict
    return {
        "id": finding.id,
        "fingerprint": finding.fingerprint,
        "site": plain(item.site_name),
        "rule": verdict.rule_id,
        "title": title_of(finding, messages),
        "text": describe(finding, messages),
        "severity": verdict.severity.value,
        "state": finding.state.value,
        "locus": verdict.locus,
        "url": verdict.url,
        "first_seen": finding.first_seen.isoformat(),
        "due": item.due.isoformat() if item.due else None,
        "days": item.days,
    }


def cut(text: str, most_bytes: int, pointer: str) -> str:
    """截断 The text's whole lines that fit into so many bytes of UTF-8, the last one saying that there is more."""
    if len(text.encode()) <= most_bytes:
        return text
    room = most_bytes - len(pointer.encode()) - 1
    kept: list[str] = []
    for line in text.split("\n"):
        room -= len(line.encode()) + 1
        if room < 0:
            break
        kept.append(line)
    return "\n".join([*kept, pointer])


def _lead(digest: Digest, messages: Messages) -> list[str]:
    span = {"since": minute_text(digest.since), "until": minute_text(digest.until)}
    seen = "digest.seen" if digest.unseen_count else "digest.seen.all"
    if not digest.done:
        seen = "digest.seen.none"
    lines = [
        messages.text("digest.span", **span),
        messages.text(seen, asked=digest.asked, done=digest.done, unseen=digest.unseen_count),
    ]
    counts = {change.value: digest.count(change) for change in Change}
    lines.append(messages.text("digest.counts", standing=digest.standing, **counts))
    if digest.unverified:
        told = messages.text("digest.comma").join(
            f"{label(messages, 'outcome_verdict', outcome)} {count}"
            for outcome, count in digest.unverified.items()
        )
        lines.append(messages.text("digest.unverified", counts=told))
    return lines


def _head(part: DigestPart, messages: Messages) -> str:
    return messages.text(f"digest.head.{part.change.value}", count=part.count, sites=part.sites)


def _item(change: Change, item: DigestItem, messages: Messages) -> str:
    verdict = item.finding.verdict
    told = messages.text(
        "digest.item",
        id=item.finding.id,
        site=shorten(plain(item.site_name), 30),
        title=shorten(title_of(item.finding, messages), 40),
        text=shorten(describe(item.finding, messages), 110),
    )
    veto = messages.text("digest.veto") if verdict.severity is Severity.VETO else ""
    due = ""
    if item.due is not None and change in (Change.OVERDUE, Change.DUE_SOON, Change.DISPUTED):
        due = messages.text(f"digest.due.{change.value}", day=item.due.isoformat(), days=item.days or 0)
    return f"{told}{veto}{due}"


def _unseen(one: Unseen, messages: Messages) -> str:
    return messages.text(
        "digest.unseen.line", site=shorten(plain(one.name), 40), reason=_reason(one, messages)
    )


def _reason(one: Unseen, messages: Messages) -> str:
    params = {name: plain(str(value)) for name, value in one.params.items()}
    return shorten(plain(messages.text(one.reason, **params)), 160)


def _site(line: SiteLine, messages: Messages) -> str:
    told = [
        messages.text(f"digest.site.{name}", count=count)
        for name, count in (("new", line.new), ("reopened", line.reopened), ("fixed", line.fixed))
        if count
    ]
    if line.before and line.after and line.before != line.after:
        told.append(
            messages.text(
                "digest.site.score", before=_range(line.before, messages), after=_range(line.after, messages)
            )
        )
    if line.unverified:
        told.append(messages.text("digest.site.unverified", count=line.unverified))
    name = shorten(plain(line.name), 40)
    return messages.text("digest.site", site=name, changes=messages.text("digest.comma").join(told))


def _range(score: ScoreFigures, messages: Messages) -> str:
    if score.low == score.high:
        return number(score.high)
    return messages.text("score.range", low=number(score.low), high=number(score.high))


def _more(chapter: Chapter, messages: Messages, mark: str) -> list[str]:
    return [mark + messages.text("digest.more", count=chapter.more)] if chapter.more > 0 else []


def _shared(wanted: Sequence[int]) -> list[int]:
    """How many lines each chapter gets: one after the other takes one, while there are any."""
    got = [0] * len(wanted)
    turns = zip_longest(*([place] * count for place, count in enumerate(wanted)))
    for place in [one for turn in turns for one in turn if one is not None][: max(_ITEM_LINES, len(wanted))]:
        got[place] += 1
    return got


def posted_lines(deliveries: Sequence[Delivery], already: int, messages: Messages) -> list[str]:
    """送达情况 What became of each delivery, one line each, and the counts."""
    lines = [_posted_line(one, messages) for one in deliveries]
    if already:
        lines.append(messages.text("deliver.already", count=already))
    if not lines:
        return [messages.text("deliver.nothing")]
    if deliveries:
        counts = {state.value: sum(one.state is state for one in deliveries) for state in DeliveryState}
        lines.append(messages.text("deliver.counts", **counts))
    return lines


def _posted_line(one: Delivery, messages: Messages) -> str:
    told = {
        "channel": plain(one.channel),
        "title": title_text(one.digest, messages),
        "state": label(messages, "delivery_state", one.state),
        "tries": one.tries,
    }
    if one.reason is None:
        return messages.text("deliver.line", **told)
    line = messages.text("deliver.line.reason", **told, reason=reason_text(one, messages))
    if one.state is DeliveryState.WAITING:
        line += messages.text("deliver.next", at=minute_text(one.next_at))
    return line


def reason_text(one: Delivery, messages: Messages) -> str:
    """未送达原因"""
    params = {name: plain(str(value)) for name, value in one.params.items()}
    if "cause" in params:
        params["cause"] = label(messages, "cause.net", one.params["cause"])
    return plain(messages.text(one.reason or "", **params))
