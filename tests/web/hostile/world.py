"""A desk with something of everything, so that every address has something to be about."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.apps import apps
from tests.cast import Cast
from tests.mails import mail

from dreiklang.accounts.commands.tokens import make_token
from dreiklang.approvals.commands import ask_approval
from dreiklang.channels.chat.commands import (
    Visitor,
    begin_chat,
    make_widget,
    say_as_visitor,
    take_chat,
)
from dreiklang.channels.chat.commands import (
    offer_transfer as offer_chat,
)
from dreiklang.channels.gate.commands import take_in
from dreiklang.channels.models import Mailbox
from dreiklang.channels.telephony.commands import begin_card, keep_card, make_system, offer_transfer
from dreiklang.escalation.commands.handing_over import accept, hand_over
from dreiklang.escalation.commands.relaying import offer_relay
from dreiklang.escalation.rules import Case, Step
from dreiklang.exchange.commands.disclosing import ask_disclosure
from dreiklang.exchange.commands.importing import prepare_import
from dreiklang.kernel import clock
from dreiklang.kernel.permissions import system
from dreiklang.knowledge.commands.borrowing import Passage, note_borrowed
from dreiklang.knowledge.commands.writing import publish, write
from dreiklang.organizations.models import Site
from dreiklang.skills.commands.keeping import keep_skill
from dreiklang.skills.commands.noting import keep_certificate, note_ability
from dreiklang.teams.models import Absence
from dreiklang.tickets.commands.attaching import Upload
from dreiklang.tickets.commands.conversation import receive_message, write_message, write_note
from dreiklang.tickets.commands.corresponding import write_to_third_party
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.models import Category, CategoryQuestion, Ticket
from dreiklang.training.commands.exercises import answer, keep_exercise
from dreiklang.training.commands.lessons import teach
from dreiklang.training.commands.processes import propose
from dreiklang.training.queries.processes import one_process
from dreiklang.training.rules.exercises import Step as ExerciseStep

#: What an address's argument is called → whose row it names, where that is not the name without ``_id``.
ROWS = {
    "words_id": "message",
    "mail_id": "outgoingmail",
    "question_id": "categoryquestion",
    "link_id": "ticketlink",
    "chat_transfer_id": "transfer",
}
WORDS = {"key": "mine", "name": "chain", "place": "message", "kind": "message", "language": "de", "secret": "x" * 22}


def make_world(cast: Cast) -> Ticket:
    """The ticket everything is about: at level 2, with all kinds of words, an offered answer, files."""
    alan, berta, carl = cast.actor("alan"), cast.actor("berta"), cast.actor("carl")
    now = clock.now()
    box = Mailbox.objects.create(address="desk@haus.example", name="Service Desk", made_at=now)
    category = Category.objects.create(key="print", name="Druck")
    CategoryQuestion.objects.create(category=category, key="device", labels={"de": "Gerät"}, needed_for_level=4)
    Site.objects.create(organization=cast.organizations["clinic"], name="Haus A")
    day = date(2026, 1, 1)
    Absence.objects.create(person=cast.dora, from_date=day, until_date=day + timedelta(days=3))
    make_token(cast.ada.account, name="t", scopes=["tickets.work"], actor=cast.actor("ada"))
    file = Upload("plan.png", "image/png", b"\x89PNG\r\n\x1a\n" + b"0" * 40)
    ticket = open_ticket(cast.rita, actor=cast.actor("rita"), subject="Drucker", channel="mail", category=category)
    receive_message(ticket, actor=cast.actor("rita"), author=cast.rita, text="Es geht nicht.", html="<p>Nein</p>")
    write_message(ticket, actor=alan, text="Wir sehen nach.", attachments=[file])
    write_note(ticket, actor=alan, text="Netz?", attachments=[file])
    write_to_third_party(ticket, actor=alan, party_name="H", party_address="a@hersteller.example", text="Bitte prüfen")
    case = Case("Rechte", "steht", (Step("Neustart", "nichts"),), "Papier", "4A", "Weg prüfen")
    accept(hand_over(ticket, actor=alan, to_team=cast.teams["workplace"], case=case), actor=berta)
    accept(hand_over(ticket, actor=berta, to_team=cast.teams["network"], case=case), actor=carl)
    offer_relay(ticket, actor=carl, text="Regel ergänzt")
    claim = mail("zoe@werk.example", subject=f"[#{ticket.number}] auch bei uns")
    take_in(claim, mailbox=box.address, actor=system("mail"))
    prepare_import(
        b"Betreff;Mail\nDrucker;rita@klinikum.example\n", actor=cast.actor("ada"), kind="tickets", filename="x"
    )
    ask_disclosure(cast.rita, actor=cast.actor("ada"))
    draft = write(None, actor=alan, language="de", title="Drucker", body="Klappe öffnen", audience="public")
    publish(draft.edition, actor=cast.actor("max"))
    note_borrowed(draft.edition, actor=alan, passages=[Passage("note", "Klappe öffnen")])
    teach(ticket, actor=carl, remedies=["tool"], words="Konsole")
    ask_approval(ticket, actor=carl, question="Neues Gerät", persons=[cast.karl])
    _teach_more(cast, category)
    make_system("Anlage", actor=cast.actor("ada"), kind="generic", organization=cast.organizations["house"])
    call = begin_card(actor=alan, caller=cast.rita)
    keep_card(call, actor=alan, notes="Kein Netz")
    offer_transfer(call, actor=alan, to_team=cast.teams["workplace"], reason="Rechte")
    _chat(cast)
    ticket.refresh_from_db()
    return ticket


def _chat(cast: Cast) -> None:
    """A chat that Alan has and offers, with a file."""
    alan, door = cast.actor("alan"), system("chat")
    widget, _secret = make_widget(
        "Netz", actor=door, organization=cast.organizations["clinic"], team=cast.teams["desk"]
    )
    chat = begin_chat(widget, Visitor(), actor=door, token="0" * 48, text="Kein Netz", client_id="1")
    say_as_visitor(chat, actor=door, text="Bild", client_id="2", uploads=[Upload("a.png", "image/png", b"x")])
    take_chat(chat, actor=alan)
    offer_chat(chat, actor=alan, to_team=cast.teams["workplace"], reason="Rechte")


def _teach_more(cast: Cast, category: Category) -> None:
    """A proposal, an exercise with an answer, a grade and a certificate."""
    alan, most = cast.actor("alan"), cast.actor("max")
    routing = one_process("routing", category.pk, actor=alan)
    assert routing is not None
    propose(routing, actor=alan, words="an Level 2")
    steps = (ExerciseStep("Port prüfen", True), ExerciseStep("Neu kaufen", False))
    made = keep_exercise(
        None, actor=most, team=cast.teams["desk"], title="Drucker", question="Was nun?", steps=steps, is_published=True
    )
    answer(made, actor=alan, chosen=[0])
    skill = keep_skill(None, actor=most, name="Druck")
    note_ability(cast.alan, skill, actor=alan, grade=2)
    keep_certificate(None, actor=alan, person=cast.alan, name="Netz")


def argument(name: str, ticket: Ticket) -> Any:
    """A value for an argument of an address: a row that is there, where there is one."""
    if name == "number":
        return ticket.number
    if name in WORDS:
        return WORDS[name]
    wanted = ROWS.get(name, name.removesuffix("_id").replace("_", ""))
    named = (m for m in apps.get_models() if m.__module__.startswith("dreiklang") and m._meta.model_name == wanted)
    rows = (model._default_manager.order_by("-pk").first() for model in named)
    return next((row.pk for row in rows if row), 1)
