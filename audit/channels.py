"""渠道文件 Who digests are sent to: a TOML file, accepted whole or refused with one sentence, and where its secrets lie.

[channels.office]
kind = "mail"
host = "smtp.example.gov.cn"
from = "duwang@example.gov.cn"
to = ["office@example.gov.cn"]
user = "duwang"
password_env = "DUWANG_MAIL_PASSWORD"
"""

import os
import re
import stat
import tomllib
from collections.abc import Callable, Mapping
from email.errors import MessageError
from email.headerregistry import Address
from pathlib import Path
from typing import Any

from model import Channel, ChannelKind, Fault, SecretPlace, Security
from report.messages import LANGUAGES
from report.undelivered import Undelivered

VARIABLE = "DUWANG_CHANNELS"
_LARGEST_FILE = 256 * 1024
_NAME = re.compile(r"[\w.-]{1,64}")
_LINE = re.compile(r"at line (\d+)")
_USUAL_PORT = {Security.TLS: 465, Security.STARTTLS: 587, Security.NONE: 25}
_COMMON = ("kind", "language", "timeout", "insecure")
_KEYS: Mapping[ChannelKind, tuple[str, ...]] = {
    ChannelKind.MAIL: ("host", "port", "security", "from", "to", "user", "attach"),
    ChannelKind.WECOM: (),
    ChannelKind.DINGTALK: (),
    ChannelKind.JSON: ("url",),
}
_SECRETS: Mapping[ChannelKind, tuple[str, ...]] = {
    ChannelKind.MAIL: ("password",),
    ChannelKind.WECOM: ("url",),
    ChannelKind.DINGTALK: ("url", "secret"),
    ChannelKind.JSON: ("url", "token"),
}


class ChannelFile:
    """渠道文件 Its channels by name. Secrets are read when they are needed, and never shown."""

    def __init__(self, path: Path, channels: Mapping[str, Channel], inline: Mapping[str, str]) -> None:
        self.path = path
        self.channels = dict(channels)
        self._inline = dict(inline)

    def __repr__(self) -> str:
        return f"ChannelFile({self.path}, {sorted(self.channels)})"

    def channel(self, name: str) -> Channel:
        """一个渠道 Raises Fault when the file names none of that name."""
        if name not in self.channels:
            known = ", ".join(sorted(self.channels))
            raise Fault("fault.channel_unknown", path=str(self.path), channel=name, known=known)
        return self.channels[name]

    def secret(self, channel: Channel, key: str) -> str | None:
        """密钥 None when the channel has none of that name. Raises Undelivered when it is not where it should be."""
        place: SecretPlace | None = getattr(channel, key)
        if place is None:
            return None
        if place.inline:
            return self._inline[channel.name]
        if place.env is not None:
            found = os.environ.get(place.env, "").strip()
            if not found:
                raise Undelivered("undelivered.secret_env", channel=channel.name, key=key, source=place.env)
            return found
        path = self._at(place.file or "")
        try:
            found = path.read_text("utf-8").strip() if path.stat().st_size < _LARGEST_FILE else ""
        except (OSError, UnicodeDecodeError):
            found = ""
        if not found:
            raise Undelivered("undelivered.secret_file", channel=channel.name, key=key, source=str(path))
        return found

    def open_to_others(self) -> tuple[Path, ...]:
        """可被他人读取 Files with secrets that other users of this machine can read."""
        places = [
            place
            for channel in self.channels.values()
            for place in (channel.password, channel.url, channel.secret, channel.token)
            if place is not None
        ]
        files = {self._at(place.file) for place in places if place.file}
        if self._inline:
            files.add(self.path)
        return tuple(sorted(path for path in files if _readable_by_others(path)))

    def _at(self, name: str) -> Path:
        """A path as the file means it: beside itself."""
        return self.path.parent / Path(name).expanduser()


def channel_file(named: Path | None) -> ChannelFile:
    """读渠道文件 The file that was named, else that of DUWANG_CHANNELS. Raises Fault: what is wrong, where, what is allowed."""
    told = named or (Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None)
    if told is None:
        raise Fault("fault.channels_unset")
    path = told.expanduser()
    entries = _tables(path)
    channels: dict[str, Channel] = {}
    inline: dict[str, str] = {}
    for name, entry in entries.items():
        channels[name] = _Reader(path, name, entry).channel()
        if channels[name].url == SecretPlace(inline=True):
            inline[name] = entry["url"]
    return ChannelFile(path, channels, inline)


def _tables(path: Path) -> dict[str, Any]:
    try:
        content = path.read_bytes()[: _LARGEST_FILE + 1]
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise Fault("fault.channels_unreadable", path=str(path), reason=error.strerror or "") from None
    except UnicodeDecodeError:
        raise Fault("fault.channels_unreadable", path=str(path), reason="UTF-8") from None
    if len(content) > _LARGEST_FILE:
        raise Fault("fault.channels_unreadable", path=str(path), reason=f"> {_LARGEST_FILE} bytes")
    try:
        found = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:  # their words may quote the file
        line = _LINE.search(str(error))
        raise Fault("fault.channels_syntax", path=str(path), line=line[1] if line else "?") from None
    entries = found.pop("channels", None)
    if found:
        raise Fault("fault.channel_key", path=str(path), channel="–", key=min(found), known="channels")
    if not isinstance(entries, dict) or not entries:
        raise Fault("fault.channels_empty", path=str(path))
    return entries


