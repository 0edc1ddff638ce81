"""What stands between the desk and the services it lives with: mail servers, directories, sign-in services, programs.

Each trouble is one plain sentence with the page on which it is put right. The desk goes on meanwhile: mail waits and
leaves by itself, sign-ins by the desk's own passwords work, calls are made again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Max
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dreiklang.channels.mail.outbound.models import OutgoingMail
from dreiklang.channels.mail.outbound.queries import server_of
from dreiklang.channels.models import Mailbox
from dreiklang.channels.webhooks.models import Hook
from dreiklang.identities.models import Source


@dataclass(frozen=True)
class Trouble:
    """What does not work: a literal, a sentence, and the page of control (with its key) where it is put right."""

    code: str
    sentence: str
    page: str
    key: int | None = None

    @property
    def route(self) -> str:
        """The name of the page's address."""
        return f"control:{self.page}"


#: Why mail does not leave, as the outbox names it; one that is not here is told in the server's own words.
_SERVERS: Final[dict[str, str | Promise]] = {
    "no_answer": gettext_lazy("The mail server “%(host)s” does not answer."),
    "sign_in": gettext_lazy("The mail server “%(host)s” does not accept the desk's name or password."),
    "certificate": gettext_lazy("The certificate of the mail server “%(host)s” is not valid."),
    "unprotected_password": gettext_lazy(
        "The mail server “%(host)s” is set up without encryption; no password is sent to it."
    ),
    "sender_refused": gettext_lazy("The mail server “%(host)s” takes no mail from %(address)s."),
    "no_server": gettext_lazy("No mailbox names a server for what goes out."),
    "no_mailbox": gettext_lazy("There is no mailbox from which mail could leave."),
    "consent_gone": gettext_lazy("The permission to sign in at “%(host)s” is gone."),
}
#: Waiting for these is nobody's fault.
_NO_TROUBLE: Final = ("", "refused_for_now", "too_many")


def troubles_of_services() -> list[Trouble]:
    """Everything outside that does not work as far as the desk knows, mail first. A handful of queries."""
    return [*_fetching(), *_sending(), *_sources(), *_programs()]


def _fetching() -> list[Trouble]:
    troubled = Mailbox.objects.filter(is_active=True).exclude(last_problem="").order_by("pk")
    return [
        Trouble("mailbox_problem", f"{mailbox.address}: {mailbox.last_problem}", "mailbox", mailbox.pk)
        for mailbox in troubled
    ]


def _sending() -> list[Trouble]:
    """Mails that were tried and wait again, by mailbox and reason."""
    waiting = OutgoingMail.objects.filter(state=OutgoingMail.State.WAITING, tries__gt=0).exclude(reason__in=_NO_TROUBLE)
    rows = waiting.values("mailbox", "reason").annotate(n=Count("pk"), said=Max("last_answer")).order_by("mailbox")
    found = []
    for row in rows:
        mailbox = Mailbox.objects.filter(pk=row["mailbox"]).first() if row["mailbox"] else None
        server = server_of(mailbox) if mailbox else None
        names = {"host": server.smtp_host if server else "", "address": mailbox.address if mailbox else ""}
        what = str(_SERVERS[row["reason"]]) % names if row["reason"] in _SERVERS else f"{names['host']}: {row['said']}"
        wait = ngettext("%(n)d mail waits and leaves by itself.", "%(n)d mails wait and leave by themselves.", row["n"])
        sentence = f"{what} {wait % {'n': row['n']}}"
        found.append(
            Trouble("mail_waits", sentence, "mailbox" if server else "mailboxes", server.pk if server else None)
        )
    return found


def _sources() -> list[Trouble]:
    troubled = Source.objects.filter(is_active=True).exclude(last_problem="").order_by("pk")
    return [
        Trouble("sign_in_service", f"{source.name}: {source.last_problem}", "source", source.pk) for source in troubled
    ]


def _programs() -> list[Trouble]:
    found = []
    for hook in Hook.objects.exclude(off_because="").filter(is_active=False):
        words = _("The webhook “%(name)s” was switched off: it took no call for three days, or is gone.")
        found.append(Trouble("webhook_off", words % {"name": hook.name}, "webhook", hook.pk))
    for hook in Hook.objects.filter(is_active=True).exclude(failing_since=None):
        words = _("The webhook “%(name)s” takes no calls; they are tried again.")
        found.append(Trouble("webhook_failing", words % {"name": hook.name}, "webhook", hook.pk))
    return found
