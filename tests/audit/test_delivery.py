"""The outbox: sent once, tried again with patience, never two at a time, and no secret in anything that is kept or told."""

import io
import json
import logging
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import openpyxl
import pytest

from audit.channels import channel_file
from audit.delivery import PATIENCE, Posted, deliver_night, digests_for, send_due, span_of_night
from audit.digest_view import Asked
from model import Delivery, DeliveryState, Fault
from report.digest import posted_lines
from report.messages import Messages
from storage import Store, open_store
from storage.outbox import HOLD_MINUTES
from tests.audit import county
from tests.audit.county import MORNING, key
from tests.report.post_office import PASSWORD, Office, office
from tests.report.robots import Robot, ok, robot
from tests.storage.conftest import Place

ZH = Messages("zh_CN")


class Clock:
    """The time as the test has it."""

    def __init__(self, now: datetime = MORNING) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def later(self, **more: float) -> None:
        self.now += timedelta(**more)


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Robot, Office]]:
    with robot() as chat, office() as post:
        monkeypatch.setenv("ROBOT_URL", chat.url)
        monkeypatch.setenv("MAIL_PASSWORD", PASSWORD)
        yield chat, post


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The county in a file, for every test to have a copy of."""
    path = tmp_path_factory.mktemp("county") / "lite.sqlite"
    with open_store(f"sqlite:///{path}", path.parent / "archive") as kept:
        county.build(kept)
    return path


@pytest.fixture
def lite(built: Path, tmp_path: Path) -> Iterator[Store]:
    """The county where the kind of database makes no difference."""
    shutil.copy(built, tmp_path / "lite.sqlite")
    with open_store(f"sqlite:///{tmp_path}/lite.sqlite", tmp_path / "archive") as kept:
        yield kept


def channels(folder: Path, post: Office, more: str = "") -> Path:
    path = folder / "channels.toml"
    path.write_text(
        f"""
