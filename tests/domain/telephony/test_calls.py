"""A call rings, is answered, missed, written up, handed on while it runs."""

from __future__ import annotations

import itertools
import random
from datetime import timedelta

import pytest
from django.utils.translation import override
from tests.cast import Cast, make_cast
from tests.locks import waiting
from tests.share import times

from dreiklang.channels.telephony import policy, queries
from dreiklang.channels.telephony.commands import (
    begin_card,
    call_back_transfer,
    change_script,
    decline_transfer,
    join_ticket,
    keep_card,
    make_system,
    offer_transfer,
    open_ticket_from,
    put_extensions,
    take_call,
    take_news,
    take_transfer,
    take_up_again,
    wrap_up,
)
from dreiklang.channels.telephony.inbound import ANSWERED, CALL_BACK, HUNG_UP, RANG, News
from dreiklang.channels.telephony.models import Call, Script, System, Transfer
from dreiklang.escalation.models import Handover
from dreiklang.kernel import clock
from dreiklang.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from dreiklang.kernel.permissions import system as desk
from dreiklang.organizations.commands.persons import change_person
from dreiklang.tickets.models import Intervention, Message, Ticket

PBX = desk("telephony")
RITA = "07071 4711"
TOLD = "4970714711"


@pytest.fixture
def pbx(cast: Cast) -> System:
    """A telephone system with Alan at 11 and Berta at 22; Rita's number is known."""
    change_person(cast.rita, actor=PBX, phones=[RITA])
    made = make_system("Anlage", actor=PBX, kind="generic", organization=cast.organizations["house"],
                       team=cast.teams["desk"], missed_after=0)[0]  # fmt: skip
    return put_extensions(made, actor=PBX, places=[("11", cast.alan), ("22", cast.berta)])


def tell(pbx: System, event: str, ref: str = "c1", **more: object) -> Call:
    """The system tells something about a call of Rita's to extension 11."""
    told = {"caller": TOLD, "called": "070719900", "rung": ("11",), **more}
    return take_news(pbx, News(event=event, ref=ref, **told), actor=PBX)  # type: ignore[arg-type]


def test_it_rings_where_the_extension_is(cast: Cast, pbx: System) -> None:
    """The caller is known by the number; only who sits there has it on the screen."""
    call = tell(pbx, RANG)
    assert call.caller == cast.rita
    assert [c.pk for c in queries.on_screen(cast.actor("alan"))] == [call.pk]
    assert queries.on_screen(cast.actor("berta")) == []
    answered = tell(pbx, ANSWERED, at=("11",))
    assert (answered.stage, answered.agent_id) == ("talking", cast.alan.pk)
    with clock.standing_at(clock.now() + timedelta(minutes=3)):
        assert tell(pbx, HUNG_UP).stage == "ended"
    assert Ticket.objects.count() == 0  # talked on: the agent writes it up


def test_news_in_any_order_and_twice_end_the_same(cast: Cast, pbx: System) -> None:
    """Late, doubled, without what came before: a call only goes on, and one missed call opens one ticket."""
    talked = [(RANG, {}), (ANSWERED, {"at": ("11",)}), (HUNG_UP, {"cause": "normalClearing"})]
    dice = random.Random(11)
    for number, order in enumerate(itertools.permutations(talked)):
        for event, more in [*order, dice.choice(talked), dice.choice(talked)]:
            tell(pbx, event, f"talk-{number}", **more)
        assert Call.objects.get(ref=f"talk-{number}").stage in ("ended", "missed")
    assert Call.objects.filter(ref__startswith="talk-").count() == 6
    for number in range(times(2, 20)):
        for event in dice.sample([RANG, RANG, HUNG_UP, HUNG_UP], 4):
            tell(pbx, event, f"missed-{number}", cause="cancel", caller=f"0170 11122{number:02d}")
        assert Call.objects.get(ref=f"missed-{number}").stage == "missed"
    assert Call.objects.filter(stage="missed", ref__startswith="missed-").values("ticket").distinct().count() == times(
        2, 20
    )


def test_missed_calls_of_one_number_share_a_ticket(cast: Cast, pbx: System) -> None:
    """The second call of the same number joins what the first one opened; a withheld number opens one each time."""
    for ref in ("a", "b"):
        tell(pbx, RANG, ref)
        tell(pbx, HUNG_UP, ref, cause="cancel")
    ticket = Ticket.objects.get()
    assert (ticket.requester, ticket.channel, ticket.team) == (cast.rita, "phone", cast.teams["desk"])
    assert Message.objects.filter(ticket=ticket).count() == 2
    for ref in ("x", "y"):
        tell(pbx, HUNG_UP, ref, caller="anonymous", cause="cancel")
    assert Ticket.objects.filter(requester=pbx.person).count() == 2


