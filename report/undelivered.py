"""未送达 Why something did not reach its reader: a sentence's id, never what a server said or what is secret."""

import socket
import ssl

RATE_WAIT = 600.0  # seconds: a robot that is sent to too often hears nothing for ten minutes


class Undelivered(Exception):
    """未送达 `message_id` with `params` says why; `wait` seconds at least before it makes sense to try again."""

    def __init__(self, message_id: str, *, wait: float = 0.0, **params: str | int) -> None:
        super().__init__(message_id)
        self.message_id = message_id
        self.params = params
        self.wait = wait


def of_network(error: OSError, host: str) -> Undelivered:
    """网络原因 What a failed connection means; the error's own words stay out, they may hold an address."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return Undelivered("undelivered.tls", host=host, cause=error.verify_message)
    if isinstance(error, ssl.SSLError):
        return Undelivered("undelivered.tls", host=host, cause=error.reason or "TLS")
    kinds: tuple[tuple[type[OSError] | tuple[type[OSError], ...], str], ...] = (
        (TimeoutError, "timeout"),
        (ConnectionRefusedError, "refused"),
        (socket.gaierror, "dns"),
        ((ConnectionResetError, ConnectionAbortedError, BrokenPipeError), "closed"),
    )
    cause = next((name for kind, name in kinds if isinstance(error, kind)), "other")
    return Undelivered("undelivered.unreachable", host=host, cause=cause)
