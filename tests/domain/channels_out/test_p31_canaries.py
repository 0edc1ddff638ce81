"""A canary in every inside text of a whole case; none sings in anything that leaves (P31)."""

import itertools
import random
from datetime import timedelta
from typing import Any

from django.test import Client
from tests.cast import Cast

from dreiklang.channels.mail.outbound.sending import send_due
from dreiklang.escalation.commands.handing_back import hand_back
from dreiklang.escalation.commands.handing_over import accept, hand_over
from dreiklang.escalation.commands.relaying import dismiss_relay, offer_relay, open_direct_line
from dreiklang.escalation.rules import Case, Step
from dreiklang.kernel import clock
from dreiklang.kernel.permissions import system
from dreiklang.organizations.models import Person
from dreiklang.tickets.commands.assignment import assign
from dreiklang.tickets.commands.attaching import Upload
from dreiklang.tickets.commands.conversation import receive_message, write_message, write_note
from dreiklang.tickets.commands.corresponding import receive_from_third_party, write_to_third_party
from dreiklang.tickets.commands.interventions import log_intervention
from dreiklang.tickets.commands.pausing import pause, resume
from dreiklang.tickets.commands.resolution import reopen, resolve
from dreiklang.tickets.models import Ticket

WORD = "kanarie"


class Birds:
    """Gives out canaries: marked words, each with the name of its cage."""

    def __init__(self) -> None:
        self.count = itertools.count()
        self.given: list[str] = []

    def __call__(self, cage: str) -> str:
        self.given.append(f"{WORD}-{cage}-{next(self.count)}")
        return f"{self.given[-1]} <b>{self.given[-1]}</b>"


def complete(bird: Birds) -> Case:
    return Case(
        reason=bird("reason"),
        observations=bird("observations"),
        steps=[Step(bird("step"), bird("result"))],
        ruled_out=bird("ruled-out"),
        affected=bird("affected"),
        question=bird("question"),
    )


def deeds(cast: Cast, ticket: Ticket, bird: Birds) -> list[Any]:
    """What may happen inside, at any place of the case where it is allowed."""
    alan, berta = cast.actor("alan"), cast.actor("berta")
    holder = (cast.alan, cast.berta, cast.carl)[Ticket.objects.get(pk=ticket.pk).level - 1]
    return [
        lambda: write_note(ticket, actor=alan, text=bird("note"), mentioned=[cast.berta, cast.carl]),
        lambda: write_note(
            ticket, actor=berta, text=bird("note"),
            attachments=[Upload(f"{bird('name')}.txt", "text/plain", bird("file").encode())],
        ),
        lambda: log_intervention(ticket, actor=berta, text=bird("work"), result=bird("result"), minutes=5),
        lambda: write_to_third_party(
            ticket, actor=alan, party_name="A", party_address="a@hersteller.example", text=bird("third")
        ),
        lambda: receive_from_third_party(
            ticket, actor=system("mail"), party_name="A", party_address="a@hersteller.example", text=bird("third")
        ),
        lambda: assign(ticket, actor=cast.actor("max"), person=holder),
        lambda: write_message(ticket, actor=alan, text="Words for Rita", html="<p>Words for Rita</p>"),
        lambda: receive_message(ticket, actor=system("mail"), author=cast.rita, text="Words of Rita"),
    ]  # fmt: skip


def test_p31_no_inside_word_leaves_the_house(cast: Cast, ticket: Ticket, sink, client: Client) -> None:
    bird, chance = Birds(), random.Random(31)
    Person.objects.filter(pk__in=[cast.rita.pk, cast.alan.pk]).update(note=bird("person"))
    alan, berta, carl = cast.actor("alan"), cast.actor("berta"), cast.actor("carl")

    def meanwhile() -> None:
        for deed in chance.sample(deeds(cast, ticket, bird), 5):
            deed()
        pause(ticket, actor=cast.actor("max"), reason="other", note=bird("pause"))
        resume(ticket, actor=cast.actor("max"))

    for case in range(4):
        meanwhile()
        accept(hand_over(ticket, actor=alan, to_team=cast.teams["workplace"], case=complete(bird)), actor=berta)
        meanwhile()
        accept(hand_over(ticket, actor=berta, to_team=cast.teams["network"], case=complete(bird)), actor=carl)
        dismiss_relay(offer_relay(ticket, actor=carl, text=bird("relay")), actor=berta, reason=bird("dismissed"))
        if not case:
            open_direct_line(ticket, actor=carl, reason=bird("direct"))
        meanwhile()
        hand_back(ticket, actor=carl, kind="solved", reason=bird("back"), solution=bird("solution"), hint=bird("hint"))
        hand_back(ticket, actor=berta, kind="solved", reason=bird("back"), solution=bird("solution"), hint=bird("hint"))
        resolve(ticket, actor=alan, text="It prints again, Rita.")
        _all_leaves()
        reopen(ticket, actor=alan, reason=bird("reopened"))
    resolve(ticket, actor=alan, text="It prints again, Rita.")
    _all_leaves()
    assert len(bird.given) > 60
    third = [t for t in sink.taken if t.recipients == ["a@hersteller.example"]]
    others = [t for t in sink.taken if t.recipients != ["a@hersteller.example"]]
    assert len(others) > 30
    assert third
    for taken in others:
        assert WORD not in _everything(taken), (taken.recipients, taken.text)
    for taken in third:
        cages = {word.split("-")[1] for word in _everything(taken).split() if word.startswith(WORD)}
        assert cages <= {"third"}
    assert "Words for Rita" not in "".join(_everything(t) for t in third)
    link = next(w for w in others[-1].text.split() if "/t/confirm/" in w) if "/t/confirm/" in others[-1].text else None
    for taken in reversed(others):
        link = link or next((w for w in taken.text.split() if "/t/reopen/" in w), None)
    assert link
    page = client.get(link[link.index("/t/") :]).content.decode()
    assert str(ticket.number) in page
    assert WORD not in page


def _all_leaves() -> None:
    with clock.standing_at(clock.now() + timedelta(seconds=11)):
        while send_due():
            pass


def _everything(taken: Any) -> str:
    """Headers, words in both shapes, file names and files of one mail."""
    seen = [str(taken.mail.items()), taken.text, taken.html]
    for part in taken.mail.walk():
        if not part.is_multipart():
            seen += [part.get_filename() or "", part.get_payload(decode=True).decode("utf-8", "replace")]
    return " ".join(seen)
