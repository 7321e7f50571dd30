"""群机器人与接口 A digest sent to a chat robot or to any address that takes JSON.

Formats as their makers document them:

- 企业微信 群机器人, developer.work.weixin.qq.com/document/path/91770: `msgtype` markdown, `content` at most 4,096 bytes of
  UTF-8, 20 messages a minute; HTTP 200 with `errcode` 0 means accepted (45009: too often, 93000: no such robot).
- 钉钉 自定义机器人, open.dingtalk.com/document/orgapp/custom-robot-access: `msgtype` markdown with `title` and `text`, the
  whole body at most 20,000 bytes (460101), 20 messages a minute (130101); signed with `timestamp` in ms and
  base64(HMAC-SHA256(secret, timestamp + "\\n" + secret)), at most an hour old; `errcode` as above (310000: refused by the
  robot's security settings).

The crawler's guard against private addresses is not asked: these addresses are the operator's own.
"""

import base64
import hmac
import http.client
import json
import ssl
import time
from datetime import datetime
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote_plus, urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

from model import Channel, Digest
from report.digest import command_of, cut, fields_of, marked, render_markdown, render_text, tell_digest
from report.messages import Messages
from report.text import plain
from report.undelivered import RATE_WAIT, Undelivered, of_network

WECOM_BYTES, DINGTALK_BYTES = 4096, 20_000
_LONGEST_ANSWER = 64 * 1024
_TOO_OFTEN = {45009: RATE_WAIT / 10, 130101: RATE_WAIT}
_KNOWN = {45009, 130101, 93000, 40058, 300005, 310000, 460101}
_LONGEST_WAIT = 6 * 3600.0


def send_wecom(channel: Channel, url: str, digest: Digest, messages: Messages) -> None:
    """发企业微信 Raises Undelivered."""
    text = render_markdown(tell_digest(digest, messages), messages)
    content = cut(text, WECOM_BYTES, _pointer(digest, messages))
    answer = _post(channel, url, {"msgtype": "markdown", "markdown": {"content": content}})
    _accepted(answer, url)


def send_dingtalk(
    channel: Channel, url: str, secret: str | None, digest: Digest, messages: Messages, now: datetime
) -> None:
    """发钉钉 Signed when a secret is given. Raises Undelivered."""
    told = tell_digest(digest, messages)
    text = render_markdown(told, messages)
    pointer = _pointer(digest, messages)
    body: dict[str, Any] = {}
    for most in range(DINGTALK_BYTES, 0, -1000):  # what JSON adds to the text counts as well
        markdown = {"title": marked(told.title), "text": cut(text, most, pointer)}
        body = {"msgtype": "markdown", "markdown": markdown}
        if len(_bytes(body)) <= DINGTALK_BYTES:
            break
    _accepted(_post(channel, signed(url, secret, now) if secret else url, body), url)


def send_json(
    channel: Channel, url: str, token: str | None, digest: Digest, messages: Messages, delivery_id: str
) -> None:
    """发 JSON Any 2xx is an acceptance. The delivery's id lets the receiver tell a second copy. Raises Undelivered."""
    told = tell_digest(digest, messages)
    body = {
        "kind": "duwang.digest",
        "version": 1,
        "id": delivery_id,
        "title": told.title,
        "text": render_text(told, messages),
        "digest": fields_of(digest, messages),
    }
    headers = {"Idempotency-Key": delivery_id} | ({"Authorization": f"Bearer {token}"} if token else {})
    _post(channel, url, body, headers)


def _pointer(digest: Digest, messages: Messages) -> str:
    return marked(messages.text("digest.cut", command=command_of(digest)))


def signed(url: str, secret: str, now: datetime) -> str:
    """加签 The address with `timestamp` and `sign`."""
    stamp = str(int(now.timestamp() * 1000))
    digest = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), "sha256").digest()
    sign = quote_plus(base64.b64encode(digest))
    return f"{url}{'&' if '?' in url else '?'}timestamp={stamp}&sign={sign}"


