"""What erasing a person would take, what must stay and why, and what stands against it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db.models import Count, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dreiklang.approvals.models import Vote
from dreiklang.channels.fax.models import Line as FaxLine
from dreiklang.channels.models import Held, Incoming
from dreiklang.channels.monitoring.models import Source
from dreiklang.channels.telephony.models import System
from dreiklang.channels.webhooks.models import Hook
from dreiklang.exchange import policy
from dreiklang.exchange.models import EmptiedTicket, Erasure, Retention
from dreiklang.exchange.rules import identifiers
from dreiklang.exchange.rules.erasing import REMOVED_OF_PERSON
from dreiklang.kernel import clock
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.models import JournalLine
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Address, Person
from dreiklang.sla.models import Agreement
from dreiklang.teams.models import Membership
from dreiklang.tickets.models import Attachment, Complaint, Message, Series, Ticket

#: Days of a month in which words are kept, on the safe side.
DAYS_A_MONTH = 31


@dataclass(frozen=True)
class Against:
    """What stands against an erasure. ``is_final``: it has to be settled first; otherwise a reason will do."""

    words: str
    is_final: bool = True
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True)
class Preview:
    """What an erasure would do. Counts by a word for programs, sentences for people."""

    person: Person
    erased: dict[str, int] = field(default_factory=dict)
    kept: tuple[str, ...] = ()
    against: tuple[Against, ...] = ()
    last: Erasure | None = None

    @property
    def is_possible(self) -> bool:
        """Nothing has to be settled first."""
        return not any(one.is_final for one in self.against)

    @property
    def needs_reason(self) -> bool:
        """Something stands against it that the controller can overrule."""
        return any(not one.is_final for one in self.against)


def preview_of(person: Person, *, actor: Actor) -> Preview:
    """What erasing somebody would do. Raises NotFound for whoever may not."""
    if not policy.may_erase(actor):
        raise NotFound(code="no_person")
    return Preview(person, _counts(person), tuple(_kept(person)), tuple(_against(person)), last_erasure(person))


def last_erasure(person: Person) -> Erasure | None:
    """The newest erasure of a person, done or going on."""
    return Erasure.objects.filter(person=person).order_by("-pk").first()


def pseudonym(person: Person) -> str:
    """What stands in the place of a name, in the language of the organisation."""
    with translation.override(person.organization.language):
        return _("Erased person %(number)d") % {"number": person.pk}


def mails_of(person: Person) -> list[str]:
    """Their mail addresses, folded."""
    return list(person.addresses.filter(kind=Address.Kind.MAIL).values_list("folded", flat=True))


def replacements_of(person: Person) -> list[identifiers.Replacement]:
    """By what the person is found in texts, and what stands there afterwards."""
    phones = person.addresses.filter(kind=Address.Kind.PHONE).values_list("value", "folded")
    return identifiers.replacements(
        person.pk, name=person.name, mails=mails_of(person), phones={p for pair in phones for p in pair},
        login=person.account.login if person.account else "", pseudonym=pseudonym(person),
    )  # fmt: skip


def own_messages(person: Person) -> QuerySet[Message]:
    """What they wrote as a requester or in copy, on whatever ticket."""
    mine = Q(author=person) | Q(author=None, author_address__in=mails_of(person))
    return Message.objects.filter(mine, direction=Message.Direction.IN)


def own_incoming(person: Person) -> QuerySet[Incoming]:
    """Mails that came from one of their addresses, whatever became of them."""
    mails = mails_of(person)
    return Incoming.objects.filter(Q(sender__in=mails) | Q(envelope_from__in=mails))


def own_held(person: Person) -> QuerySet[Held]:
    """Held mails from one of their addresses."""
    return Held.objects.filter(Q(sender_address__in=mails_of(person)) | Q(incoming__in=own_incoming(person)))


def rows_about(person: Person, label: str, path: str) -> QuerySet[Any]:
    """Rows of a table that belong to the person or, for the path ``account``, to their account."""
    owner = person.account_id if path == "account" else person.pk
    rows: QuerySet[Any] = apps.get_model(label)._base_manager.all()
    return rows.filter(**{path: owner}) if owner else rows.none()


def _counts(person: Person) -> dict[str, int]:
    tickets = Ticket.objects.filter(requester=person)
    owns = dict(REMOVED_OF_PERSON)
    named = {
        "drafts": "tickets.Draft", "abilities": "skills.Ability", "training_answers": "training.Attempt",
        "devices": "push.Device", "tokens": "accounts.ApiToken", "disclosures": "exchange.Disclosure",
    }  # fmt: skip
    return {
        "tickets": tickets.count(),
        "messages": Message.objects.filter(Q(ticket__in=tickets) | Q(pk__in=own_messages(person))).count(),
        "files": Attachment.objects.filter(Q(ticket__in=tickets) | Q(message__in=own_messages(person))).count(),
        "mails": Incoming.objects.filter(Q(ticket__in=tickets) | Q(pk__in=own_incoming(person))).count(),
        "held": own_held(person).count(),
        "calls": apps.get_model("telephony.Call").objects.filter(Q(caller=person) | Q(ticket__in=tickets)).count(),
        "addresses": person.addresses.count(),
        **{name: rows_about(person, label, owns[label]).count() for name, label in named.items()},
        "journal": JournalLine.objects.filter(subject_kind="ticket", subject_id__in=tickets.values("pk"))
        .exclude(words_digest=None)
        .count(),
    }


def _kept(person: Person) -> Iterator[str]:
    yield _(
        "Their tickets by number, kind, category, times, clocks and minutes, without words: what was promised and done"
        " for the customer must stay provable (contract, accounts)."
    )
    yield _("The lines of the journal by code, time and number: the history is sealed; its words are emptied.")
    yield _("“%(name)s” in their place wherever others named them in full: what others wrote is theirs.") % {
        "name": pseudonym(person)
    }
    if person.memberships.exists() or set(person.account.roles if person.account else ()) - {"requester", "contact"}:
        yield _("What they wrote and did for the desk on tickets of others, under that name: it is the desk's work.")


def _against(person: Person) -> Iterator[Against]:
    if open_ones := _numbers(Ticket.objects.unsettled().filter(requester=person)):
        yield Against(_("Tickets of theirs are open; solve or close them first."), numbers=open_ones)
    if working := _numbers(Ticket.objects.unsettled().filter(assignee=person)):
        yield Against(_("They have open tickets to work on; assign them to somebody else first."), numbers=working)
    if Membership.objects.filter(person=person, until_date=None).exists():
        yield Against(_("They belong to a team; end the membership first."))
    if waiting := _numbers(Ticket.objects.filter(approvals__votes__in=_open_votes(person))):
        yield Against(_("Their say is awaited; name somebody else or withdraw the question first."), numbers=waiting)
    if Series.objects.filter(requester=person, is_active=True).exists():
        yield Against(_("Recurring tickets are opened in their name; change or end the series first."))
    if _speaks_for_programs(person):
        yield Against(_("A source of alerts, a telephone system or a webhook acts in their name; change that first."))
    if person.account and "administrator" in person.account.roles and person.account.is_active:
        yield Against(_("They administer the desk; take the role away first."))
    yield from _in_contracts(person)


def _in_contracts(person: Person) -> Iterator[Against]:
    if named := Agreement.objects.filter(contacts__icontains=person.name).order_by("name").first():
        words = _("They are named as contact in the agreement “%(name)s”; name somebody else there.")
        yield Against(words % {"name": named.name}, is_final=False)
    if complaints := _numbers(Ticket.objects.filter(complaint__in=_late_complaints(person))):
        words = _(
            "Complaints of theirs were closed less than half a year ago; claims may follow (GDPR, art. 17 (3) e)."
        )
        yield Against(words, is_final=False, numbers=complaints)


def _late_complaints(person: Person) -> QuerySet[Complaint]:
    return Complaint.objects.filter(ticket__requester=person, ticket__closed_at__gt=clock.now() - timedelta(days=183))


def _open_votes(person: Person) -> QuerySet[Vote]:
    return Vote.objects.filter(person=person, approval__state="open", answer="")


def _speaks_for_programs(person: Person) -> bool:
    return (
        Source.objects.filter(person=person).exists()
        or System.objects.filter(person=person).exists()
        or FaxLine.objects.filter(person=person).exists()
        or Hook.objects.filter(keeper=person).exists()
    )


def _numbers(tickets: QuerySet[Ticket]) -> tuple[int, ...]:
    return tuple(tickets.order_by("number").values_list("number", flat=True).distinct()[:20])


@dataclass(frozen=True)
class Due:
    """How many tickets a retention would empty now."""

    retention: Retention
    tickets: int

    @property
    def words(self) -> str:
        """In a sentence."""
        return ngettext("%(n)d ticket is due", "%(n)d tickets are due", self.tickets) % {"n": self.tickets}


def retentions(*, actor: Actor) -> list[Due]:
    """Every retention with what it would take now. Raises NotFound for whoever may not erase."""
    if not policy.may_erase(actor):
        raise NotFound(code="no_retention")
    kept = list(Retention.objects.select_related("team").order_by("team__level", "team__name"))
    counts = Ticket.objects.aggregate(**{f"due_{one.pk}": Count("pk", filter=_is_due(one)) for one in kept})
    return [Due(one, counts[f"due_{one.pk}"]) for one in kept]


def due_tickets(retention: Retention) -> QuerySet[Ticket]:
    """Closed tickets of its team whose time is over and that still bear words, with what was merged into them."""
    return Ticket.objects.filter(_is_due(retention))


def _is_due(retention: Retention) -> Q:
    over = clock.now() - timedelta(days=DAYS_A_MONTH * retention.months)
    emptied = EmptiedTicket.objects.values("pk")
    is_over = Q(closed_at__lt=over, state="closed") | Q(state="merged", merged_into__in=emptied)
    if retention.team_id is not None:
        is_here = Q(team_id=retention.team_id)
    else:
        is_here = Q(team=None) | ~Q(team__in=Retention.objects.exclude(team=None).values("team_id"))
    return is_over & is_here & ~Q(pk__in=emptied)