def test_a_slip_of_the_finger_opens_nothing(cast: Cast, pbx: System) -> None:
    """What rang shorter than the system's seconds is no missed call; a spoken message always is one."""
    System.objects.update(missed_after=5)
    pbx.refresh_from_db()
    tell(pbx, RANG)
    tell(pbx, HUNG_UP, cause="cancel")
    assert Ticket.objects.count() == 0
    tell(pbx, HUNG_UP, "v", cause="voicemail", recording=b"ID3 words", recording_name="a.mp3")
    message = Message.objects.get()
    assert [a.filename for a in message.attachments.all()] == ["a.mp3"]


def test_the_same_last_digits_are_not_the_same_number(cast: Cast, pbx: System) -> None:
    """Nine equal digits at the end do not make another subscriber the caller; two with one number are both offered."""
    change_person(cast.karl, actor=PBX, phones=["0171 9876543"])
    assert tell(pbx, RANG, caller="+4970719876543").caller is None
    change_person(cast.karl, actor=PBX, phones=[RITA])
    call = tell(pbx, RANG, "two")
    assert call.caller is None
    assert {p.pk for p in queries.callers_of(call, actor=cast.actor("alan"))} == {cast.rita.pk, cast.karl.pk}


def test_the_card_becomes_a_ticket_with_its_minutes(cast: Cast, pbx: System) -> None:
    """What was typed during the call is the requester's word; the minutes talked are counted."""
    alan = cast.actor("alan")
    tell(pbx, RANG)
    call = tell(pbx, ANSWERED, at=("11",))
    with pytest.raises(Invalid):
        open_ticket_from(call, actor=alan)
    keep_card(call, actor=alan, notes="Drucker druckt nicht", subject="Drucker")
    with clock.standing_at(clock.now() + timedelta(minutes=4)):
        tell(pbx, HUNG_UP)
        ticket = open_ticket_from(call, actor=alan)
        assert (ticket.requester, ticket.channel, ticket.subject, ticket.assignee_id) == (
            cast.rita, "phone", "Drucker", cast.alan.pk,
        )  # fmt: skip
        assert Intervention.objects.get().minutes == 4
        with pytest.raises(WrongState):
            open_ticket_from(call, actor=alan)
        wrap_up(call, actor=alan, outcome="gelöst")
        assert queries.on_screen(alan) == []
        take_up_again(call, actor=alan)
        assert [c.pk for c in queries.on_screen(alan)] == [call.pk]


def test_a_call_joins_a_ticket_that_runs(cast: Cast, pbx: System) -> None:
    """Its notes stand there as words of the caller."""
    alan = cast.actor("alan")
    first = begin_card(actor=alan, channel="walk_in", caller=cast.rita)
    keep_card(first, actor=alan, notes="Telefon tot")
    ticket = open_ticket_from(first, actor=alan)
    assert ticket.channel == "walk_in"
    tell(pbx, RANG)
    call = tell(pbx, ANSWERED, at=("11",))
    keep_card(call, actor=alan, notes="Immer noch tot")
    join_ticket(call, ticket, actor=alan)
    assert [m.text for m in Message.objects.filter(ticket=ticket).order_by("id")] == ["Telefon tot", "Immer noch tot"]


def test_two_take_one_call(cast: Cast, pbx: System) -> None:
    """Who comes second is told so."""
    call = tell(pbx, RANG, rung=("11", "22"))
    take_call(call, actor=cast.actor("alan"))
    with pytest.raises(WrongState):
        take_call(call, actor=cast.actor("berta"))


def _offered(cast: Cast, pbx: System) -> Transfer:
    tell(pbx, RANG)
    call = tell(pbx, ANSWERED, at=("11",))
    keep_card(call, actor=cast.actor("alan"), notes="Seit heute kein Netz im Labor", subject="Netz")
    return offer_transfer(call, actor=cast.actor("alan"), to_team=cast.teams["workplace"], reason="Braucht Rechte")


def test_a_warm_transfer_writes_the_handover(cast: Cast, pbx: System) -> None:
    """Level 1 offers, stays until level 2 has taken it; the record is level 1's, accepted by level 2, from the card."""
    offer = _offered(cast, pbx)
    berta = cast.actor("berta")
    assert [t.pk for t in queries.offered_to(berta)] == [offer.pk]
    assert queries.call_of(offer.call_id, actor=berta).notes == "Seit heute kein Netz im Labor"
    assert queries.on_screen(cast.actor("alan"))[0].agent_id == cast.alan.pk
    keep_card(offer.call, actor=cast.actor("alan"), notes="Seit heute kein Netz im Labor, auch WLAN")
    take_transfer(offer, actor=berta)
    handover = Handover.objects.get()
    assert (handover.author_id, handover.accepted_by_id, handover.to_team) == (
        cast.alan.pk, cast.berta.pk, cast.teams["workplace"],
    )  # fmt: skip
    assert handover.observations.endswith("auch WLAN")
    assert handover.at_once_because
    offer.call.refresh_from_db()
    assert offer.call.agent_id == cast.berta.pk
    ticket = Ticket.objects.get()
    assert (ticket.level, ticket.assignee_id) == (2, cast.berta.pk)
    with pytest.raises(WrongState):
        take_transfer(offer, actor=berta)


