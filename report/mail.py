"""邮件 A digest as mail: text and HTML, UTF-8, over a connection whose certificate is checked (RFC 5321, 3207, 2045)."""

import smtplib
import ssl
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from http.client import HTTPException
from typing import NamedTuple

from model import Channel, Security
from report.text import plain
from report.undelivered import Undelivered, of_network

_XLSX = "vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Letter(NamedTuple):
    """信 `id` is the same however often it is sent, so that a mail program can tell a second copy."""

    id: str
    subject: str
    text: str
    html: str
    at: datetime
    books: Sequence[tuple[str, bytes]] = ()  # names and contents of XLSX files


def letter_message(channel: Channel, letter: Letter) -> EmailMessage:
    """邮件内容"""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = plain(letter.subject)
    message["From"] = Address(display_name="duwang 读网", addr_spec=channel.sender)
    message["To"] = [Address(addr_spec=one) for one in channel.recipients]
    message["Date"] = format_datetime(letter.at)
    message["Message-ID"] = f"<{letter.id}@{channel.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no machine is to answer this
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    for name, content in letter.books:
        message.add_attachment(content, maintype="application", subtype=_XLSX, filename=name)
    return message


def send_mail(channel: Channel, password: str | None, letter: Letter) -> int:
    """寄信 Returns how many recipients were refused although others were accepted. Raises Undelivered.

    Nothing is sent in the clear where TLS was asked for: a server without it is an error.
    """
    message = letter_message(channel, letter)
    try:
        server = _connected(channel)
        try:
            if channel.user and password is not None:
                server.login(channel.user, password)
            refused = server.send_message(message)
        finally:
            with suppress(OSError, HTTPException):  # accepted is accepted, however the goodbye goes
                server.quit()
            server.close()
    except smtplib.SMTPException as error:  # an OSError, too: asked first
        raise _told(error, channel.host) from None
    except OSError as error:
        raise of_network(error, channel.host) from None
    return len(refused)


def _connected(channel: Channel) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if channel.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if channel.security is Security.TLS:
        return smtplib.SMTP_SSL(channel.host, channel.port, timeout=channel.timeout, context=context)
    server = smtplib.SMTP(channel.host, channel.port, timeout=channel.timeout)
    if channel.security is Security.STARTTLS:
        try:
            server.ehlo()
            if not server.has_extn("starttls"):
                raise Undelivered("undelivered.no_starttls", host=channel.host)
            server.starttls(context=context)
        except BaseException:
            server.close()
            raise
    return server


def _told(error: smtplib.SMTPException, host: str) -> Undelivered:
    """Only the reply's code: its words are the server's, and may repeat what was sent."""
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return Undelivered("undelivered.unreachable", host=host, cause="closed")
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next(iter(error.recipients.values()), (0, b""))[0]
        return Undelivered("undelivered.recipients", host=host, code=code)
    if isinstance(error, smtplib.SMTPSenderRefused):
        return Undelivered("undelivered.sender", host=host, code=error.smtp_code)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return Undelivered("undelivered.login", host=host, code=error.smtp_code)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Undelivered("undelivered.smtp", host=host, code=502)
    code = error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else 0
    return Undelivered("undelivered.smtp", host=host, code=code)
