"""A mail server on loopback, as small as it can be: it takes mail in the clear, after STARTTLS or within TLS, or refuses it."""

import base64
import socketserver
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

USER, PASSWORD = "duwang", "SECRET-PASSWORD"


class Office(socketserver.ThreadingTCPServer):
    """`refuse` maps a verb (AUTH, MAIL, RCPT, DATA, END, QUIT) to the reply that is given instead of taking it."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, context: ssl.SSLContext | None = None, *, within_tls: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), _Counter)
        self.context = context
        self.within_tls = within_tls
        self.refuse: dict[str, str] = {}
        self.letters: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.logins: list[tuple[str, str]] = []
        self.seen: list[str] = []

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Counter(socketserver.StreamRequestHandler):
    server: Office

    def setup(self) -> None:
        if self.server.within_tls and self.server.context:
            self.request = self.server.context.wrap_socket(self.request, server_side=True)
        super().setup()

    def handle(self) -> None:
        with suppress(OSError):
            self._talk()

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def _talk(self) -> None:
        self._say("220 office")
        recipients: list[str] = []
        secure = self.server.within_tls
        while raw := self.rfile.readline():
            line = raw.decode("latin-1").strip()
            verb = line.split()[0].upper() if line else ""
            self.server.seen.append(verb)
            if verb in self.server.refuse:
                reply = self.server.refuse[verb]
                if reply == "hang up":
                    return
                if verb != "RCPT" or "refused" in line:
                    self._say(reply)
                    if verb == "QUIT":
                        return
                    continue
            if verb == "EHLO":
                self._say("250-office")
                if self.server.context and not secure:
                    self._say("250-STARTTLS")
                self._say("250-AUTH PLAIN")
                self._say("250 SMTPUTF8")
            elif verb == "STARTTLS" and self.server.context:
                self._say("220 go")
                self.connection = self.server.context.wrap_socket(self.connection, server_side=True)
                self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)  # type: ignore[assignment]
                secure = True
            elif verb == "AUTH":
                _, user, password = base64.b64decode(line.split()[2]).decode().split("\0")
                self.server.logins.append((user, password))
                self._say("235 ok" if (user, password) == (USER, PASSWORD) else f"535 {password} is wrong")
            elif verb == "RCPT":
                recipients.append(line.partition(":")[2])
                self._say("250 ok")
            elif verb == "DATA":
                self._say("354 go on")
                content = b""
                while (part := self.rfile.readline()) not in (b".\r\n", b""):
                    content += part.removeprefix(b".")
                if "END" in self.server.refuse:
                    self._say(self.server.refuse["END"])
                    continue
                found = message_from_bytes(content, policy=policy.default)
                assert isinstance(found, EmailMessage)
                self.server.letters.append(found)
                self.server.recipients.append(recipients)
                self._say("250 taken")
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")


@contextmanager
def office(context: ssl.SSLContext | None = None, *, within_tls: bool = False) -> Iterator[Office]:
    server = Office(context, within_tls=within_tls)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def own_certificate(folder: Path) -> ssl.SSLContext:
    """A certificate nobody vouches for."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(folder / "key.pem"),
         "-out", str(folder / "cert.pem")],
        check=True, capture_output=True, timeout=30,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context
