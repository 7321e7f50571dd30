"""安全证书 What a host shows when it is asked for an encrypted connection, and why a browser would refuse it.

First as a browser would, verifying; only when that fails a second look that believes everything, to read what the
certificate says. Nothing is sent over the connection. Where the reason lies with us as likely as with the host (a
timeout, a cipher we do not speak) the answer is None.
"""

import socket
import ssl
import warnings
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from ipaddress import ip_address
from time import monotonic

from cryptography import x509

from model import TlsFacts

_LEGACY_SERVER = (
    0x4  # ssl.OP_LEGACY_SERVER_CONNECT, named from Python 3.12 on: browsers still connect to these
)
_SELF_SIGNED = 18  # OpenSSL's number for a certificate that vouches for itself
_OBSOLETE = frozenset({"SSLv3", "TLSv1", "TLSv1.1"})
_NOT_ENCRYPTED = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNKNOWN_PROTOCOL", "RECORD_LAYER_FAILURE")
_MOST_NAMES, _LONGEST = 50, 200


def look(name: str, address: str, port: int, until: float) -> TlsFacts | None:
    """查看证书 What `name` shows at `address`; None when it cannot be known. `until` is monotonic seconds."""
    try:
        protocol, raw = _connect(as_browser(), name, address, port, until)
        return _facts(protocol, x509.load_der_x509_certificate(raw), None)
    except ssl.SSLCertVerificationError as error:
        refusal: ssl.SSLError = error
    except ssl.SSLError as error:
        if error.reason in _NOT_ENCRYPTED:
            return TlsFacts(fault="no_service")
        refusal = error
    except ConnectionRefusedError:
        return TlsFacts(fault="no_service")
    except (OSError, ValueError):
        return None
    return _second_look(name, address, port, until, refusal)


def _second_look(name: str, address: str, port: int, until: float, refusal: ssl.SSLError) -> TlsFacts | None:
    try:
        protocol, raw = _connect(believing(), name, address, port, until)
        certificate = x509.load_der_x509_certificate(raw)
    except (OSError, ValueError):
        return None
    if isinstance(refusal, ssl.SSLCertVerificationError):
        return _facts(protocol, certificate, _fault(certificate, name, refusal.verify_code))
    return _facts(protocol, certificate, "obsolete") if protocol in _OBSOLETE else None


def _fault(certificate: x509.Certificate, name: str, code: int) -> str:
    """The plainest reason first; a chain that only we may be unable to follow comes last."""
    now = datetime.now(UTC)
    if certificate.not_valid_after_utc < now:
        return "expired"
    if certificate.not_valid_before_utc > now:
        return "not_yet_valid"
    if not covers(_names(certificate), name):
        return "wrong_host"
    return "self_signed" if code == _SELF_SIGNED else "unknown_issuer"


def covers(names: Iterable[str], host: str) -> bool:
    """是否适用 Whether one of a certificate's names is for `host`; `*` stands for one label, the first."""
    host = host.lower().rstrip(".")
    with suppress(ValueError):
        return any(_same_address(one, host) for one in names) if ip_address(host) else False
    with suppress(UnicodeError):
        host = host.encode("idna").decode()
    below = host.partition(".")[2]
    return any(one in (host, f"*.{below}") for one in (name.lower().rstrip(".") for name in names))


def _same_address(one: str, host: str) -> bool:
    try:
        return ip_address(one) == ip_address(host)
    except ValueError:
        return False


def _connect(
    context: ssl.SSLContext, name: str, address: str, port: int, until: float
) -> tuple[str | None, bytes]:
    with socket.create_connection((address, port), timeout=_left(until)) as plain:
        plain.settimeout(_left(until))
        with context.wrap_socket(plain, server_hostname=name) as secure:
            return secure.version(), secure.getpeercert(binary_form=True) or b""


def _left(until: float) -> float:
    left = until - monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def as_browser() -> ssl.SSLContext:
    """按浏览器验证 Verifies, as forgiving as a browser: what it opens must not be held against a host."""
    context = ssl.create_default_context()
    context.set_ciphers("DEFAULT:@SECLEVEL=1")
    context.options |= _LEGACY_SERVER
    return context


def believing() -> ssl.SSLContext:
    """不作验证 Believes whatever it is shown, to learn what lies behind a warning; never to trust it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.options |= _LEGACY_SERVER
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
    return context


def _facts(protocol: str | None, certificate: x509.Certificate, fault: str | None) -> TlsFacts:
    return TlsFacts(
        protocol=protocol,
        issuer=certificate.issuer.rfc4514_string()[:_LONGEST],
        names=_names(certificate),
        valid_from=certificate.not_valid_before_utc,
        valid_to=certificate.not_valid_after_utc,
        fault=fault,
    )


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    """The alternative names; the common name only where there are none, as browsers once did."""
    try:
        kept = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        addresses = [str(one) for one in kept.get_values_for_type(x509.IPAddress)]
        return tuple(
            one[:_LONGEST] for one in (*kept.get_values_for_type(x509.DNSName), *addresses)[:_MOST_NAMES]
        )
    except (x509.ExtensionNotFound, ValueError):
        common = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
        return tuple(str(one.value)[:_LONGEST] for one in common[:1])
