"""A real slapd for tests: own folder, own ports on loopback, TLS by an authority made for it, ended by its pid."""

from __future__ import annotations

import ipaddress
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from tests.dovecot import free_port

BASE, ROOT, SECRET = "dc=klinikum,dc=example", "cn=desk,dc=klinikum,dc=example", "loopback-only"
PEOPLE, GROUPS = f"ou=people,{BASE}", f"ou=groups,{BASE}"

_CONFIG = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
attributetype ( 2.5.999.1 NAME 'userAccountControl' EQUALITY integerMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )
objectclass ( 2.5.999.2 NAME 'adLike' SUP top AUXILIARY MAY ( userAccountControl ) )
pidfile {folder}/pid
modulepath /usr/lib/ldap
moduleload back_mdb
sizelimit size.soft=100 size.hard=100 size.prtotal=unlimited
TLSCACertificateFile {folder}/ca.pem
TLSCertificateFile {folder}/server.pem
TLSCertificateKeyFile {folder}/server.key
database mdb
maxsize 33554432
suffix "{base}"
rootdn "cn=root,{base}"
rootpw {secret}
directory {folder}/data
access to attrs=userPassword by anonymous auth by * none
access to * by * read
limits dn.exact="{root}" size.prtotal=unlimited
"""


@dataclass
class Slapd:
    """A running directory."""

    folder: Path
    port: int
    tls_port: int
    authority: str
    process: subprocess.Popen[bytes]

    def load(self, ldif: str) -> None:
        """Add entries, or change them (``changetype: modify``)."""
        done = subprocess.run(
            ["ldapmodify", "-a", "-x", "-H", f"ldap://127.0.0.1:{self.port}", "-D", f"cn=root,{BASE}", "-w", SECRET],
            input=ldif.encode(), capture_output=True, check=False, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()

    def person(self, uid: str, name: str, mail: str, *, password: str = "", extra: str = "") -> str:
        """An entry for a person, to be loaded."""
        words = (
            f"dn: uid={uid},{PEOPLE}\nobjectClass: inetOrgPerson\nobjectClass: adLike\nuid: {uid}\ncn: {name}\nsn: x\n"
        )
        words += f"mail: {mail}\n" if mail else ""
        return words + (f"userPassword: {password}\n" if password else "") + extra + "\n"


@contextmanager
def running(*, host: str = "localhost") -> Iterator[Slapd]:
    """slapd for the length of a block. Fails, never skips, where it is not installed."""
    binary = shutil.which("slapd", path="/usr/sbin:/usr/lib/openldap:/usr/bin") or "/usr/sbin/slapd"
    folder = Path(tempfile.mkdtemp(prefix="slapd-"))
    (folder / "data").mkdir()
    authority = _certificates(folder, host)
    (folder / "slapd.conf").write_text(_CONFIG.format(folder=folder, base=BASE, root=ROOT, secret=SECRET))
    port, tls_port = free_port(), free_port()
    urls = f"ldap://127.0.0.1:{port} ldaps://127.0.0.1:{tls_port}"
    process = subprocess.Popen(
        [binary, "-d", "0", "-f", str(folder / "slapd.conf"), "-h", urls], stderr=subprocess.PIPE
    )
    try:
        _await(port, process)
        served = Slapd(folder, port, tls_port, authority, process)
        served.load(
            f"dn: {BASE}\nobjectClass: domain\ndc: klinikum\n\n"
            f"dn: {PEOPLE}\nobjectClass: organizationalUnit\nou: people\n\n"
            f"dn: {GROUPS}\nobjectClass: organizationalUnit\nou: groups\n\n"
            f"dn: {ROOT}\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\ncn: desk\n"
            f"userPassword: {SECRET}\n\n"
        )
        yield served
    finally:
        process.terminate()
        process.wait(timeout=20)
        shutil.rmtree(folder, ignore_errors=True)


def _certificates(folder: Path, host: str) -> str:
    """An authority and a certificate of it for a host; the authority in PEM form."""
    now = datetime.now(UTC)

    def made(
        name: str, key: ec.EllipticCurvePrivateKey, issuer: x509.Name, signer: ec.EllipticCurvePrivateKey, is_ca: bool
    ):
        names: list[x509.GeneralName] = [x509.DNSName(host)]
        if host == "localhost":
            names.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
        identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        return (
            x509.CertificateBuilder().subject_name(_name(name)).issuer_name(issuer).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=30))
            .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(identifier, critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
            .sign(signer, hashes.SHA256())
        )  # fmt: skip

    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca = made("Test authority", ca_key, _name("Test authority"), ca_key, True)
    own = made(host, key, ca.subject, ca_key, False)
    pem = serialization.Encoding.PEM
    (folder / "ca.pem").write_bytes(ca.public_bytes(pem))
    (folder / "server.pem").write_bytes(own.public_bytes(pem))
    (folder / "server.key").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return ca.public_bytes(pem).decode()


def _name(words: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, words)])


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    for _try in range(200):
        if process.poll() is not None:
            assert process.stderr is not None
            raise AssertionError(f"slapd ended: {process.stderr.read().decode()}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("slapd does not listen")
