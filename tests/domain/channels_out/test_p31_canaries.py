"""A canary in every inside text of a whole case; none sings in anything that leaves (P31)."""

import itertools
import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.test import Client
from tests.cast import Cast
from tests.domain.channels_out.conftest import Sink
from tests.share import times

from dreiklang.accounts.commands.tokens import make_token
from dreiklang.channels.mail.outbound.sending import send_due
from dreiklang.channels.models import Mailbox
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
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.commands.pausing import pause, resume
from dreiklang.tickets.commands.resolution import reopen, resolve
from dreiklang.tickets.models import Attachment, Ticket

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


def whole_case(cast: Cast, ticket: Ticket, bird: Birds, chance: random.Random) -> None:
    """A case up through the levels, back, solved, reopened and solved again, with much going on meanwhile."""
    alan, berta, carl = cast.actor("alan"), cast.actor("berta"), cast.actor("carl")

    def meanwhile() -> None:
        for deed in chance.sample(deeds(cast, ticket, bird), 5):
            deed()
        pause(ticket, actor=cast.actor("max"), reason="other", note=bird("pause"))
        resume(ticket, actor=cast.actor("max"))

    meanwhile()
    accept(hand_over(ticket, actor=alan, to_team=cast.teams["workplace"], case=complete(bird)), actor=berta)
    meanwhile()
    accept(hand_over(ticket, actor=berta, to_team=cast.teams["network"], case=complete(bird)), actor=carl)
    dismiss_relay(offer_relay(ticket, actor=carl, text=bird("relay")), actor=berta, reason=bird("dismissed"))
    if chance.random() < 0.3:
        open_direct_line(ticket, actor=carl, reason=bird("direct"))
    meanwhile()
    hand_back(ticket, actor=carl, kind="solved", reason=bird("back"), solution=bird("solution"), hint=bird("hint"))
    hand_back(ticket, actor=berta, kind="solved", reason=bird("back"), solution=bird("solution"), hint=bird("hint"))
    resolve(ticket, actor=alan, text="It prints again, Rita.")
    _all_leaves()
    reopen(ticket, actor=alan, reason=bird("reopened"))
    resolve(ticket, actor=alan, text="It prints again, Rita.")
    _all_leaves()


def pages_outside(cast: Cast, ticket: Ticket, browsers: dict[str, Client], bearer: str) -> Iterator[tuple[str, bytes]]:
    """What the requester and the customer's contact get of a case: portal, fragments, files, and the API."""
    files = Attachment.objects.filter(ticket=ticket).values_list("pk", flat=True)
    originals = ticket.messages.values_list("pk", flat=True)
    at = f"/portal/tickets/{ticket.number}/"
    paths = [
        "/portal/",
        "/portal/own/",
        "/portal/tickets/?show=all",
        f"/portal/tickets/?q={WORD}",
        at,
        f"{at}conversation/",
    ]
    paths += [f"{at}files/{pk}/" for pk in files] + [f"{at}originals/{pk}/" for pk in originals]
    for who, browser in browsers.items():
        for path in [*paths, "/portal/organization/?show=all", f"/portal/organization/?q={ticket.number}"]:
            yield f"{who} {path}", browser.get(path).content
        for text in (WORD, ticket.subject):
            yield f"{who} answers", browser.post("/portal/answers/", {"text": text}).content
    for path in ("", "/messages", "/notes", "/correspondence", "/interventions", "/handovers", "/relays", "/journal"):
        answer = Client().get(f"/api/v1/tickets/{ticket.number}{path}", headers={"Authorization": f"Bearer {bearer}"})
        yield f"api {path}", answer.content


def test_p31_no_inside_word_leaves_the_house(
    cast: Cast, mailbox: Mailbox, sink: Sink, client: Client, record_property: Any
) -> None:
    bird, chance, outputs, wanted = Birds(), random.Random(31), 0, times(10_000, least=120)
    Person.objects.filter(pk__in=[cast.rita.pk, cast.alan.pk]).update(note=bird("person"))
    browsers = {"rita": Client(), "karl": Client()}
    for name, browser in browsers.items():
        browser.force_login(cast.persons[name].account)
    bearer = make_token(cast.rita.account, name="t", scopes=["portal.use"], actor=cast.actor("rita"))[1]
    for number in range(2_000):
        if outputs >= wanted:
            break
        sink.taken.clear()
        ticket = open_ticket(cast.rita, actor=cast.actor("alan"), subject=f"Printer {number}", channel="phone")
        receive_message(ticket, actor=system("mail"), author=cast.rita, text="Nothing prints.", channel="mail")
        whole_case(cast, ticket, bird, chance)
        outputs += look_at_mails(sink)
        for where, content in pages_outside(cast, ticket, browsers, bearer):
            outputs += 1
            shown = content.decode(errors="replace")
            assert f"{WORD}-" not in shown, where
        page = client.get(link_in(sink)).content.decode()
        assert str(ticket.number) in page
        assert WORD not in page
    assert outputs >= wanted
    record_property("figure", f"{outputs:,} outputs, {len(bird.given):,} canaries, 0 sang outside")


def look_at_mails(sink: Sink) -> int:
    """Every mail of a case: no inside word, but what was said to a third party, to that party alone."""
    third = [t for t in sink.taken if t.recipients == ["a@hersteller.example"]]
    others = [t for t in sink.taken if t.recipients != ["a@hersteller.example"]]
    assert len(others) > 5
    for taken in others:
        assert WORD not in _everything(taken), (taken.recipients, taken.text)
    for taken in third:
        assert {word.split("-")[1] for word in _everything(taken).split() if word.startswith(WORD)} <= {"third"}
        assert "Words for Rita" not in _everything(taken)
    return len(sink.taken)


def link_in(sink: Sink) -> str:
    """The address of the newest link to confirm or reopen."""
    words = [w for t in reversed(sink.taken) for w in t.text.split() if "/t/confirm/" in w or "/t/reopen/" in w]
    return words[0][words[0].index("/t/") :]


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
