"""The channel file: taken whole or refused with one sentence that names file, channel and key, never a value."""

from pathlib import Path

import pytest

from audit.channels import ChannelFile, channel_file
from model import ChannelKind, Fault, SecretPlace, Security
from report.messages import LANGUAGES, Messages
from report.undelivered import Undelivered

GOOD = """
[channels.office]
kind = "mail"
host = "smtp.jia.gov.cn"
from = "duwang@jia.gov.cn"
to = ["office@jia.gov.cn", "chief@jia.gov.cn"]
user = "duwang"
password_env = "MAIL_PASSWORD"
attach = "units"
language = "en"

[channels."督查群"]
kind = "wecom"
url_file = "wecom.url"

[channels.ding]
kind = "dingtalk"
url_env = "DING_URL"
secret_file = "~/ding.secret"
timeout = 30

[channels.board]
kind = "json"
url = "https://board.jia.gov.cn/hook?key=SECRET-INLINE"
token_env = "BOARD_TOKEN"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "channels.toml"
    path.write_text(text, "utf-8")
    path.chmod(0o600)
    return path


def fault(folder: Path, text: str) -> Fault:
    with pytest.raises(Fault) as caught:
        channel_file(written(folder, text))
    found = caught.value
    assert found.exit_code == 3
    for language in LANGUAGES:
        messages = Messages(language)
        assert messages.has(found.message_id), found.message_id
        sentence = messages.text(found.message_id, **found.params)
        assert "channels.toml" in sentence and "{" not in sentence and "SECRET" not in sentence
    return found


def test_a_good_file_says_who_is_written_to_and_where_secrets_lie(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = channel_file(written(tmp_path, GOOD))
    assert sorted(file.channels) == ["board", "ding", "office", "督查群"]
    office = file.channel("office")
    assert (office.kind, office.security, office.port) == (ChannelKind.MAIL, Security.STARTTLS, 587)
    assert (office.password, office.attach, office.language) == (
        SecretPlace(env="MAIL_PASSWORD"),
        "units",
        "en",
    )
    monkeypatch.setenv("MAIL_PASSWORD", " SECRET-1 \n")
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "wecom.url").write_text("https://qyapi.weixin.qq.com/x?key=SECRET-2\n")
    (tmp_path / "ding.secret").write_text("SECRET-3\n")
    assert file.secret(office, "password") == "SECRET-1"
    assert file.secret(file.channel("督查群"), "url") == "https://qyapi.weixin.qq.com/x?key=SECRET-2"
    assert file.secret(file.channel("ding"), "secret") == "SECRET-3"
    assert file.secret(file.channel("board"), "url") == "https://board.jia.gov.cn/hook?key=SECRET-INLINE"
    assert file.secret(file.channel("督查群"), "secret") is None
    shown = f"{file!r} {file} {list(file.channels.values())!r} {[one.model_dump_json() for one in file.channels.values()]}"
    assert "SECRET" not in shown


def test_a_secret_that_is_not_where_it_should_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = channel_file(written(tmp_path, GOOD))
    monkeypatch.delenv("BOARD_TOKEN", raising=False)
    monkeypatch.setenv("DING_URL", "  ")
    for channel, key, message_id in (
        ("board", "token", "undelivered.secret_env"),
        ("ding", "url", "undelivered.secret_env"),
        ("督查群", "url", "undelivered.secret_file"),
    ):
        with pytest.raises(Undelivered) as caught:
            file.secret(file.channel(channel), key)
        assert caught.value.message_id == message_id
        assert caught.value.params["channel"] == channel and caught.value.params["key"] == key


def test_files_with_secrets_that_others_can_read_are_named(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)
    (tmp_path / "wecom.url").write_text("https://a/")
    (tmp_path / "wecom.url").chmod(0o640)
    assert channel_file(path).open_to_others() == (tmp_path / "wecom.url",)
    path.chmod(0o644)
    assert path in channel_file(path).open_to_others()
    plain = written(
        tmp_path, GOOD.partition("[channels.board]")[0].replace('url_file = "wecom.url"', 'url_env = "W"')
    )
    plain.chmod(0o644)  # holds no secret
    assert channel_file(plain).open_to_others() == ()


MAIL = '[channels.m]\nkind = "mail"\nhost = "h"\nfrom = "a@b.cn"\nto = ["c@d.cn"]\n'
HOOK = '[channels.h]\nkind = "wecom"\nurl_env = "U"\n'


@pytest.mark.parametrize(
    ("text", "message_id", "channel", "key"),
    [
        ("", "fault.channels_empty", None, None),
        ("[channels]\n", "fault.channels_empty", None, None),
        ('channels = "SECRET"', "fault.channels_empty", None, None),
        ("[channel.a]\n", "fault.channel_key", "–", "channel"),
        ('[channels.a]\nkind = "SECRET', "fault.channels_syntax", None, None),
        ('[channels]\na = "SECRET"', "fault.channel_kind", "a", None),
        ('[channels.a]\nkind = "smtp"', "fault.channel_kind", "a", None),
        ("[channels.a]\nkind = 3", "fault.channel_kind", "a", None),
        ("[channels.a]\nkind = [1]", "fault.channel_kind", "a", None),
        ('[channels."a b"]\nkind = "mail"', "fault.channel_value.name", "a b", "[channels.…]"),
        (HOOK + 'url_fil = "x"', "fault.channel_key", "h", "url_fil"),
        (HOOK + 'host = "x"', "fault.channel_key", "h", "host"),
        (HOOK + 'url_file = "x"', "fault.channel_twice", "h", "url"),
        ('[channels.h]\nkind = "wecom"\nurl = "https://x/?key=SECRET"', "fault.channel_inline", "h", "url"),
        ('[channels.h]\nkind = "wecom"', "fault.channel_lacks", "h", "url_env"),
        ('[channels.h]\nkind = "dingtalk"\nurl_env = "U"\nsecret = "SECRET"', "fault.channel_inline", "h", "secret"),
        ('[channels.h]\nkind = "json"\nurl = "http://x/SECRET"', "fault.channel_value.url", "h", "url"),
        ('[channels.h]\nkind = "json"\nurl = "SECRET"\ninsecure = true', "fault.channel_value.url", "h", "url"),
        ('[channels.h]\nkind = "json"\nurl = 7', "fault.channel_value.text", "h", "url"),
        (HOOK + "timeout = 0", "fault.channel_value.timeout", "h", "timeout"),
        (HOOK + "timeout = true", "fault.channel_value.timeout", "h", "timeout"),
        (HOOK + 'insecure = "yes"', "fault.channel_value.yes_no", "h", "insecure"),
        (HOOK + 'language = "de"', "fault.channel_value.language", "h", "language"),
        (HOOK + "language = [1]", "fault.channel_value.language", "h", "language"),
        (MAIL + 'password = "SECRET"', "fault.channel_inline", "m", "password"),
        (MAIL + 'password_env = "P"', "fault.channel_lacks", "m", "user"),
        (MAIL + 'user = "u"', "fault.channel_lacks", "m", "password_env"),
        (MAIL + "port = 0", "fault.channel_value.port", "m", "port"),
        (MAIL + 'port = "25"', "fault.channel_value.port", "m", "port"),
        (MAIL + 'security = "ssl"', "fault.channel_value.security", "m", "security"),
        (MAIL + 'attach = "all"', "fault.channel_value.attach", "m", "attach"),
        (MAIL + 'user = "u"\npassword_env = "P"\nsecurity = "none"', "fault.channel_bare_password", "m", None),
        (MAIL.replace('"a@b.cn"', '"a"'), "fault.channel_value.address", "m", "from"),
        (MAIL.replace('"a@b.cn"', '"a@b.cn\\nBcc: x@y.z"'), "fault.channel_value.address", "m", "from"),
        (MAIL.replace('["c@d.cn"]', "[]"), "fault.channel_value.addresses", "m", "to"),
        (MAIL.replace('["c@d.cn"]', '["c@d.cn", "x,y@z"]'), "fault.channel_value.addresses", "m", "to"),
        (MAIL.replace('to = ["c@d.cn"]\n', ""), "fault.channel_lacks", "m", "to"),
        (MAIL.replace('host = "h"\n', ""), "fault.channel_lacks", "m", "host"),
        (MAIL.replace('host = "h"\n', 'host = ""\n'), "fault.channel_value.text", "m", "host"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_one_sentence(
    tmp_path: Path, text: str, message_id: str, channel: str | None, key: str | None
) -> None:
    found = fault(tmp_path, text)
    assert (found.message_id, found.params.get("channel"), found.params.get("key")) == (
        message_id,
        channel,
        key,
    )


def test_a_file_that_cannot_be_read_or_was_not_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DUWANG_CHANNELS", raising=False)
    with pytest.raises(Fault, match=r"fault\.channels_unset"):
        channel_file(None)
    monkeypatch.setenv("DUWANG_CHANNELS", str(tmp_path / "none.toml"))
    with pytest.raises(Fault, match=r"fault\.channels_unreadable"):
        channel_file(None)
    monkeypatch.setenv("DUWANG_CHANNELS", str(written(tmp_path, GOOD)))
    file: ChannelFile = channel_file(None)
    with pytest.raises(Fault) as caught:
        file.channel("offic")
    assert "board, ding, office, 督查群" in Messages("en").text(
        caught.value.message_id, **caught.value.params
    )
    for content in (b"\xff\xfe", b"#" * 300_000):
        (tmp_path / "channels.toml").write_bytes(content)
        with pytest.raises(Fault, match=r"fault\.channels_unreadable"):
            channel_file(None)