class _Reader:
    """One table of the file, key by key. No value is ever repeated in a complaint: it may be a secret in the wrong place."""

    def __init__(self, path: Path, name: str, entry: Any) -> None:
        self._path = path
        self._name = name
        self._entry = entry

    def channel(self) -> Channel:
        if not isinstance(self._entry, dict):
            raise self._fault("fault.channel_kind", known=", ".join(ChannelKind))
        if not _NAME.fullmatch(self._name):
            raise self._wrong("[channels.…]", "name")
        try:
            kind = ChannelKind(self._entry.get("kind", ""))
        except ValueError:
            raise self._fault("fault.channel_kind", known=", ".join(ChannelKind)) from None
        self._refuse_unknown(kind)
        values: dict[str, Any] = {"name": self._name, "kind": kind} | {
            key: self._secret(kind, key) for key in _SECRETS[kind]
        }
        values["language"] = self._one("language", "language", lambda value: value in LANGUAGES)
        values["timeout"] = self._one("timeout", "timeout", _seconds, 15.0)
        values["insecure"] = self._one("insecure", "yes_no", lambda value: isinstance(value, bool), False)
        if kind is ChannelKind.MAIL:
            values |= self._mail()
        elif values["url"] is None:
            raise self._fault("fault.channel_lacks", key="url_env")
        if values.get("url") == SecretPlace(inline=True):
            schemes = ("https://", "http://") if values["insecure"] else ("https://",)
            if not str(self._entry["url"]).lower().startswith(schemes):
                raise self._wrong("url", "url")
        channel = Channel(**values)
        if channel.password and channel.security is Security.NONE and not channel.insecure:
            raise self._fault("fault.channel_bare_password")
        return channel

    def _mail(self) -> dict[str, Any]:
        security = Security(
            self._one("security", "security", lambda value: value in list(Security), Security.STARTTLS)
        )
        recipients = self._entry.get("to", ())
        recipients = [recipients] if isinstance(recipients, str) else recipients
        if not isinstance(recipients, list) or not recipients or not all(map(_is_address, recipients)):
            raise (
                self._wrong("to", "addresses")
                if "to" in self._entry
                else self._fault("fault.channel_lacks", key="to")
            )
        user = self._one("user", "text", _is_text)
        if user is None and self._entry.keys() & {"password_env", "password_file"}:
            raise self._fault("fault.channel_lacks", key="user")
        if user is not None and not self._entry.keys() & {"password_env", "password_file"}:
            raise self._fault("fault.channel_lacks", key="password_env")
        return {
            "host": self._needed("host", "text", _is_text),
            "port": self._one("port", "port", _is_port, _USUAL_PORT[security]),
            "security": security,
            "sender": self._needed("from", "address", _is_address),
            "recipients": tuple(recipients),
            "user": user,
            "attach": self._one("attach", "attach", lambda value: value == "units"),
        }

    def _refuse_unknown(self, kind: ChannelKind) -> None:
        known = {*_COMMON, *_KEYS[kind]} | {
            f"{key}_{place}" for key in _SECRETS[kind] for place in ("env", "file")
        }
        for key in sorted(self._entry.keys() - known):
            if key in _SECRETS[kind]:
                raise self._fault("fault.channel_inline", key=key)
            raise self._fault("fault.channel_key", key=key[:40], known=", ".join(sorted(known)))

    def _secret(self, kind: ChannelKind, key: str) -> SecretPlace | None:
        ways = [way for way in (key, f"{key}_env", f"{key}_file") if way in self._entry]
        if len(ways) > 1:
            raise self._fault("fault.channel_twice", key=key, allowed=", ".join(ways))
        if not ways:
            return None
        value = self._one(ways[0], "text", _is_text)
        if ways[0] == key:
            return SecretPlace(inline=True)
        return SecretPlace(env=value) if ways[0].endswith("_env") else SecretPlace(file=value)

    def _needed(self, key: str, allowed: str, good: Callable[[Any], bool]) -> Any:
        if key not in self._entry:
            raise self._fault("fault.channel_lacks", key=key)
        return self._one(key, allowed, good)

    def _one(self, key: str, allowed: str, good: Callable[[Any], bool], usual: Any = None) -> Any:
        if key not in self._entry:
            return usual
        value = self._entry[key]
        try:
            fits = good(value)
        except TypeError:
            fits = False
        if not fits:
            raise self._wrong(key, allowed)
        return value

    def _wrong(self, key: str, allowed: str) -> Fault:
        return self._fault(f"fault.channel_value.{allowed}", key=key)

    def _fault(self, message_id: str, **params: str) -> Fault:
        return Fault(message_id, exit_code=3, path=str(self._path), channel=self._name[:64], **params)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and value.isprintable() and len(value) <= 2000


def _is_port(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 65535


def _seconds(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 1 <= value <= 120


def _is_address(value: Any) -> bool:
    if not _is_text(value) or value.count("@") != 1:
        return False
    try:
        Address(addr_spec=value)
    except (ValueError, MessageError, IndexError):
        return False
    return not value.startswith("@") and not value.endswith("@")


def _readable_by_others(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))
    except OSError:
        return False
