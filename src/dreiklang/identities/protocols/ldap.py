"""LDAP and Active Directory: sign-in by binding, and the list of people with their groups, page by page.

No referral is followed: a directory may not send the desk, and the password it holds, to another host (P35).
"""

from __future__ import annotations

import ssl
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import ldap3
from django.utils.translation import gettext as _
from ldap3.core import exceptions as errors

from dreiklang.identities.commands.sources import note_contact
from dreiklang.identities.models import Source
from dreiklang.identities.rules import Claim, directory
from dreiklang.kernel.errors import Refusal, Unavailable
from dreiklang.kernel.outgoing import resolve
from dreiklang.kernel.permissions import system

CONNECTING, SILENT, PAGE = 5, 10, 500
#: Seconds for which nobody waits again for a directory that did not answer.
RESTS = 30
TLS, STARTTLS, NONE = "tls", "starttls", "none"
DIRECTORY = system("directory")


def check_password(source: Source, login: str, password: str) -> Claim | None:
    """Who this is, if the directory takes the password; None if it does not. Raises Refusal if it does not answer.

    An empty password never reaches it: directories take that for an anonymous bind and say yes (RFC 4513, 5.1.2).
    """
    if not login.strip() or not password or "\x00" in password or len(login) > 254:
        return None
    try:
        with bound(source) as connection:
            found = [*_search(connection, source, _login_filter(source, login), size=2)]
        # Who is not found costs a bind, too, so that the time does not tell who exists (P22).
        dn = found[0]["dn"] if len(found) == 1 else f"cn={uuid.uuid4().hex},{source.setting('base')}"
        fits = _fits(source, dn, password)
    except Unavailable as silent:
        note_contact(source.pk, problem=str(silent), rests_seconds=RESTS, actor=DIRECTORY)
        raise
    if source.last_problem:
        note_contact(source.pk, actor=DIRECTORY)  # it answers again
    if not fits or len(found) != 1:
        return None
    entry = _entry(source, found[0])
    if entry is None or entry.is_disabled:
        return None
    return Claim(entry.subject, entry.address, bool(entry.address), entry.name)


def people(source: Source) -> list[directory.Entry]:
    """Everybody the filter finds, with the groups they belong to, nested ones too. Raises Refusal."""
    with bound(source) as connection:
        inside, members = _groups(connection, source)
        raw = list(_search(connection, source, str(source.setting("user_filter"))))
    found = []
    for one in raw:
        entry = _entry(source, one)
        if entry is not None:
            direct = members.get(directory.folded_dn(entry.dn), frozenset()) | set(_texts(one, "memberOf"))
            groups = directory.all_groups(direct, inside)
            found.append(directory.Entry(entry.subject, entry.dn, entry.name, entry.address, entry.is_disabled, groups))
    return found


def groups(source: Source) -> list[str]:
    """The distinguished names of the groups, for choosing among them. Raises Refusal."""
    with bound(source) as connection:
        base = str(source.setting("group_base") or source.setting("base"))
        rows = _paged(connection, base, str(source.setting("group_filter")), ["cn"])
        return sorted((row["dn"] for row in rows), key=str.lower)


@contextmanager
def bound(source: Source, dn: str | None = None, password: str = "") -> Iterator[ldap3.Connection]:
    """A session, signed in as the desk or as ``dn``. Raises Unavailable in plain words."""
    host, how = str(source.setting("host")), source.setting("tls")
    user, secret = (str(source.setting("bind_dn")), source.secret) if dn is None else (dn, password)
    try:
        connection = ldap3.Connection(
            _server(source), user=user or None, password=secret or None, auto_referrals=False, read_only=True,
            receive_timeout=SILENT, raise_exceptions=True, check_names=False,
            authentication=ldap3.SIMPLE if user else ldap3.ANONYMOUS,
        )  # fmt: skip
        connection.open(read_server_info=False)
        if how == STARTTLS:
            connection.start_tls(read_server_info=False)
        connection.bind(read_server_info=False)
    except (errors.LDAPInvalidCredentialsResult, errors.LDAPPasswordIsMandatoryError) as wrong:
        sentence = _("The directory does not accept the desk's own sign-in: name or password is wrong.")
        raise Unavailable(sentence, code="wrong_secret") from wrong
    except (errors.LDAPException, ssl.SSLError, OSError) as wrong:
        raise _in_words(host, wrong) from wrong
    try:
        yield connection
    except (errors.LDAPException, ssl.SSLError, OSError) as wrong:
        raise _in_words(host, wrong) from wrong
    finally:
        try:
            connection.unbind()
        except (errors.LDAPException, OSError):
            connection.closed = True


def _server(source: Source) -> ldap3.Server:
    host, port = str(source.setting("host")), int(source.setting("port"))
    how, authority = source.setting("tls"), str(source.setting("authority"))
    if how == NONE and not _is_own_machine(host, port):
        raise Unavailable(_("Without TLS no password leaves this machine."), code="unprotected_password")
    address = resolve(host, port)[0]
    tls = ldap3.Tls(validate=ssl.CERT_REQUIRED, valid_names=[host], sni=host, ca_certs_data=authority or None)
    return ldap3.Server(
        address, port=port, use_ssl=how == TLS, tls=None if how == NONE else tls, get_info=ldap3.NONE,
        connect_timeout=CONNECTING,
    )  # fmt: skip


