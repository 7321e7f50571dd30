"""Chat robots and JSON receivers over real HTTP: what they are sent, what counts as accepted, and no secret anywhere."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from model import Channel, ChannelKind
from report.messages import Messages
from report.undelivered import Undelivered
from report.webhook import DINGTALK_BYTES, WECOM_BYTES, host_of, send_dingtalk, send_json, send_wecom
from tests.report import telling
from tests.report.robots import Robot, ok, robot

ZH = Messages("zh_CN")
NOW = datetime(2026, 11, 21, 1, tzinfo=UTC)
WECOM, DING = telling.channel(ChannelKind.WECOM), telling.channel(ChannelKind.DINGTALK)


def refused(server: Robot, channel: Channel = WECOM, url: str | None = None) -> Undelivered:
    with pytest.raises(Undelivered) as caught:
        send_wecom(channel, url or server.url, telling.digest(1, 1), ZH)
    why = caught.value
    assert ZH.has(why.message_id) and "SECRET" not in f"{why!r} {why} {why.params}" and why.__cause__ is None
    assert why.__suppress_context__ or not why.__context__  # no traceback ever tells the address
    return why


def test_wecom_gets_markdown_no_longer_than_it_takes() -> None:
    with robot() as server:
        send_wecom(WECOM, server.url, telling.digest(20, 300, "长" * 40), ZH)
        send_wecom(WECOM, server.url, telling.digest(1, 1), ZH)
    long, short = (asked.json() for asked in server.asked)
    assert long.keys() == {"msgtype", "markdown"} and long["msgtype"] == "markdown"
    content = long["markdown"]["content"]
    assert WECOM_BYTES - 300 < len(content.encode()) <= WECOM_BYTES
    assert content.endswith("完整内容：duwang digest --night N20261120")
    assert "未能检查 300 个；未能检查不等于合格" in content
    assert "篇幅所限" not in short["markdown"]["content"]
    assert server.asked[0].path.endswith("?key=SECRET-KEY")
    assert server.asked[0].headers["Content-Type"] == "application/json; charset=utf-8"


def test_dingtalk_is_signed_and_its_whole_body_fits() -> None:
    wordy = telling.digest(20, 300, "长" * 40)
    with robot() as server:
        send_dingtalk(DING, server.url, "SECsecret", wordy, ZH, NOW)
        send_dingtalk(DING, server.url, None, telling.digest(1, 1), ZH, NOW)
    first, second = server.asked
    told = parse_qs(urlsplit(first.path).query)
    stamp = str(int(NOW.timestamp() * 1000))
    sign = hmac.new(b"SECsecret", f"{stamp}\nSECsecret".encode(), hashlib.sha256).digest()
    assert told == {"key": ["SECRET-KEY"], "timestamp": [stamp], "sign": [base64.b64encode(sign).decode()]}
    assert len(first.body) <= DINGTALK_BYTES
    body = first.json()
    assert (
        body["markdown"]["title"] == "读网夜巡摘要 2026-11-20 全部网站" and "读网" in body["markdown"]["text"]
    )
    assert "sign=" not in second.path


def test_json_carries_an_id_and_a_token() -> None:
    with robot() as server:
        server.answers = [(202, b"", {})]
        send_json(telling.channel(), server.url, "SECRET-TOKEN", telling.digest(), ZH, "D-1")
    (asked,) = server.asked
    assert (asked.headers["Idempotency-Key"], asked.headers["Authorization"]) == (
        "D-1",
        "Bearer SECRET-TOKEN",
    )
    body = asked.json()
    assert (body["kind"], body["version"], body["id"]) == ("duwang.digest", 1, "D-1")
    assert body["digest"]["unseen_count"] == 300 and body["text"].startswith("读网夜巡摘要")


@pytest.mark.parametrize(
    ("answer", "message_id", "params", "wait"),
    [
        (ok(45009), "undelivered.errcode.45009", {"code": 45009}, 60),
        (ok(93000), "undelivered.errcode.93000", {"code": 93000}, 0),
        (ok(130101), "undelivered.errcode.130101", {"code": 130101}, 600),
        (ok(7), "undelivered.errcode", {"code": 7}, 0),
        ((200, b"<html>captive portal</html>", {}), "undelivered.answer", {}, 0),
        ((200, b'{"errcode": "0"}', {}), "undelivered.answer", {}, 0),
        ((200, b"[" * 60_000, {}), "undelivered.answer", {}, 0),
        ((200, b"x" * 200_000, {}), "undelivered.answer", {}, 0),
        ((500, b"key SECRET-KEY", {}), "undelivered.status", {"status": 500}, 0),
        ((404, b"", {}), "undelivered.status", {"status": 404}, 0),
        ((429, b"", {"Retry-After": "120"}), "undelivered.status", {"status": 429}, 120),
        ((503, b"", {"Retry-After": "never"}), "undelivered.status", {"status": 503}, 0),
        ("hang up", "undelivered.unreachable", {"cause": "closed"}, 0),
    ],
)
def test_only_a_plain_yes_is_an_acceptance(
    answer: object, message_id: str, params: dict[str, object], wait: float
) -> None:
    with robot() as server:
        server.answers = [answer]  # type: ignore[list-item]
        why = refused(server)
    assert (why.message_id, why.wait) == (message_id, wait)
    assert why.params == {"host": "127.0.0.1"} | params
    assert len(server.asked) == 1  # one try is one request


def test_a_redirect_is_not_followed() -> None:
    with robot() as server:
        for status in (301, 302, 303, 307, 308):
            server.answers = [(status, b"", {"Location": f"http://127.0.0.1:{server.server_port}/elsewhere"})]
            assert refused(server).message_id == "undelivered.redirect"
    assert len(server.asked) == 5 and not [asked for asked in server.asked if "elsewhere" in asked.path]


def test_a_slow_or_absent_robot_is_told_in_words() -> None:
    with robot() as server:
        server.answers = ["dawdle"]
        why = refused(server, telling.channel(ChannelKind.WECOM, timeout=0.2))
        assert why.params == {"host": "127.0.0.1", "cause": "timeout"}
        gone = server.url
    with robot() as server:
        assert refused(server, url=gone).params == {"host": "127.0.0.1", "cause": "refused"}
        assert refused(server, url="http://name.invalid/?key=SECRET").params["cause"] in (
            "dns",
            "timeout",
            "other",
        )


@pytest.mark.parametrize(
    "url",
    ["", "SECRET", "ftp://127.0.0.1/SECRET", "file:///etc/SECRET", "data:,SECRET", "http://[SECRET/", "http://127.0.0.1:SECRET/",
     "http://127.0.0.1/a b?SECRET", "http://127.0.0.1/\r\nX: SECRET", "http://主机/SECRET", "http:///SECRET"],
)  # fmt: skip
def test_an_address_that_is_none_is_told_without_it(url: str) -> None:
    with robot() as server:
        assert refused(server, url=url or "SECRET").message_id == "undelivered.url"
    assert not server.asked


def test_http_in_the_clear_must_be_asked_for() -> None:
    with robot() as server:
        assert (
            refused(server, telling.channel(ChannelKind.WECOM, insecure=False)).message_id
            == "undelivered.url"
        )
    assert not server.asked


def test_of_an_address_only_its_host_is_told() -> None:
    assert host_of("https://user:SECRET@qyapi.weixin.qq.com/x?key=SECRET") == "qyapi.weixin.qq.com"
    assert host_of("https://[SECRET/") == host_of("SECRET") == "–"


def test_hostile_words_leave_as_plain_ones() -> None:
    with robot() as server:
        send_wecom(WECOM, server.url, telling.hostile(), ZH)
        send_dingtalk(DING, server.url, "s", telling.hostile(), ZH, NOW)
    for asked in server.asked:
        told = json.dumps(asked.json(), ensure_ascii=False)
        assert "<" not in told and "](" not in told and "\\u001b" not in told and "\u202e" not in told
