"""通报之门 Verbs that tell others: what changed, printed or sent."""

from contextlib import closing
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gate import typed
from gate.options import DEFAULT_DB, DEFAULT_LANG, AsJson, AsOf, Db, Lang
from gate.terminal import complain, print_json, when
from gate.words import MESSAGES, help_of, say
from model import Delivery, DeliveryState, Fault
from report.text import plain

if TYPE_CHECKING:
    from audit.delivery import Posted
    from storage import Span, Store


class DigestForm(StrEnum):
    """摘要格式"""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    JSON = "json"


Night = Annotated[str | None, typer.Option("--night", help=help_of("opt.digest_night"))]
Since = Annotated[str | None, typer.Option("--since", help=help_of("opt.digest_since"))]
GroupName = Annotated[str | None, typer.Option("--group", help=help_of("opt.digest_group"))]
Organiser = Annotated[str | None, typer.Option("--organiser", help=help_of("opt.digest_organiser"))]


def digest(
    night: Night = None,
    since: Since = None,
    group: GroupName = None,
    organiser: Organiser = None,
    channel: Annotated[str | None, typer.Option("--channel", help=help_of("opt.digest_channel"))] = None,
    form: Annotated[
        DigestForm, typer.Option("--format", help=help_of("opt.digest_format"))
    ] = DigestForm.TEXT,
    out: Annotated[Path | None, typer.Option("--out", help=help_of("opt.digest_out"))] = None,
    as_of: AsOf = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
) -> None:
    from audit.conclude import moment_of
    from audit.digest_view import Asked, Sources, digest_of
    from report.digest import render_html, render_json, render_markdown, render_text, tell_digest
    from report.output import write_whole

    now = typed.moment(as_of) or datetime.now(UTC)
    with closing(typed.store(db, create=False)) as store:
        span = _span(store, night, since, now)
        found = digest_of(Sources(store), span, moment_of(now), Asked(group, organiser, channel))
    if form is DigestForm.JSON:
        text = render_json(found, MESSAGES)
    else:
        forms = {
            DigestForm.TEXT: render_text,
            DigestForm.MARKDOWN: render_markdown,
            DigestForm.HTML: render_html,
        }
        text = forms[form](tell_digest(found, MESSAGES), MESSAGES)
    if out:
        write_whole(out, text.encode())
        print(say("digest.written", path=str(out)))
    else:
        print(text, end="")


def deliver(
    channel: Annotated[list[str] | None, typer.Option("--channel", help=help_of("opt.channel"))] = None,
    channels: Annotated[
        Path | None, typer.Option("--channels", help=help_of("opt.channels"), metavar="FILE.toml")
    ] = None,
    night: Night = None,
    since: Since = None,
    group: GroupName = None,
    organiser: Organiser = None,
    retry: Annotated[bool, typer.Option("--retry", help=help_of("opt.retry"))] = False,
    anew: Annotated[bool, typer.Option("--anew", help=help_of("opt.delivered_anew"))] = False,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> int:
    from audit.channels import channel_file
    from audit.delivery import Posted, digests_for, send_due
    from audit.digest_view import Asked

    names = tuple(dict.fromkeys(channel or ()))
    file = channel_file(channels)
    for name in names:
        file.channel(name)
    with closing(typed.store(db, create=False)) as store:
        already = 0
        if not retry:
            now = _now()
            span = _span(store, night, since, now)
            asked = Asked(group, organiser)
            made = digests_for(store, file, names, span, asked, now, anew=anew, language=MESSAGES.language)
            already = len(made) - len(store.put_deliveries(made))
        sent = send_due(store, file, _now, names or None)
        posted = Posted(sent, already, (), file.open_to_others())
        left = len(store.deliveries(names or None))
    if as_json:
        print_json(_fields(posted))
    tell_posted(posted, quiet=as_json)
    return 1 if left or posted.of(DeliveryState.GIVEN_UP) else 0


def tell_posted(posted: "Posted", *, quiet: bool = False) -> None:
    """告知送达 What became of each delivery; warnings go where complaints go."""
    from report.digest import posted_lines

    for path in posted.open_files:
        complain(say("channels.open_to_others", path=str(path)))
    for fault in posted.faults:
        complain(say(fault.message_id, **fault.params))
    if not quiet:
        for line in posted_lines(posted.deliveries, posted.already, MESSAGES):
            print(line)


def _now() -> datetime:
    return datetime.now(UTC)


def _span(store: "Store", night: str | None, since: str | None, now: datetime) -> "Span":
    """What a person asked about: a night, a time, or, when nothing is said, the last night."""
    from audit.delivery import span_of_night
    from storage import Span

    if night and since:
        raise Fault("fault.digest_both")
    if since:
        start = typed.since(since)
        if start >= now:
            raise Fault("fault.digest_since_late", since=plain(since), until=when(now))
        return Span(start, now)
    if night:
        return span_of_night(store, night, now)
    last = store.nights(limit=1)
    if not last:
        raise Fault("fault.digest_no_night")
    return span_of_night(store, last[0].id, now)


def _fields(posted: "Posted") -> dict[str, object]:
    return {
        "already": posted.already,
        "deliveries": [_delivery_fields(one) for one in posted.deliveries],
    }


def _delivery_fields(one: Delivery) -> dict[str, object]:
    fields = one.model_dump(mode="json", exclude={"digest", "sites"})
    return fields | {"night": one.digest.night, "text": say(one.reason, **one.params) if one.reason else None}