def _is_own_machine(host: str, port: int) -> bool:
    return all(address.startswith("127.") or address == "::1" for address in resolve(host, port))


def _fits(source: Source, dn: str, password: str) -> bool:
    try:
        with bound(source, dn, password):
            return True
    except Unavailable as wrong:
        if wrong.code == "wrong_secret" or wrong.code == "refused":
            return False
        raise


def _login_filter(source: Source, login: str) -> str:
    """Typed words are values, whatever they look like."""
    value = directory.escaped(login.strip())
    names = [name.strip() for name in str(source.setting("login_attributes")).split(",") if name.strip()]
    either = "".join(f"({name}={value})" for name in names)
    return f"(&{source.setting('user_filter')}(|{either}))"


def _search(connection: ldap3.Connection, source: Source, wanted: str, *, size: int = 0) -> Iterator[dict[str, Any]]:
    named = ("id_attribute", "mail_attribute", "name_attribute")
    names = [str(source.setting(one)) for one in named if source.setting(one)]
    names += ["cn", "memberOf", "userAccountControl", "nsAccountLock", "loginDisabled", "pwdAccountLockedTime"]
    return _paged(connection, str(source.setting("base")), wanted, names, size=size)


def _paged(
    connection: ldap3.Connection, base: str, wanted: str, names: list[str], *, size: int = 0
) -> Iterator[dict[str, Any]]:
    rows = connection.extend.standard.paged_search(
        base, wanted, ldap3.SUBTREE, attributes=list(dict.fromkeys(names)), paged_size=size or PAGE, generator=True
    )
    for row in rows:
        if row.get("type") == "searchResEntry":
            yield row


def _entry(source: Source, row: dict[str, Any]) -> directory.Entry | None:
    subject = _identifier(row, str(source.setting("id_attribute")))
    if not subject:
        return None
    name = next(iter(_texts(row, str(source.setting("name_attribute"))) or _texts(row, "cn")), "")
    mail = next(iter(_texts(row, str(source.setting("mail_attribute")))), "").strip().lower()
    return directory.Entry(
        subject, row["dn"], " ".join(name.split())[:200], mail,
        directory.is_disabled({k: v for k, v in row["raw_attributes"].items() if v}),
    )  # fmt: skip


def _identifier(row: dict[str, Any], name: str) -> str:
    """The name that is never given to anybody else; Active Directory's is sixteen bytes."""
    raw = _raw(row, name)
    if not raw:
        return ""
    if name.lower() == "objectguid" and len(raw[0]) == 16:
        return str(uuid.UUID(bytes_le=raw[0]))
    return raw[0].decode("utf-8", "replace")[:255]


def _raw(row: dict[str, Any], name: str) -> list[bytes]:
    return next((list(v) for k, v in row["raw_attributes"].items() if k.lower() == name.lower()), [])


def _texts(row: dict[str, Any], name: str) -> list[str]:
    return [value.decode("utf-8", "replace") for value in _raw(row, name)]


def _groups(
    connection: ldap3.Connection, source: Source
) -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    """Group → groups it is a member of; person → groups that name them. Both by folded names."""
    base = str(source.setting("group_base") or source.setting("base"))
    holding: dict[str, set[str]] = {}
    all_dns = set()
    for row in _paged(connection, base, str(source.setting("group_filter")), ["member", "uniqueMember"]):
        group = directory.folded_dn(row["dn"])
        all_dns.add(group)
        for member in (*_texts(row, "member"), *_texts(row, "uniqueMember")):
            holding.setdefault(directory.folded_dn(member), set()).add(group)
    frozen = {dn: frozenset(held) for dn, held in holding.items()}
    return {dn: held for dn, held in frozen.items() if dn in all_dns}, frozen


def _in_words(host: str, wrong: Exception) -> Refusal:
    said = str(wrong)
    if isinstance(wrong, errors.LDAPCertificateError) or "certificate" in said.lower() or "CERTIFICATE" in said:
        sentence = _(
            "The certificate of “%(host)s” is not trusted: it is another's, too old, or of an unknown authority."
        )
        return Unavailable(sentence % {"host": host}, code="certificate")
    if (
        isinstance(wrong, errors.LDAPSocketOpenError | errors.LDAPSocketReceiveError | TimeoutError)
        and "timed out" in said
    ):
        return Unavailable(_("“%(host)s” takes too long to answer.") % {"host": host}, code="slow")
    if isinstance(wrong, errors.LDAPNoSuchObjectResult):
        return Unavailable(_("The directory does not know the place where people are looked for."), code="no_base")
    if isinstance(wrong, errors.LDAPInvalidFilterError):
        return Unavailable(_("The directory does not understand the filter."), code="filter")
    if isinstance(wrong, errors.LDAPInvalidDnError | errors.LDAPInvalidDNSyntaxResult):
        return Unavailable(_("This is no distinguished name."), code="refused")
    if isinstance(wrong, errors.LDAPOperationResult):
        sentence = _("The directory refuses: %(why)s.")
        return Unavailable(sentence % {"why": getattr(wrong, "description", said)[:100]}, code="refused")
    if isinstance(wrong, errors.LDAPSocketOpenError):
        return Unavailable(_("“%(host)s” does not answer.") % {"host": host}, code="no_answer")
    return Unavailable(_("“%(host)s” broke the connection off.") % {"host": host}, code="broken_off")
