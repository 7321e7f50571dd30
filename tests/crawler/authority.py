"""One that signs certificates, and whom the tests may make trusted."""

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

NOW = datetime.now(UTC)
LONG = (NOW - timedelta(days=30), NOW + timedelta(days=60))


class Authority:
    """One that signs certificates, and whom the tests may make trusted."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "测试签发机构")])
        made = self._builder(self._name, self._key.public_key(), (NOW - timedelta(days=90), LONG[1]))
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        self.file = folder / "authority.pem"
        self.file.write_bytes(made.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def _builder(
        self, subject: x509.Name, key: Any, valid: tuple[datetime, datetime]
    ) -> x509.CertificateBuilder:
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(self._name).public_key(key)
        number = x509.random_serial_number()
        return builder.serial_number(number).not_valid_before(valid[0]).not_valid_after(valid[1])

    def context(
        self, *names: str, valid: tuple[datetime, datetime] = LONG, itself: bool = False
    ) -> ssl.SSLContext:
        """A server's context with a certificate for `names`; `itself`: signed by its own key."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, names[0])])
        builder = self._builder(subject, key.public_key(), valid)
        if itself:
            builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject)
            builder = builder.public_key(key.public_key()).serial_number(5)
            builder = builder.not_valid_before(valid[0]).not_valid_after(valid[1])
        alternatives = [
            x509.IPAddress(ip_address(one)) if one[0].isdigit() else x509.DNSName(one) for one in names
        ]
        builder = builder.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        pem = serialization.Encoding.PEM
        plain = serialization.NoEncryption()
        file = self._folder / f"{len(list(self._folder.iterdir()))}.pem"
        file.write_bytes(
            key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
            + builder.sign(key if itself else self._key, hashes.SHA256()).public_bytes(pem)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context