def test_a_transfer_is_declined_or_called_back(cast: Cast, pbx: System) -> None:
    """Nothing is handed over by it, and the first level reads why."""
    offer = _offered(cast, pbx)
    with pytest.raises(NotAllowed):
        take_transfer(offer, actor=cast.actor("carl"))
    with pytest.raises(WrongState):
        wrap_up(offer.call, actor=cast.actor("alan"))
    assert decline_transfer(offer, actor=cast.actor("berta"), why="Bin im Serverraum").answer == "Bin im Serverraum"
    again = offer_transfer(offer.call, actor=cast.actor("alan"), to_team=cast.teams["network"], reason="Netz")
    call_back_transfer(again, actor=cast.actor("alan"))
    assert Handover.objects.count() == 0
    assert Ticket.objects.get().level == 1


@pytest.mark.parametrize("name", ["rita", "karl", "zoe", "eve", "victor"])
def test_whoever_does_not_answer_sees_no_call(cast: Cast, pbx: System, name: str) -> None:
    """Requesters, other customers, external providers and vendors: no call, no card, no deed."""
    offer = _offered(cast, pbx)
    actor = cast.actor(name)
    assert not policy.visible_to(actor).exists()
    assert queries.on_screen(actor) == []
    assert queries.offered_to(actor) == []
    with pytest.raises(NotFound):
        queries.call_of(offer.call_id, actor=actor)
    for deed in (
        lambda: begin_card(actor=actor),
        lambda: take_call(offer.call, actor=actor),
        lambda: keep_card(offer.call, actor=actor, notes="x"),
        lambda: open_ticket_from(offer.call, actor=actor),
        lambda: take_transfer(offer, actor=actor),
        lambda: wrap_up(offer.call, actor=actor),
    ):
        with pytest.raises((NotFound, NotAllowed)):
            deed()


def test_a_wish_or_a_spoken_message_after_the_end_is_not_lost(cast: Cast, pbx: System) -> None:
    """The machine's recording and the wish come when the call is over, maybe twice: each stands at its ticket once."""
    tell(pbx, RANG)
    tell(pbx, HUNG_UP, cause="cancel")
    ticket = Ticket.objects.get()
    for _twice in range(2):
        tell(pbx, HUNG_UP, recording=b"ID3 words", recording_name="a.mp3")
        tell(pbx, CALL_BACK)
    said = [m.text.splitlines()[0] for m in Message.objects.filter(ticket=ticket).order_by("id")]
    assert said == ["Verpasster Anruf von Rita Weber"] * 2 + ["Bitte zurückrufen: Rita Weber"]
    assert [a.filename for a in ticket.attachments.all()] == ["a.mp3"]
    tell(pbx, ANSWERED, "machine")
    tell(pbx, HUNG_UP, "machine", recording=b"ID3 more", recording_name="b.mp3")
    assert Message.objects.latest("id").text.startswith("Gesprochene Nachricht von Rita Weber")
    assert Ticket.objects.count() == 1


def test_the_minutes_are_counted_in_the_language_of_the_ticket(cast: Cast) -> None:
    alan = cast.actor("alan")
    call = keep_card(begin_card(actor=alan, caller=cast.rita), actor=alan, notes="Drucker")
    with override("en"):
        open_ticket_from(call, actor=alan)
    assert Intervention.objects.get().text == "Am Telefon gesprochen"


@pytest.mark.django_db(transaction=True)
def test_who_takes_an_offer_locks_the_call_before_its_ticket() -> None:
    """As whoever writes on its card does: of two at once neither waits for the other in a circle."""
    cast = make_cast()
    alan, berta = cast.actor("alan"), cast.actor("berta")
    call = keep_card(begin_card(actor=alan, caller=cast.rita), actor=alan, notes="Kein Netz", subject="Netz")
    offer = offer_transfer(call, actor=alan, to_team=cast.teams["workplace"], reason="Braucht Rechte")
    with waiting(
        lambda: take_transfer(offer, actor=berta), at=lambda: Call.objects.select_for_update().get(pk=call.pk)
    ):
        assert Ticket.objects.select_for_update(nowait=True).exists()
        Call.objects.update(rings_at=[cast.alan.pk])
    call.refresh_from_db()
    assert (call.agent_id, call.rings_at) == (cast.berta.pk, sorted([cast.alan.pk, cast.berta.pk]))


@pytest.mark.django_db(transaction=True)
def test_two_who_write_the_first_script_at_once_are_told_so() -> None:
    boss = make_cast().actor("ada")
    with (
        pytest.raises(AssertionError, match="Conflict"),
        waiting(
            lambda: change_script(None, actor=boss, words="B", outcomes=[]),
            at=lambda: change_script(None, actor=boss, words="A", outcomes=[]),
        ),
    ):
        pass
    assert Script.objects.get().words == "A"