def host_of(url: str) -> str:
    """主机 All that is ever told of an address that is secret."""
    try:
        return plain(urlsplit(url).hostname or "–")
    except ValueError:
        return "–"


class _NoRedirect(HTTPRedirectHandler):
    """A message goes where the operator said, and nowhere else."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: http.client.HTTPMessage, newurl: str
    ) -> None:
        return None


def _post(channel: Channel, url: str, body: dict[str, Any], headers: dict[str, str] | None = None) -> bytes:
    host = host_of(url)
    request = _request(channel, url, body, headers or {})
    try:
        with _opener(channel).open(request, timeout=channel.timeout) as response:
            return _read(response, channel.timeout * 3)
    except HTTPError as error:
        error.close()
        if 300 <= error.code < 400:
            raise Undelivered("undelivered.redirect", host=host, status=error.code) from None
        wait = _retry_after(error.headers.get("Retry-After")) if error.code in (429, 503) else 0.0
        raise Undelivered("undelivered.status", host=host, status=error.code, wait=wait) from None
    except URLError as error:
        cause = error.reason if isinstance(error.reason, OSError) else OSError()
        raise of_network(cause, host) from None
    except OSError as error:
        raise of_network(error, host) from None
    except http.client.HTTPException as error:
        if isinstance(error, http.client.InvalidURL):
            raise Undelivered("undelivered.url", channel=channel.name) from None
        raise Undelivered("undelivered.unreachable", host=host, cause="closed") from None


def _request(channel: Channel, url: str, body: dict[str, Any], headers: dict[str, str]) -> Request:
    """A request that keeps its secrets to the one address. Raises Undelivered for an address that is none."""
    try:
        parts = urlsplit(url)
        known = bool(parts.hostname) and (
            parts.scheme == "https" or (parts.scheme == "http" and channel.insecure)
        )
        if not known or any(ord(character) <= 32 or ord(character) > 126 for character in url):
            raise ValueError
        sent = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "duwang"} | headers
        return Request(url, data=_bytes(body), headers=sent, method="POST")  # noqa: S310 - the scheme was checked
    except ValueError:  # its words repeat the address
        raise Undelivered("undelivered.url", channel=channel.name) from None


def _opener(channel: Channel) -> OpenerDirector:
    context = ssl.create_default_context()
    if channel.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    opener = OpenerDirector()
    for part in (ProxyHandler(), HTTPHandler(), HTTPSHandler(context=context), HTTPDefaultErrorHandler(),
                 _NoRedirect(), HTTPErrorProcessor()):  # fmt: skip
        opener.add_handler(part)
    return opener


def _read(response: Any, seconds: float) -> bytes:
    """The answer as far as anybody wants it: not endless, and not for ever."""
    ends = time.monotonic() + seconds
    answer = b""
    while len(answer) < _LONGEST_ANSWER and (part := response.read1(8192)):
        answer += part
        if time.monotonic() > ends:
            raise TimeoutError
    return answer


def _accepted(answer: bytes, url: str) -> None:
    """Whether a robot's answer says that it took the message. Its words are not kept: they may repeat the key."""
    host = host_of(url)
    try:
        code = json.loads(answer)["errcode"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Undelivered("undelivered.answer", host=host) from None
    if not isinstance(code, int):
        raise Undelivered("undelivered.answer", host=host)
    if code:
        told = f"undelivered.errcode.{code}" if code in _KNOWN else "undelivered.errcode"
        raise Undelivered(told, host=host, code=code, wait=_TOO_OFTEN.get(code, 0.0))


def _retry_after(told: str | None) -> float:
    seconds = told.strip() if told else ""
    return min(float(seconds), _LONGEST_WAIT) if seconds.isascii() and seconds.isdigit() else 0.0


def _bytes(body: dict[str, Any]) -> bytes:
    """As it is measured and sent: Chinese written as it stands, since escapes would double its size."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
