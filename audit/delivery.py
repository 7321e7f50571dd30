"""送达 The outbox: digests put in once, sent when their time comes, tried again with patience, never twice once accepted.

A delivery is taken before it is sent and marked as soon as it was accepted. A machine that dies between the two sends
it once more: a mail then bears the same Message-ID, a JSON message the same id, by which the reader can tell.
"""

import hashlib
import logging
import secrets
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from audit.channels import ChannelFile, channel_file
from audit.conclude import moment_of
from audit.digest_view import Asked, Sources, digest_of
from audit.unit_view import unit_books
from model import Channel, ChannelKind, Delivery, DeliveryState, Fault
from report.digest import render_html, render_text, tell_digest
from report.mail import Letter, send_mail
from report.messages import Messages
from report.undelivered import Undelivered
from report.webhook import send_dingtalk, send_json, send_wecom
from storage import Span, Store

log = logging.getLogger("duwang.delivery")

Clock = Callable[[], datetime]

FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
MISSED_WITHIN = timedelta(hours=36)  # a night that ended longer ago is old news
PATIENCE = timedelta(days=3)  # the first failure after that is the last
LARGEST_BOOKS = (
    15 * 1024 * 1024
)  # bytes of attachments; mail servers commonly take 20 to 25 MB, base64 adds a third


class Posted(NamedTuple):
    """发送结果 What became of everything that was due. `already`: digests that were put in before.

    `faults`: why digests could not even be made. `open_files` hold secrets and can be read by others.
    """

    deliveries: tuple[Delivery, ...] = ()
    already: int = 0
    faults: tuple[Fault, ...] = ()
    open_files: tuple[Path, ...] = ()

    def of(self, state: DeliveryState) -> list[Delivery]:
        return [one for one in self.deliveries if one.state is state]


def deliver_night(store: Store, night_id: str, clock: Clock, channels: Path | None = None) -> Posted:
    """夜巡送达 To every channel that sites or groups of the roster name: the digest of their sites; then all that waits.

    Never raises for what the channel file, a channel or one digest does: a night is not lost to a letter.
    """
    sources = Sources(store)
    wanted = sources.subscribers
    try:
        file = channel_file(channels)
    except Fault as fault:
        asked_for = bool(wanted) or channels is not None or fault.message_id != "fault.channels_unset"
        return Posted(faults=(fault,) if asked_for else ())
    faults: list[Fault] = []
    added: list[Delivery] = []
    already = 0
    for name in sorted(wanted):
        asked = Asked(channel=name)
        for told in (*_missed(store, night_id, name, clock()), night_id):
            try:
                if store.delivery(_id_of(name, told, asked)):
                    already += told == night_id
                    continue
                span = span_of_night(store, told, clock())
                added.append(compose(sources, file.channel(name), span, asked, clock()))
            except Fault as fault:
                faults.append(fault)
                break
    put = store.put_deliveries(added)
    sent = send_due(store, file, clock)
    return Posted(sent, already + len(added) - len(put), tuple(faults), file.open_to_others())


def _missed(store: Store, night_id: str, channel: str, now: datetime) -> list[str]:
    """The night before, when whoever ended it died before telling a channel that heard of others."""
    return [
        night.id
        for night in store.nights(limit=3)[::-1]
        if night.id != night_id
        and night.ended_at is not None
        and night.ended_at > now - MISSED_WITHIN
        and store.delivered_before(channel, night.ended_at)
    ]


def span_of_night(store: Store, night_id: str, now: datetime) -> Span:
    """夜巡范围 Raises Fault when there is no such night."""
    night = store.night(night_id)
    return Span(night.begun_at, night.ended_at or now, night.id)


def compose(
    sources: Sources,
    channel: Channel,
    span: Span,
    asked: Asked,
    now: datetime,
    *,
    anew: bool = False,
    language: str = "zh_CN",
) -> Delivery:
    """成稿 What is to be put in the outbox. A night's digest for the same readers has the same id, unless made `anew`."""
    digest = digest_of(sources, span, moment_of(now), asked)
    again = span.night is None or anew
    keys = sources.keys(asked) if channel.attach else None
    return Delivery(
        id=f"D-{secrets.token_hex(10)}" if again else _id_of(channel.name, span.night or "", asked), channel=channel.name, language=channel.language or language, digest=digest,
        sites=tuple(sorted(keys or ())), created_at=now, next_at=now,
    )  # fmt: skip


def _id_of(channel: str, night_id: str, asked: Asked) -> str:
    """The same night, channel and question: the same id, whoever asks and however often."""
    told = "\x1f".join((channel, night_id, asked.group or "", asked.organiser or "", asked.channel or ""))
    return f"D-{hashlib.sha256(told.encode()).hexdigest()[:20]}"


