"""Forgetting a person: asked for with a preview, done in the background, done again after a restore (P45)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from dreiklang.accounts.commands import accounts
from dreiklang.accounts.models import Attempt, SignedInSession
from dreiklang.assistance.models import LearnedField
from dreiklang.channels.mail.outbound.models import OutgoingMail
from dreiklang.channels.models import Incoming
from dreiklang.exchange import policy, register
from dreiklang.exchange.commands.emptying import empty_tickets, files_of, forget_imported
from dreiklang.exchange.events import ErasureAsked, PersonErased
from dreiklang.exchange.models import Disclosure, Erasure
from dreiklang.exchange.queries import erasing as queries
from dreiklang.exchange.rules import identifiers
from dreiklang.exchange.rules.erasing import (
    EMPTIED_OF_PERSON,
    EMPTIED_OF_TICKET,
    REMOVED_OF_PERSON,
)
from dreiklang.kernel import clock, erasing, files, instance
from dreiklang.kernel.command import command, personal
from dreiklang.kernel.errors import Invalid, NotAllowed, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.models import JournalLine
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.models import Person
from dreiklang.tickets.commands.finding import remember_words, words_of
from dreiklang.tickets.models import (
    Attachment,
    AttachmentText,
    Correspondence,
    DraftPicture,
    Message,
    Note,
    Ticket,
    TicketWords,
)
from dreiklang.tickets.rules.words import words_for_index

MOST_REASON = 500


@command
def ask_erasure(person: Person, *, actor: Actor, because: str = "") -> Erasure:
    """Decide that a person is erased. It is done in the background, and cannot be taken back.

    Raises WrongState while something has to be settled first or it is done already, Invalid if a reason is missing.
    """
    require(policy.may_erase(actor))
    person = Person.objects.select_for_update(of=("self",)).select_related("organization", "account").get(pk=person.pk)
    if actor.kind == "person" and actor.id == person.pk:
        raise NotAllowed(_("Nobody erases themselves; somebody else must look at it."))
    if is_erased(person):
        raise WrongState(_("This person is erased, or being erased, already."), code="already_erased")
    seen = queries.preview_of(person, actor=actor)
    if not seen.is_possible:
        raise WrongState(" ".join(one.words for one in seen.against if one.is_final), code="stands_against")
    because = because.strip()
    if seen.needs_reason and not because:
        raise Invalid({"because": [_("Please say why it is done although something stands against it.")]})
    if len(because) > MOST_REASON:
        raise Invalid({"because": [_("At most %(n)d characters.") % {"n": MOST_REASON}]})
    asked = _begin(person, actor=actor, because=because)
    publish(ErasureAsked(subject_id=person.pk, erasure_id=asked.pk, because=because), actor=actor)
    return asked


def is_erased(person: Person) -> bool:
    """Whether a person is erased in this database, or about to be."""
    return Erasure.objects.filter(person=person).exists()


def _begin(person: Person, *, actor: Actor, because: str = "", is_again: bool = False) -> Erasure:
    first = first_line(person)
    return Erasure.objects.create(
        person=person, asked_by_id=actor.id if actor.kind == "person" else None, because=because,
        first_line=first.pk if first else None, first_line_at=first.at if first else None, asked_at=clock.now(),
        is_again=is_again, epoch=instance.epoch(),
    )  # fmt: skip


def first_line(person: Person) -> JournalLine | None:
    """The oldest line of the journal about a person: it tells one of that number from a later one."""
    return JournalLine.objects.filter(subject_kind="person", subject_id=person.pk).order_by("pk").first()


@command
def make_erasure(asked: Erasure, *, actor: Actor) -> Erasure:
    """Do it: whole or not at all. Raises WrongState if it is done already."""
    require(actor.is_system)
    asked = Erasure.objects.select_for_update(of=("self",)).select_related("person").get(pk=asked.pk)
    if asked.done_at is not None:
        raise WrongState(code="done")
    person = Person.objects.select_for_update(of=("self",)).select_related("organization", "account").get(
        pk=asked.person_id
    )  # fmt: skip
    wanted = queries.replacements_of(person)
    raw = identifiers.in_transport([person.name, *queries.mails_of(person)])
    mine = list(Ticket.objects.filter(requester=person).order_by("pk").values_list("pk", flat=True))
    touched = {*_forget_own_words(person), *_found_by(person)} - {*mine}
    _forget_mails(person, raw)
    _forget_rows(person)
    _close_account(person, actor)
    empty_tickets(mine, actor=actor, erasure=asked)
    patterns = [pattern for pattern, _instead in wanted]
    lines = _forget_journal(person, patterns)
    _forget_person(person)
    changed = erasing.replace_everywhere(wanted)
    _find_anew(touched)
    LearnedField.objects.all().delete()  # what was learned from texts holds their words; it is learned anew
    asked.done_at = clock.now()
    asked.counts = {"tickets": len(mine), "words_elsewhere": len(touched), "journal": lines, **_told(changed)}
    asked.save(update_fields=["done_at", "counts"])
    transaction.on_commit(lambda: register.add(register_path(), [register.entry_of(asked)]))
    publish(
        PersonErased(
            subject_id=person.pk, erasure_id=asked.pk, tickets=len(mine), lines=lines, again=asked.is_again
        ),
        actor=actor,
    )  # fmt: skip
    return asked


def register_path() -> Path:
    """Where this desk keeps its register of erasures."""
    return Path(settings.HOME) / register.NAME


def _told(changed: dict[str, int]) -> dict[str, int]:
    return {"names": sum(changed.values())}


def _forget_own_words(person: Person) -> list[int]:
    """What they wrote on tickets of others, with its files; which tickets these are, and those that name them."""
    own = queries.own_messages(person)
    letters = Correspondence.objects.filter(party=person, direction=Message.Direction.IN)
    touched = {*own.values_list("ticket_id", flat=True), *letters.values_list("ticket_id", flat=True)}
    attached = Attachment.objects.filter(Q(message__in=own) | Q(correspondence__in=letters))
    gone = files_of(attached)
    attached.delete()
    empties = {label: values for label, _path, values in EMPTIED_OF_TICKET}
    letters.update(**empties["tickets.Correspondence"])
    own.update(**empties["tickets.Message"])  # the last: what is theirs is known by the addresses in it
    files.let_go(gone)
    return sorted(touched)


def _forget_mails(person: Person, raw: set[bytes]) -> None:
    """Mails from them, mails that name them in their bytes, held ones, and what waited to leave to them."""
    empties = {label: values for label, _path, values in EMPTIED_OF_TICKET}
    queries.own_held(person).update(**empties["channels.Held"])
    own = Incoming.objects.filter(pk__in=list(queries.own_incoming(person).values_list("pk", flat=True)))
    own.exclude(state=Incoming.State.SETTLED).update(
        state=Incoming.State.SETTLED, outcome=Incoming.Outcome.IGNORED, reason="erased", settled_at=clock.now(),
        next_try_at=None,
    )  # fmt: skip
    own.update(**empties["channels.Incoming"])
    _forget_bytes(raw)
    to_them = OutgoingMail.objects.filter(Q(person=person) | Q(address__in=queries.mails_of(person)))
    waiting = (OutgoingMail.State.WAITING, OutgoingMail.State.HELD)
    to_them.filter(state__in=waiting).update(
        state=OutgoingMail.State.DROPPED, reason="erased", settled_at=clock.now(), answer_links=""
    )
    to_them.update(address="", last_answer="", accepted=[])


#: Table, column of bytes as they came, whether the row goes as a whole.
_BYTES = (
    ("channels_incoming", "raw", False),
    ("monitoring_call", "raw", False),
    ("telephony_misread", "raw", False),
    ("kernel_answeredcall", "body", True),
)


def _forget_bytes(wanted: set[bytes]) -> None:
    """Empty what came as bytes and holds one of the spellings; line breaks inside do not hide it."""
    if not wanted:
        return
    with connection.cursor() as cursor:
        for table, column, goes in _BYTES:
            bare = f"replace(replace(replace(encode({column}, 'escape'), E'=\\r\\n', ''), E'\\r\\n', ''), E'\\n', '')"
            found = f"{column} IS NOT NULL AND {bare} LIKE ANY (%s)"
            deed = f"DELETE FROM {table}" if goes else f"UPDATE {table} SET {column} = ''"  # noqa: S608 - names of ours
            cursor.execute(f"{deed} WHERE {found}", [[_like(one) for one in sorted(wanted)]])


def _like(spelled: bytes) -> str:
    r"""Bytes as ``encode(…, 'escape')`` writes them (a backslash twice, high bytes as \ooo), as a LIKE pattern."""
    shown = "".join("\\\\" if b == 92 else chr(b) if b < 128 else f"\\{b:03o}" for b in spelled)
    return "%" + shown.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


def _forget_rows(person: Person) -> None:
    forget_imported(Q(lines__person=person))
    gone = files_of(Disclosure.objects.filter(person=person), DraftPicture.objects.filter(person=person))
    for label, path, values in EMPTIED_OF_PERSON:
        queries.rows_about(person, label, path).update(**values)
    logins = [*queries.mails_of(person), *([person.account.login] if person.account else [])]
    Attempt.objects.filter(key__in=logins).delete()
    if person.account_id:
        _end_sessions(person.account_id)
    for label, path in REMOVED_OF_PERSON:
        if label != "organizations.Address":  # the last: everything is found by them
            queries.rows_about(person, label, path).delete()
    files.let_go(gone)


def _end_sessions(account_id: int) -> None:
    from django.contrib.sessions.models import Session

    keys = SignedInSession.objects.filter(account_id=account_id).values_list("key", flat=True)
    Session.objects.filter(session_key__in=list(keys)).delete()


def _close_account(person: Person, actor: Actor) -> None:
    account = person.account
    if account is None:
        return
    if account.is_active:
        accounts.disable(account, actor=actor)
        account.refresh_from_db()
    account.login, account.password, account.preferences = f"erased-{person.pk}", "!", {}
    account.generation += 1
    account.save(update_fields=["login", "password", "preferences", "generation"])


def _forget_journal(person: Person, patterns: list[str]) -> int:
    about = Q(subject_kind="person", subject_id=person.pk)
    if person.account_id:
        about |= Q(subject_kind="account", subject_id=person.account_id)
    return erasing.empty_words(JournalLine.objects.filter(about)) + erasing.empty_words_naming(patterns)


def _forget_person(person: Person) -> None:
    person.addresses.all().delete()
    person.name = queries.pseudonym(person)
    person.sort_key = person.search = person.name.casefold()
    person.function = person.place = person.note = ""
    person.site, person.is_vip, person.is_active = None, False, False
    person.version += 1
    person.save()


def _found_by(person: Person) -> set[int]:
    """Tickets that the search finds by the whole name or an address: their index is made anew."""
    found: set[int] = set()
    with connection.cursor() as cursor:
        for words in filter(None, (words_for_index([one]) for one in [person.name, *queries.mails_of(person)])):
            query = " & ".join("'" + word.replace("\\", "").replace("'", "''") + "'" for word in words)
            cursor.execute("SELECT ticket_id FROM tickets_ticketwords WHERE inside @@ %s::tsquery", [query])
            found |= {row[0] for row in cursor.fetchall()}
    return found


def _find_anew(ticket_ids: Iterable[int]) -> None:
    """Make the search index of tickets anew from what still stands there; their files are read again by the job."""
    for ticket in Ticket.objects.select_related("requester").filter(pk__in=ticket_ids):
        TicketWords.objects.filter(ticket=ticket).delete()
        outside = [one for pair in ticket.messages.values_list("subject", "text") for one in pair]
        inside = [*Note.objects.filter(ticket=ticket).values_list("text", flat=True)]
        inside += [
            one for pair in Correspondence.objects.filter(ticket=ticket).values_list("subject", "text") for one in pair
        ]
        remember_words(ticket, outside=[*words_of(ticket), *outside], inside=inside)
        AttachmentText.objects.filter(attachment__ticket=ticket).delete()


@command
def erase_again(person: Person, *, actor: Actor) -> Erasure:
    """Erase somebody whom the register names, in a database that does not know of it: a restored one."""
    require(actor.is_system)
    again = _begin(person, actor=actor, is_again=True)
    publish(ErasureAsked(subject_id=person.pk, erasure_id=again.pk), actor=actor)
    return make_erasure(again, actor=actor)


def person_named(entry: register.Entry) -> Person | None:
    """The person an entry of the register means, if they are in this database and not erased in it."""
    person = Person.objects.filter(pk=entry.person).first()
    if person is None or Erasure.objects.filter(person=person).exclude(done_at=None).exists():
        return None
    first = first_line(person)
    if first is None:
        return person  # an old backup from before anything was told about them
    return person if (first.pk, first.at.isoformat()) == (entry.first_line, entry.first_line_at) else None


@personal
def bring_register_up(*, actor: Actor) -> int:
    """Write every erasure that is done into the register; it may have been cut off between database and file."""
    require(actor.is_system)
    done = Erasure.objects.exclude(done_at=None).order_by("pk")
    return register.add(register_path(), map(register.entry_of, done))
