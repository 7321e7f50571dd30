"""Mail over a real connection: in the clear, after STARTTLS, within TLS; what is refused, and that it is refused."""

import ssl
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from model import Channel, ChannelKind, Security
from report.mail import Letter, letter_message, send_mail
from report.messages import Messages
from report.undelivered import Undelivered
from tests.report import telling
from tests.report.post_office import PASSWORD, USER, Office, office, own_certificate

ZH = Messages("zh_CN")
LETTER = Letter("D-1", "读网夜巡摘要 甲县\r\nBcc: x@evil.example", "文本\n.\n..末", "<p>网页</p>", datetime(2026, 11, 21, tzinfo=UTC),
                [("甲局.xlsx", b"PK\x03\x04")])  # fmt: skip


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    folder = tmp_path_factory.mktemp("tls")
    return own_certificate(folder), folder / "cert.pem"


def mail(server: Office, security: Security = Security.NONE, **more: Any) -> Channel:
    given: dict[str, Any] = {
        "host": "127.0.0.1", "port": server.port, "security": security, "sender": "duwang@jia.gov.cn",
        "recipients": ("office@jia.gov.cn", "refused@jia.gov.cn"), "insecure": False, "timeout": 2.0,
    }  # fmt: skip
    return telling.channel(ChannelKind.MAIL, **given | more)


def refused(channel: Channel, password: str | None = None) -> tuple[str, dict[str, str | int]]:
    with pytest.raises(Undelivered) as caught:
        send_mail(channel, password, LETTER)
    why = caught.value
    assert (
        ZH.has(why.message_id)
        and PASSWORD not in f"{why!r} {why.params}"
        and (why.__suppress_context__ or not why.__context__)
    )
    return why.message_id, {name: value for name, value in why.params.items() if name != "host"}


def test_a_mail_says_everything_twice_and_bears_its_own_number() -> None:
    with office() as server:
        assert send_mail(mail(server), None, LETTER) == 0
    (letter,), (recipients,) = server.letters, server.recipients
    assert letter["Subject"] == "读网夜巡摘要 甲县 Bcc: x@evil.example" and letter["Bcc"] is None
    assert (letter["Message-ID"], letter["Auto-Submitted"]) == ("<D-1@jia.gov.cn>", "auto-generated")
    assert (
        recipients == ["<office@jia.gov.cn>", "<refused@jia.gov.cn>"]
        and "duwang@jia.gov.cn" in letter["From"]
    )
    text, page = letter.get_body(("plain",)), letter.get_body(("html",))
    assert text and text.get_content().replace("\r\n", "\n").strip() == "文本\n.\n..末"
    assert page and "<p>网页</p>" in page.get_content()
    (book,) = letter.iter_attachments()
    assert (book.get_filename(), book.get_content()) == ("甲局.xlsx", b"PK\x03\x04")
    assert not server.logins


def test_starttls_and_tls_check_the_certificate(
    certificate: tuple[ssl.SSLContext, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    context, file = certificate
    ways = ((False, Security.STARTTLS), (True, Security.TLS))
    for within, security in ways:
        with office(context, within_tls=within) as server:
            message_id, params = refused(mail(server, security, user=USER), PASSWORD)
            assert message_id == "undelivered.tls" and "certificate" in str(params["cause"])
            assert not server.letters and not server.logins
            send_mail(mail(server, security, user=USER, insecure=True), PASSWORD, LETTER)
            monkeypatch.setenv("SSL_CERT_FILE", str(file))
            send_mail(mail(server, security, user=USER), PASSWORD, LETTER)
            monkeypatch.delenv("SSL_CERT_FILE")
        assert len(server.letters) == 2 and server.logins == [(USER, PASSWORD)] * 2


def test_a_server_without_starttls_hears_no_password() -> None:
    with office() as server:
        assert refused(mail(server, Security.STARTTLS, user=USER), PASSWORD)[0] == "undelivered.no_starttls"
    assert not server.logins and "MAIL" not in server.seen


@pytest.mark.parametrize(
    ("verb", "reply", "told"),
    [
        ("MAIL", "550 no", ("undelivered.sender", {"code": 550})),
        ("DATA", "452 full", ("undelivered.smtp", {"code": 452})),
        ("END", "554 spam", ("undelivered.smtp", {"code": 554})),
        ("EHLO", "hang up", ("undelivered.unreachable", {"cause": "closed"})),
        ("MAIL", "hang up", ("undelivered.unreachable", {"cause": "closed"})),
    ],
)
def test_a_refusal_is_told_by_its_code(verb: str, reply: str, told: tuple[str, dict[str, object]]) -> None:
    with office() as server:
        server.refuse[verb] = reply
        assert refused(mail(server)) == told
    assert not server.letters


def test_a_wrong_password_is_told_and_never_repeated() -> None:
    with office() as server:
        assert refused(mail(server, user=USER), "wrong-" + PASSWORD) == ("undelivered.login", {"code": 535})


def test_some_recipients_may_be_refused_but_not_all() -> None:
    with office() as server:
        server.refuse["RCPT"] = "550 unknown"
        assert send_mail(mail(server), None, LETTER) == 1
        alone = mail(server, recipients=("refused@jia.gov.cn",))
        assert refused(alone) == ("undelivered.recipients", {"code": 550})
    assert len(server.letters) == 1


def test_accepted_is_accepted_however_the_goodbye_goes() -> None:
    with office() as server:
        for reply in ("421 busy", "hang up"):
            server.refuse["QUIT"] = reply
            assert send_mail(mail(server), None, LETTER) == 0
    assert len(server.letters) == 2


def test_an_absent_server_is_told_in_words() -> None:
    with office() as server:
        channel = mail(server)
    assert refused(channel) == ("undelivered.unreachable", {"cause": "refused"})


def test_the_same_letter_has_the_same_number() -> None:
    with office() as server:
        made = [letter_message(mail(server), LETTER) for _ in range(2)]
    assert made[0]["Message-ID"] == made[1]["Message-ID"] and made[0]["Date"] == made[1]["Date"]