[channels.robot]
kind = "wecom"
url_env = "ROBOT_URL"
insecure = true
timeout = 1
[channels.office]
kind = "mail"
host = "127.0.0.1"
port = {post.port}
security = "none"
insecure = true
from = "duwang@jia.gov.cn"
to = ["office@jia.gov.cn"]
user = "duwang"
password_env = "MAIL_PASSWORD"
attach = "units"
{more}
""",
        "utf-8",
    )
    return path


def told(posted: Posted) -> list[tuple[str, str, str | None]]:
    return [(one.channel, one.state.value, one.reason) for one in posted.deliveries]


def test_a_night_is_told_to_the_channels_the_roster_names_and_only_once(
    store: Store, servers: tuple[Robot, Office], tmp_path: Path
) -> None:
    county.build(store)
    chat, post = servers
    clock = Clock()
    path = channels(tmp_path, post)
    posted = deliver_night(store, "N2", clock, path)
    assert told(posted) == [("office", "delivered", None), ("robot", "delivered", None)]
    assert (posted.already, posted.faults, posted.open_files) == (0, (), ())
    content = chat.asked[0].json()["markdown"]["content"]
    assert "乙县人民政府" in content and "甲县" not in content
    (letter,) = post.letters
    body = letter.get_body(("plain",))
    assert body and "甲县人民政府" in body.get_content() and "乙县" not in body.get_content()
    assert "甲县某局：首页无法打开或被拦截，未能判定" in body.get_content()
    (book,) = letter.iter_attachments()
    assert book.get_filename() == "甲局.xlsx"
    rows = list(
        openpyxl.load_workbook(io.BytesIO(book.get_content())).worksheets[0].iter_rows(values_only=True)
    )
    assert [(row[1], row[3]) for row in rows[1:]] == [
        ("甲县人民政府", "v"), ("甲县人民政府", "a"), ("甲县某局", "c"),
    ]  # fmt: skip
    clock.later(hours=1)
    again = deliver_night(store, "N2", clock, path)
    assert (told(again), again.already) == ([], 2)
    assert (len(chat.asked), len(post.letters)) == (1, 1)
    assert not store.deliveries()


def test_a_failure_is_tried_again_after_twice_as_long_and_given_up_in_the_end(
    lite: Store, servers: tuple[Robot, Office], tmp_path: Path
) -> None:
    chat, post = servers
    clock = Clock()
    file = channel_file(channels(tmp_path, post))
    chat.answers = [(500, b"", {})]
    span = span_of_night(lite, "N2", clock())
    (made,) = digests_for(lite, file, ["robot"], span, Asked(), clock())
    assert lite.put_deliveries([made]) == [made] and lite.put_deliveries([made]) == []
    waits = []
    while (one := lite.delivery(made.id)) and one.state is DeliveryState.WAITING:
        if len(waits) < 3:
            assert send_due(lite, file, clock, ["office"]) == ()
            clock.now = one.next_at - timedelta(seconds=1)
            assert send_due(lite, file, clock) == ()  # not before its time
        clock.now = one.next_at
        (tried,) = send_due(lite, file, clock)
        assert (tried.reason, tried.params) == ("undelivered.status", {"host": "127.0.0.1", "status": 500})
        waits.append(int((tried.next_at - clock()).total_seconds() // 60))
    assert waits[:10] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360] and set(waits[9:-1]) == {360}
    assert one and one.state is DeliveryState.GIVEN_UP and clock() - made.created_at >= PATIENCE
    assert one.tries == len(chat.asked) == len(waits) and one.ended_at == clock()
    clock.later(days=9)
    assert send_due(lite, file, clock) == ()
    lines = posted_lines([one], 0, ZH)
    assert lines[0].startswith("robot：读网夜巡摘要 2026-11-19 1 个网站 已放弃") and "HTTP 500" in lines[0]


def test_what_was_put_off_is_sent_when_the_robot_is_back(
    lite: Store, servers: tuple[Robot, Office], tmp_path: Path
) -> None:
    chat, post = servers
    clock = Clock()
    path = channels(tmp_path, post)
    chat.answers = [ok(45009), ok()]
    first = deliver_night(lite, "N2", clock, path)
    assert told(first) == [("office", "delivered", None), ("robot", "waiting", "undelivered.errcode.45009")]
    clock.later(seconds=59)
    assert told(deliver_night(lite, "N2", clock, path)) == []
    clock.later(seconds=1)
    assert told(deliver_night(lite, "N2", clock, path)) == [("robot", "delivered", None)]
    assert chat.asked[0].body == chat.asked[1].body  # the same words, however late


def test_two_senders_never_send_one_delivery_and_a_killed_one_is_followed(
    place: Place, servers: tuple[Robot, Office], tmp_path: Path
) -> None:
    one, two = place.again(), place.again()
    county.build(one)
    chat, post = servers
    clock = Clock()
    file = channel_file(channels(tmp_path, post))
    span = span_of_night(one, "N2", clock())
    one.put_deliveries(digests_for(one, file, ["robot"], span, Asked(), clock()))
    (waiting,) = one.deliveries()
    (seen,) = two.deliveries()
    taken = one.take_delivery(waiting, clock())
    assert taken and taken.tries == 1
    assert two.take_delivery(seen, clock()) is None  # somebody was quicker
    assert send_due(two, file, clock) == ()  # and nobody else takes it while it is being sent
    clock.later(minutes=HOLD_MINUTES)  # the first one was killed
    (sent,) = send_due(two, file, clock)
    assert (sent.state, sent.tries, len(chat.asked)) == (DeliveryState.DELIVERED, 2, 1)
    one.settle_delivery(taken.model_copy(update={"state": DeliveryState.WAITING, "reason": "late"}))
    kept = one.delivery(taken.id)
    assert kept and (kept.state, kept.reason) == (DeliveryState.DELIVERED, None)


def test_every_channel_that_fails_leaves_the_others_alone(
    lite: Store, servers: tuple[Robot, Office], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, post = servers
    clock = Clock()
    path = channels(tmp_path, post)
    path.write_text(path.read_text("utf-8").replace("[channels.robot]", "[channels.robo]"), "utf-8")
    monkeypatch.delenv("MAIL_PASSWORD")
    posted = deliver_night(lite, "N2", clock, path)
    assert told(posted) == [("office", "waiting", "undelivered.secret_env")]
    assert [fault.message_id for fault in posted.faults] == ["fault.channel_unknown"]
    path.write_text(path.read_text("utf-8").replace("[channels.office]", "[channels.offic]"), "utf-8")
    clock.later(minutes=2)
    assert told(deliver_night(lite, "N2", clock, path)) == [("office", "waiting", "undelivered.channel_gone")]
    (tmp_path / "bad.toml").write_text("[")
    bad = deliver_night(lite, "N2", clock, tmp_path / "bad.toml")
    assert [fault.message_id for fault in bad.faults] == ["fault.channels_syntax"]
    monkeypatch.delenv("DUWANG_CHANNELS", raising=False)
    unset = deliver_night(lite, "N2", clock)
    assert [fault.message_id for fault in unset.faults] == ["fault.channels_unset"]


def test_a_night_whose_teller_died_is_told_with_the_next(
    lite: Store, servers: tuple[Robot, Office], tmp_path: Path
) -> None:
    chat, post = servers
    path = channels(tmp_path, post)
    clock = Clock(county.ONE - timedelta(days=1))
    lite.keep_night(county.night("N0", clock()))
    deliver_night(lite, "N0", clock, path)
    asked = len(chat.asked)
    clock.now = MORNING  # nobody told of N1
    posted = deliver_night(lite, "N2", clock, path)
    assert sorted((one.channel, one.digest.night) for one in posted.deliveries) == [
        ("office", "N1"), ("office", "N2"), ("robot", "N1"), ("robot", "N2"),
    ]  # fmt: skip
    assert len(chat.asked) == asked + 2
    assert deliver_night(lite, "N2", clock, path) == Posted(already=2)


def test_a_server_that_is_away_is_asked_once_a_round(
    lite: Store, servers: tuple[Robot, Office], tmp_path: Path
) -> None:
    chat, post = servers
    chat.answers = ["hang up"]
    clock = Clock()
    file = channel_file(channels(tmp_path, post))
    for night_id in ("N1", "N2"):
        span = span_of_night(lite, night_id, clock())
        lite.put_deliveries(digests_for(lite, file, ["robot"], span, Asked(), clock()))
    assert len(send_due(lite, file, clock)) == len(chat.asked) == 1
    assert len(lite.deliveries(due_at=clock())) == 1  # the other one waits, untried


def test_a_database_without_channels_has_nothing_to_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DUWANG_CHANNELS", raising=False)
    with open_store(f"sqlite:///{tmp_path}/empty.sqlite", tmp_path / "archive") as empty:
        assert deliver_night(empty, "N1", Clock()) == Posted()


def test_a_channel_nobody_names_hears_of_all_and_one_that_is_named_only_of_its_own(
    two_nights: Store, tmp_path: Path
) -> None:
    path = tmp_path / "channels.toml"
    path.write_text(
        '[channels.robot]\nkind = "wecom"\nurl_env = "U"\n[channels.other]\nkind = "wecom"\nurl_env = "U"\n',
        "utf-8",
    )
    file = channel_file(path)
    span = span_of_night(two_nights, "N2", MORNING)

    def made(asked: Asked = Asked(), anew: bool = False) -> dict[str, Delivery]:  # noqa: B008 - immutable
        return {
            one.channel: one for one in digests_for(two_nights, file, [], span, asked, MORNING, anew=anew)
        }

    plain = made()
    assert (plain["robot"].digest.asked, plain["other"].digest.asked) == (1, 5)
    assert {name: one.id for name, one in made().items()} == {name: one.id for name, one in plain.items()}
    group = made(Asked(group="甲组"))
    assert group["robot"].digest.asked == 2 and group["robot"].id != plain["robot"].id
    assert made(anew=True)["robot"].id != plain["robot"].id
    with pytest.raises(Fault, match=r"fault\.channel_unknown"):
        digests_for(two_nights, file, ["robo"], span, Asked(), MORNING)


def test_no_secret_is_kept_or_told(
    lite: Store,
    servers: tuple[Robot, Office],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chat, post = servers
    chat.answers = [ok(93000)]
    post.refuse["AUTH"] = f"535 {PASSWORD} is wrong"
    monkeypatch.setenv("BAD_URL", "http://127.0.0.1/\nSECRET-BAD")
    more = f'[channels.board]\nkind = "json"\nurl = "http://127.0.0.1:{chat.server_port}/SECRET-INLINE"\ninsecure = true\n[channels.bad]\nkind = "dingtalk"\nurl_env = "BAD_URL"\n'
    file = channel_file(channels(tmp_path, post, more))
    clock = Clock()
    span = span_of_night(lite, "N2", clock())
    lite.put_deliveries(digests_for(lite, file, [], span, Asked(), clock()))
    caplog.set_level(logging.DEBUG)
    sent = send_due(lite, file, clock)
    assert {(one.channel, one.reason) for one in sent} == {
        ("robot", "undelivered.errcode.93000"), ("office", "undelivered.login"), ("bad", "undelivered.url"), ("board", None),
    }  # fmt: skip
    kept = [one.model_dump_json() for one in lite.deliveries()]
    said = [
        *posted_lines(sent, 0, ZH),
        *posted_lines(sent, 0, Messages("en")),
        *kept,
        caplog.text,
        json.dumps([str(one) for one in sent]),
    ]
    assert "SECRET" not in "".join(said) and len(kept) == 3


def test_a_crash_of_ours_is_told_by_its_kind_alone(
    lite: Store,
    servers: tuple[Robot, Office],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    _, post = servers

    def broken(*_: object) -> None:
        raise RuntimeError("SECRET in the words of an error")

    monkeypatch.setattr("audit.delivery.send_wecom", broken)
    posted = deliver_night(lite, "N2", Clock(), channels(tmp_path, post))
    robot_one = next(one for one in posted.deliveries if one.channel == "robot")
    assert (robot_one.state, robot_one.reason, robot_one.params) == (
        DeliveryState.WAITING, "undelivered.crashed", {"error": "RuntimeError"},
    )  # fmt: skip
    assert "RuntimeError at" in caplog.text and "SECRET" not in caplog.text
    assert next(one for one in posted.deliveries if one.channel == "office").state is DeliveryState.DELIVERED
    assert key("jia")  # the night itself is untouched
    assert lite.night("N2").ended_at
