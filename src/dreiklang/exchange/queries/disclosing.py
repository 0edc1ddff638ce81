"""What the desk holds about a person, put together so that no word comes along that they could not read.

Of their tickets they get what was said with them, as the portal shows it; of others' tickets only their own words.
Notes come along only if the controller chose so. Passwords, tokens and codes are kept as digests and are not given out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from dreiklang.accounts.models import SignedInSession
from dreiklang.exchange.queries.disclosing_besides import besides, mails_of_theirs
from dreiklang.exchange.rules import archive
from dreiklang.kernel import clock, files
from dreiklang.kernel.models import JournalLine
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Person
from dreiklang.teams.models import Absence, Membership
from dreiklang.tickets import policy
from dreiklang.tickets.models import Attachment, Intervention, Message, Note, Participant, Ticket
from dreiklang.tickets.rules import UNDO_SECONDS

Values = dict[str, Any]


def archive_of(person: Person, *, with_inside: bool) -> tuple[bytes, int]:
    """The ZIP, in the person's language, and of how many tickets it tells."""
    with translation.override(person.language):
        about = _about(person)
        parts: dict[str, bytes] = {}
        tickets = [_ticket(ticket, person, parts, with_inside) for ticket in _tickets_of(person)]
        whole: Values = {
            "made_at": clock.now(), "person": about, "tickets": tickets,
            "words_elsewhere": _own_words_elsewhere(person, parts),
            "mails": mails_of_theirs(person, parts), "besides": besides(person),
        }  # fmt: skip
        if with_inside:
            whole["work"] = _work(person)
        parts = {
            "index.html": _page(person, whole),
            "person.json": archive.json_file(whole),
            "tickets.csv": archive.table_file(
                [_("Number"), _("Subject"), _("Kind"), _("State"), _("Opened"), _("Closed")],
                [
                    [t["number"], t["subject"], t["kind"], t["state"], _at(t["opened_at"]), _at(t["closed_at"])]
                    for t in tickets
                ],
            ),
            **parts,
        }
    return archive.zipped(parts), len(tickets)


def _tickets_of(person: Person) -> Iterable[Ticket]:
    return Ticket.objects.filter(requester=person).select_related("customer", "category").order_by("id").iterator(500)


def _as_requester(person: Person) -> Actor:
    """The person with the eyes of the portal, whatever else they may see at work."""
    return Actor("person", person.pk, person.name, frozenset({policy.USE_PORTAL}), {}, person.language)


def _about(person: Person) -> Values:
    fields = ("name", "function", "place", "cost_centre", "language", "is_vip", "is_active", "note")
    account = person.account
    return {
        **{name: getattr(person, name) for name in fields},
        "organization": person.organization.name, "site": person.site.name if person.site else "",
        "addresses": [
            {"kind": a.kind, "value": a.value, "is_first": a.is_first, "proven_at": a.proven_at}
            for a in person.addresses.order_by("kind", "-is_first", "id")
        ],
        "account": account and {
            "login": account.login, "roles": account.roles, "language": account.language,
            "is_active": account.is_active, "created_at": account.created_at, "last_sign_in": account.last_login,
            "preferences": account.preferences,
            "sessions": list(SignedInSession.objects.filter(account=account).values("browser", "made_at")),
            "tokens": list(account.tokens.values("name", "scopes", "made_at", "expires_at", "last_used_at")),
        },
        "memberships": list(
            Membership.objects.filter(person=person).values("team__name", "from_date", "until_date")
        ),
        "absences": list(Absence.objects.filter(person=person).values("from_date", "until_date")),
        "in_copy": list(
            Participant.objects.filter(Q(person=person) | Q(address__in=_mails(person))).values(
                "ticket__number", "address", "since_at"
            )
        ),
        "journal": list(
            JournalLine.objects.filter(subject_kind="person", subject_id=person.pk).order_by("id").values("at", "code")
        ),
    }  # fmt: skip


def _mails(person: Person) -> list[str]:
    return list(person.addresses.filter(kind="mail").values_list("folded", flat=True))


def _ticket(ticket: Ticket, person: Person, parts: dict[str, bytes], with_inside: bool) -> Values:
    found = policy.messages_visible_to(_as_requester(person), ticket).filter(_left()).order_by("said_at", "id")
    messages = list(found.select_related("author").prefetch_related("attachments__file"))
    told: Values = {
        "number": ticket.number, "subject": ticket.subject, "kind": ticket.get_kind_display(), "state": ticket.state,
        "customer": ticket.customer.name, "category": ticket.category.name if ticket.category else "",
        "opened_at": ticket.opened_at, "resolved_at": ticket.resolved_at, "closed_at": ticket.closed_at,
        "messages": [_message(m, m.attachments.all(), parts, ticket.number) for m in messages],
    }  # fmt: skip
    if with_inside:
        notes = Note.objects.filter(ticket=ticket).select_related("author").order_by("written_at", "id")
        told["notes"] = [
            {"at": n.written_at, "author": n.author.name if n.author else "", "text": n.text} for n in notes
        ]
    return told


