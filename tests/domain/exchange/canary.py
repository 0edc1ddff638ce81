"""A person with a word of their own in every channel, and a look for such words in all that the desk keeps."""

from __future__ import annotations

import base64
import json
from pathlib import Path

from django.conf import settings
from django.db import connection
from tests.cast import Cast
from tests.mails import mail

from dreiklang.approvals.models import Approval, Vote
from dreiklang.assistance.models import LearnedField, MachineText, Proposal
from dreiklang.channels.gate.commands import take_in
from dreiklang.channels.mail.outbound.models import OutgoingMail
from dreiklang.channels.models import Held, Incoming, Mailbox
from dreiklang.channels.push.models import Device
from dreiklang.channels.telephony.models import Call
from dreiklang.exchange.commands.disclosing import ask_disclosure, make_disclosure
from dreiklang.kernel import clock
from dreiklang.kernel.permissions import system
from dreiklang.knowledge.commands.importing import import_articles
from dreiklang.organizations.commands.persons import change_person, make_person
from dreiklang.organizations.commands.sign_ins import give_account
from dreiklang.organizations.models import Person
from dreiklang.tickets.commands.conversation import receive_message, write_message, write_note
from dreiklang.tickets.commands.corresponding import write_to_third_party
from dreiklang.tickets.commands.keeping import save_draft
from dreiklang.tickets.commands.opening import open_with_message
from dreiklang.tickets.commands.resolution import close, resolve
from dreiklang.tickets.models import Message, Participant, SavedView, Ticket
from dreiklang.training.models import Attempt, Exercise

NAME, MAIL, PHONE, LOGIN = "Kanaria Quuxfeld", "k.quuxfeld@klinikum.example", "+49 7071 5550199", "quuxlogin"
#: Words only she, or somebody about her, has written; and her name as others write it.
WORD = "kanarienwort"
TRACES = (WORD, "quuxfeld", "quuxlogin", "5550199")
DESK = system("mail")
#: Where her words stand that she must be given (GDPR, article 15). Drafts of others and a model's guesses are not said.
GIVEN = (
    "note", "function", "place", "subject", "text", "file", "held", "inside", "answer", "elsewhere", "call", "card",
    "yes", "view", "phone", "solution",
)  # fmt: skip


def canary(cast: Cast, mailbox: Mailbox) -> Person:
    """Somebody who has been everywhere; her tickets are closed, nothing stands against her being erased."""
    ada, alan = cast.actor("ada"), cast.actor("alan")
    clinic = cast.organizations["clinic"]
    her = make_person(NAME, organization=clinic, actor=ada, mails=[MAIL], phones=[PHONE], note=f"{WORD}-note")
    change_person(her, actor=ada, function=f"{WORD}-function", place=f"{WORD}-place")
    give_account(her, login=LOGIN, roles=["requester"], actor=ada)
    her.refresh_from_db()
    ticket = _by_mail(her)
    _work_on(ticket, cast)
    _elsewhere(cast, her)
    _in_an_article()
    _besides(her, ticket, cast)
    make_disclosure(ask_disclosure(her, actor=ada), actor=system("disclosure"))
    for hers in Ticket.objects.unsettled().filter(requester=her):
        resolve(hers, actor=alan, text=f"{WORD}-solution")
        close(hers, actor=alan)
    Message.objects.filter(delivery="waiting").update(delivery="sent")
    OutgoingMail.objects.filter(ticket=ticket).update(address=MAIL)
    return her


def _by_mail(her: Person) -> Ticket:
    attached = (("quuxfeld.txt", "text/plain", f"{WORD}-file".encode()),)
    raw = mail(f"{NAME} <{MAIL}>", subject=f"{WORD}-subject", text=f"{WORD}-text\n{NAME}\n", attachments=attached)
    number = take_in(raw, mailbox="desk@haus.example", actor=DESK).ticket
    return Ticket.objects.get(number=number)


def _work_on(ticket: Ticket, cast: Cast) -> None:
    alan = cast.actor("alan")
    write_note(ticket, actor=alan, text=f"{WORD}-inside about {NAME}")
    write_message(ticket, actor=alan, text=f"Guten Tag Frau Quuxfeld, {WORD}-answer")
    write_to_third_party(
        ticket, actor=alan, party_name="Hersteller", party_address="fall@hersteller.example",
        text=f"{WORD}-vendor", subject=f"{WORD}-case",
    )  # fmt: skip
    save_draft(ticket, actor=alan, place="message", content={"text": f"{WORD}-draft"})


