"""Where a person stands, place by place, and how each forgets them. Part of the commands of erasure."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Q

from dreiklang.accounts.commands import accounts
from dreiklang.accounts.models import Attempt, SignedInSession
from dreiklang.channels.mail.outbound.models import OutgoingMail
from dreiklang.channels.models import Incoming
from dreiklang.exchange.commands.emptying import files_of, forget_imported
from dreiklang.exchange.models import Disclosure
from dreiklang.exchange.queries import erasing as queries
from dreiklang.exchange.rules.erasing import EMPTIED_OF_PERSON, EMPTIED_OF_TICKET, REMOVED_OF_PERSON
from dreiklang.kernel import clock, erasing, files
from dreiklang.kernel.models import JournalLine
from dreiklang.kernel.permissions import Actor
from dreiklang.knowledge.commands.indexing import index_editions
from dreiklang.knowledge.models import Edition, Word
from dreiklang.knowledge.queries.compounds import opening
from dreiklang.knowledge.rules.words import written_words
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


def forget_own_words(person: Person) -> list[int]:
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


def forget_mails(person: Person, raw: set[bytes]) -> None:
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
    theirs = Q(person=person) | Q(address__in=queries.mails_of(person)) | Q(ticket__requester=person)
    to_them = OutgoingMail.objects.filter(theirs)
    Message.objects.filter(ticket__requester=person, delivery=Message.Delivery.WAITING).update(
        delivery=Message.Delivery.NONE
    )
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
    ("messengers_post", "raw", False),
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


def forget_rows(person: Person) -> None:
    """Rows of theirs alone: tokens, devices, views, answers, disclosures; sessions end."""
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
    keys = SignedInSession.objects.filter(account_id=account_id).values_list("key", flat=True)
    Session.objects.filter(session_key__in=list(keys)).delete()


def close_account(person: Person, actor: Actor) -> None:
    """Nobody signs in by it any more, and its sign-in name says nothing."""
    account = person.account
    if account is None:
        return
    if account.is_active:
        accounts.disable(account, actor=actor)
        account.refresh_from_db()
    account.login, account.password, account.preferences = f"erased-{person.pk}", "!", {}
    account.generation += 1
    account.save(update_fields=["login", "password", "preferences", "generation"])


#: What somebody says for themselves, whoever's the ticket is; other words of theirs are the desk's.
_OWN_SAYING = ("approval.voted", "article.feedback_given", "requester.escalated")


def lines_of_own_words(person: Person) -> Q:
    """Lines of the journal that repeat their words, found while these still bear their name."""
    letters = Correspondence.objects.filter(party=person, direction=Message.Direction.IN)
    return (
        Q(plain__message_id__in=list(queries.own_messages(person).values_list("pk", flat=True)))
        | Q(plain__correspondence_id__in=list(letters.values_list("pk", flat=True)))
        | Q(subject_kind="incoming", subject_id__in=list(queries.own_incoming(person).values_list("pk", flat=True)))
        | Q(actor_kind="person", actor_id=person.pk, code__in=_OWN_SAYING)
    )


def forget_journal(person: Person, told_of: Q, patterns: list[str]) -> int:
    """Empty the words of lines about them, of lines that repeat their words, and of lines that name them."""
    about = Q(subject_kind="person", subject_id=person.pk)
    if person.account_id:
        about |= Q(subject_kind="account", subject_id=person.account_id)
    return erasing.empty_words(JournalLine.objects.filter(about | told_of)) + erasing.empty_words_naming(patterns)


def forget_person(person: Person) -> None:
    """What remains is a number with a pseudonym."""
    person.addresses.all().delete()
    person.name = queries.pseudonym(person)
    person.sort_key = person.search = person.name.casefold()
    person.function = person.place = person.note = ""
    person.site, person.is_vip, person.is_active = None, False, False
    person.manager, person.cost_centre = None, ""
    person.version += 1
    person.save()


def found_by(person: Person) -> set[int]:
    """Tickets that the search finds by the whole name or an address: their index is made anew."""
    found: set[int] = set()
    with connection.cursor() as cursor:
        for words in filter(None, (words_for_index([one]) for one in [person.name, *queries.mails_of(person)])):
            query = " & ".join("'" + word.replace("\\", "").replace("'", "''") + "'" for word in words)
            cursor.execute("SELECT ticket_id FROM tickets_ticketwords WHERE inside @@ %s::tsquery", [query])
            found |= {row[0] for row in cursor.fetchall()}
    return found


def editions_naming(patterns: Iterable[str]) -> list[int]:
    """Articles that name somebody, before another name stands there."""
    anything = "|".join(patterns)
    named = Q(title__iregex=anything) | Q(body__iregex=anything)
    return list(Edition.objects.filter(named).values_list("pk", flat=True)) if anything else []


def find_articles_anew(ids: Iterable[int], name: str) -> None:
    """Make the index of articles anew from what stands there now; the words of a name are suggested no more."""
    editions = list(Edition.objects.filter(pk__in=list(ids)))
    if not editions:
        return
    Word.objects.filter(word__in=written_words(name)).delete()
    for language in sorted({edition.language for edition in editions}):
        index_editions([one for one in editions if one.language == language], opened=opening(language))


def find_anew(ticket_ids: Iterable[int]) -> None:
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