def send_due(
    store: Store, file: ChannelFile, clock: Clock, channels: Collection[str] | None = None
) -> tuple[Delivery, ...]:
    """发送到期 Everything whose time has come, the oldest first, each once; as it stands afterwards.

    What goes to a place that was not there a moment ago waits for the next time: a server that is away is asked once.
    """
    done = []
    away: set[str] = set()
    for one in store.deliveries(channels, due_at=clock()):
        channel = file.channels.get(one.channel)
        if one.channel in away or (channel is not None and channel.host in away):
            continue
        taken = store.take_delivery(one, clock())
        if taken is None:  # somebody else is sending it now
            continue
        settled = _tried(store, file, taken, clock)
        store.settle_delivery(settled)
        done.append(settled)
        if settled.reason == "undelivered.unreachable":
            away |= {one.channel} | ({channel.host} if channel is not None and channel.host else set())
    return tuple(done)


def _tried(store: Store, file: ChannelFile, one: Delivery, clock: Clock) -> Delivery:
    try:
        refused = _send(store, file, one, clock())
    except Undelivered as why:
        return _failed(one, why, clock())
    except Fault as why:  # the attachment could not be made
        return _failed(one, Undelivered(why.message_id, **why.params), clock())
    except Exception as error:  # ours; its words may hold a secret, so only its kind and its place are told
        place = error.__traceback__
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else "?"
        log.error("delivery %s failed: %s at %s", one.id, type(error).__name__, where)
        return _failed(one, Undelivered("undelivered.crashed", error=type(error).__name__), clock())
    return one.model_copy(
        update={
            "state": DeliveryState.DELIVERED,
            "ended_at": clock(),
            "reason": "delivered.some_refused" if refused else None,
            "params": {"count": refused} if refused else {},
        }
    )


def _send(store: Store, file: ChannelFile, one: Delivery, now: datetime) -> int:
    channel = file.channels.get(one.channel)
    if channel is None:
        raise Undelivered("undelivered.channel_gone", channel=one.channel)
    messages = Messages(one.language)
    if channel.kind is ChannelKind.MAIL:
        return send_mail(
            channel, file.secret(channel, "password"), _letter(store, channel, one, messages, now)
        )
    url = file.secret(channel, "url") or ""
    if channel.kind is ChannelKind.WECOM:
        send_wecom(channel, url, one.digest, messages)
    elif channel.kind is ChannelKind.DINGTALK:
        send_dingtalk(channel, url, file.secret(channel, "secret"), one.digest, messages, now)
    else:
        send_json(channel, url, file.secret(channel, "token"), one.digest, messages, one.id)
    return 0


def _letter(store: Store, channel: Channel, one: Delivery, messages: Messages, now: datetime) -> Letter:
    told = tell_digest(one.digest, messages)
    books: Sequence[tuple[str, bytes]] = ()
    if channel.attach:
        made = unit_books(store, moment_of(now), frozenset(one.sites) or None, messages)
        books, left = _within(made, LARGEST_BOOKS)
        if left:
            told = told._replace(lead=(*told.lead, messages.text("digest.books_left", count=left)))
    return Letter(
        id=one.id, subject=told.title, text=render_text(told, messages), html=render_html(told, messages),
        at=one.created_at, books=books,
    )  # fmt: skip


def _within(books: Iterable[tuple[str, bytes]], most: int) -> tuple[list[tuple[str, bytes]], int]:
    """As many as a mail takes, and how many are left out."""
    kept: list[tuple[str, bytes]] = []
    left = 0
    for name, content in books:
        if len(content) <= most:
            kept.append((name, content))
            most -= len(content)
        else:
            left += 1
    return kept, left


def _failed(one: Delivery, why: Undelivered, now: datetime) -> Delivery:
    """Tried again later, each time after twice as long, for three days."""
    told = {"reason": why.message_id, "params": dict(why.params)}
    if now - one.created_at >= PATIENCE:
        return one.model_copy(update=told | {"state": DeliveryState.GIVEN_UP, "ended_at": now})
    wait = min(FIRST_WAIT * 2 ** min(one.tries - 1, 20), LONGEST_WAIT)
    return one.model_copy(update=told | {"next_at": now + max(wait, timedelta(seconds=why.wait))})


def digests_for(
    store: Store,
    file: ChannelFile,
    names: Sequence[str],
    span: Span,
    asked: Asked,
    now: datetime,
    *,
    anew: bool = False,
    language: str = "zh_CN",
) -> list[Delivery]:
    """各渠道之摘要 Put in the outbox for these channels, or for all of the file. Raises Fault.

    Where nobody says which sites are meant, a channel hears of those that name it on the roster, else of all.
    """  # fmt: skip
    sources = Sources(store)
    wanted = sources.subscribers
    plain = asked.group is None and asked.organiser is None
    return [
        compose(
            sources, file.channel(name), span, Asked(channel=name) if plain and name in wanted else asked, now,
            anew=anew, language=language,
        )
        for name in (names or sorted(file.channels))
    ]  # fmt: skip