def _elsewhere(cast: Cast, her: Person) -> None:
    """On a ticket of Karl's: her own words go, what others wrote stays and names her no more."""
    berta = open_with_message(cast.berta, actor=DESK, text="Bertas Wort", subject="Bertas")
    take_in(mail(f"{NAME} <{MAIL}>", subject=f"Re: [#{berta.number}]", text=f"{WORD}-held"), mailbox=None, actor=DESK)
    karls = open_with_message(cast.karl, actor=DESK, text="Karls Wort", subject=f"Wie bei {NAME}")
    receive_message(karls, actor=DESK, author=her, text=f"{WORD}-elsewhere")
    write_note(
        karls, actor=cast.actor("alan"), text=f"Siehe Quuxfeld, Kanaria ({MAIL.upper()}, 07071/555 0199).\n{NAME}"
    )
    Participant.objects.get_or_create(ticket=karls, address=MAIL, defaults={"name": NAME, "since_at": clock.now()})
    coded = base64.b64encode(f"Liste:\nx{NAME} <{MAIL}>\n".encode()).decode()
    raw = mail("Karl Contact <karl@klinikum.example>", text="PLACE").replace(b"PLACE", coded.encode())
    take_in(raw, mailbox="desk@haus.example", actor=DESK)


def _in_an_article() -> None:
    told = {"language": "de", "audience": "internal", "title": f"Frag {NAME}", "body": f"Wer hilft: {NAME}, {MAIL}."}
    import_articles([json.dumps(told)], actor=system("console"))


def _besides(her: Person, ticket: Ticket, cast: Cast) -> None:
    now = clock.now()
    Call.objects.create(
        stage="ended", number="+4970715550199", begun_at=now, caller=her, subject=f"{WORD}-call", notes=f"{WORD}-card"
    )
    asked = Approval.objects.create(ticket=ticket, asked_by=cast.alan, question=f"{WORD}-question", state="granted",
                                    asked_at=now, decided_at=now)  # fmt: skip
    Vote.objects.create(approval=asked, person=her, answer="yes", words=f"{WORD}-yes", voted_at=now)
    SavedView.objects.create(owner=her, name=f"{WORD}-view", conditions=f"subject contains {WORD}", made_at=now)
    exercise = Exercise.objects.create(title="Übung", question="?", team=cast.teams["desk"], made_at=now)
    Attempt.objects.create(exercise=exercise, person=her, chosen=[1], is_right=True, made_at=now)
    assert her.account is not None
    Device.objects.create(
        account=her.account, generation=1, endpoint="https://push.example/x", key="k", auth="a", name=f"{WORD}-phone",
        digest=b"1" * 32, made_at=now,
    )  # fmt: skip
    Proposal.objects.create(
        ticket=ticket, field="category", value="1", words=[f"{WORD}-told"], probability=0.9, proposed_at=now
    )
    MachineText.objects.create(
        ticket=ticket, task="summary", language="de", text=f"{WORD}-machine", sent=[NAME], persons={"P": NAME},
        asked_at=now, state="ready",
    )  # fmt: skip
    LearnedField.objects.create(field="category", content=WORD.encode(), learned_at=now)
    Held.objects.filter(incoming__in=Incoming.objects.filter(sender=MAIL)).update(gist=f"{WORD}-gist")


def traces() -> list[str]:
    """Every place where a trace of her stands: the whole database, and the whole store of files."""
    found = []
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            for (row,) in cursor.fetchall():
                told = row.lower()
                found += [f"{table}: {trace}: {told[:160]}" for trace in TRACES if trace in told or _hex(trace) in told]
    for path in Path(settings.FILES_ROOT).rglob("*"):
        if path.is_file():
            content = path.read_bytes().lower()
            found += [f"{path.name}: {trace}" for trace in TRACES if trace.encode() in content]
    return found


def _hex(trace: str) -> str:
    return trace.encode().hex()


def raw_mails() -> bytes:
    """Every kept mail with its base64 undone as far as a look for her needs it."""
    return b"".join(bytes(raw) for raw in Incoming.objects.values_list("raw", flat=True)).lower()
