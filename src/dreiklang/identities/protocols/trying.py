"""Whether a source answers and lets the desk in: what the connection test shows, in plain sentences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cryptography import x509
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dreiklang.identities.commands.sources import note_contact
from dreiklang.identities.models import Source
from dreiklang.identities.protocols import oidc, saml
from dreiklang.kernel import clock
from dreiklang.kernel.errors import Refusal
from dreiklang.kernel.permissions import system

DIRECTORY = system("directory")


@dataclass(frozen=True, slots=True)
class Trial:
    """What the test found: a sentence, good or bad."""

    is_ok: bool
    sentence: str


def tried(source: Source) -> Trial:
    """Ask the source as a sign-in would, without anybody signing in."""
    try:
        trial = Trial(True, _TRIALS[source.kind](source))
    except Refusal as wrong:
        trial = Trial(False, str(wrong))
    note_contact(source.pk, problem="" if trial.is_ok else trial.sentence, actor=DIRECTORY)
    return trial


def _oidc(source: Source) -> str:
    oidc.forget()
    keys = oidc.number_of_keys(source)
    if not keys:
        raise Refusal(_("The service answers, but names no keys by which its word could be checked."))
    oidc.try_credentials(source)
    return _("The service answers, accepts the desk, and names %(n)d keys.") % {"n": keys}


def _ldap(source: Source) -> str:
    from dreiklang.identities.protocols import ldap  # here: it costs a start a tenth, and few desks have one

    found = ldap.people(source)
    if not found:
        raise Refusal(_("The directory answers, but the filter finds nobody."))
    without = sum(1 for entry in found if not entry.address)
    sentence = _("The directory answers and names %(n)d people, %(without)d of them without a mail address.")
    return sentence % {"n": len(found), "without": without}


def _saml(source: Source) -> str:
    """The desk never calls a SAML service; what can be wrong here is what was typed, or grew old."""
    read = [x509.load_pem_x509_certificate(pem.encode()) for pem in saml.certificates(source.setting("certificates"))]
    ends = [one.not_valid_after_utc for one in read if one.not_valid_after_utc > clock.now()]
    if not ends:
        raise Refusal(_("Every certificate of the service has expired."))
    day = date_format(max(ends), "SHORT_DATE_FORMAT")
    return _("%(n)d certificates; the last one is good until %(day)s.") % {"n": len(read), "day": day}


_TRIALS: dict[str, Callable[[Source], str]] = {
    Source.Kind.OIDC: _oidc,
    Source.Kind.SAML: _saml,
    Source.Kind.LDAP: _ldap,
}