def _left() -> Q:
    """Words of the desk count once they cannot be called back any more."""
    gone = clock.now() - timedelta(seconds=UNDO_SECONDS)
    waiting = Q(delivery=Message.Delivery.WAITING, said_at__gt=gone)
    return ~waiting & ~Q(delivery=Message.Delivery.WITHDRAWN)


def _message(message: Message, attached: Iterable[Attachment], parts: dict[str, bytes], number: int) -> Values:
    taken = {path.rpartition("/")[2].casefold() for path in parts if path.startswith(f"files/{number}/")}
    kept = []
    for one in attached:
        path = f"files/{number}/{archive.safe_name(one.filename, taken)}"
        parts[path] = files.read(one.file.sha256)
        kept.append({"name": one.filename, "path": path})
    return {
        "at": message.said_at, "direction": message.direction,
        "author": message.author.name if message.author else message.author_name, "subject": message.subject,
        "text": message.text, "files": kept,
    }  # fmt: skip


def _own_words_elsewhere(person: Person, parts: dict[str, bytes]) -> list[Values]:
    """What they wrote on tickets of others: their own words and files, and of the ticket its number only."""
    found = Message.objects.filter(author=person, direction=Message.Direction.IN).exclude(ticket__requester=person)
    found = found.select_related("ticket", "author").prefetch_related("attachments__file")
    return [
        {"number": m.ticket.number, **_message(m, m.attachments.all(), parts, m.ticket.number)}
        for m in found.order_by("said_at", "id")
    ]


def _work(person: Person) -> Values:
    """What they wrote and did at the desk themselves."""
    notes = Note.objects.filter(author=person).order_by("id").values("ticket__number", "written_at", "text")
    done = Intervention.objects.filter(author=person).order_by("id")
    return {"notes": list(notes), "interventions": list(done.values("ticket__number", "done_at", "text", "minutes"))}


def _page(person: Person, whole: Values) -> bytes:
    about = whole["person"]
    facts = [
        (_("Name"), about["name"]), (_("Organisation"), about["organization"]), (_("Site"), about["site"]),
        (_("Function"), about["function"]), (_("Room, ward"), about["place"]),
        (_("Addresses"), "\n".join(a["value"] for a in about["addresses"])), (_("Note"), about["note"]),
        (_("Sign-in name"), about["account"]["login"] if about["account"] else ""),
        (_("Teams"), "\n".join(m["team__name"] for m in about["memberships"])),
    ]  # fmt: skip
    made = _("Made %(moment)s. Everything stands in person.json for machines too.") % {"moment": _at(clock.now())}
    parts = [
        f"<p>{made}</p>",
        archive.facts_part(_("About you"), facts),
        *(_ticket_part(ticket) for ticket in whole["tickets"]),
    ]
    if whole["words_elsewhere"]:
        words = [(f"{w['number']} · {_at(w['at'])}", w["text"], ()) for w in whole["words_elsewhere"]]
        parts.append(archive.words_part(_("What you wrote on other tickets"), "", words))
    for table, rows in whole["besides"].items():
        parts += [archive.facts_part(table, list(row.items())) for row in rows]
    for one in whole["mails"]:
        above = f"{one['subject']} · {_at(one['at'])}"
        said = [(above, str(one["gist"]), [(str(one["path"]), str(one["path"]))])]
        parts.append(archive.words_part(_("Mails that are kept"), "", said))
    return archive.page_file(_("What the service desk holds about you"), person.language, parts)


def _ticket_part(ticket: Values) -> str:
    words: list[tuple[str, str, Sequence[tuple[str, str]]]] = [
        (f"{m['author']} · {_at(m['at'])}", m["text"], [(f["name"], f["path"]) for f in m["files"]])
        for m in ticket["messages"]
    ]
    words += [(f"{_('Note')} · {n['author']} · {_at(n['at'])}", n["text"], ()) for n in ticket.get("notes", ())]
    meta = f"{ticket['kind']} · {_at(ticket['opened_at'])} – {_at(ticket['closed_at'])}"
    return archive.words_part(f"{ticket['number']} {ticket['subject']}", meta, words)


def _at(at: datetime | None) -> str:
    return formats.date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT") if at else "…"
