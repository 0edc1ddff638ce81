"""Two tickets become one, and two again: what is kept, who reads what, what two people do at once."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from tests.cast import Cast, make_cast
from tests.domain.tickets.conftest import Make

from dreiklang.channels.mail.outbound.models import OutgoingMail
from dreiklang.kernel import clock
from dreiklang.kernel.errors import Invalid, NotAllowed, NotFound, Refusal, WrongState
from dreiklang.kernel.permissions import Actor, system
from dreiklang.tickets.commands.assignment import assign
from dreiklang.tickets.commands.conversation import receive_message, write_message, write_note
from dreiklang.tickets.commands.linking import link
from dreiklang.tickets.commands.merging import merge, part
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.commands.participation import add_participant
from dreiklang.tickets.commands.pausing import pause
from dreiklang.tickets.commands.resolution import resolve
from dreiklang.tickets.models import Merge, Message, Ticket
from dreiklang.tickets.policy import gathered, messages_visible_to
from dreiklang.tickets.queries.merging import plan_of, reason_words
from dreiklang.web.desk.conversation import conversation_of


def texts(actor: Actor, ticket: Ticket) -> list[str]:
    return [m.text for m in messages_visible_to(actor, ticket).order_by("said_at", "id")]


def test_the_survivor_shows_both_conversations_in_order_and_nothing_is_moved(cast: Cast, make: Make) -> None:
    alan = cast.actor("alan")
    merged, survivor = make("karl", "Drucker B", "B druckt nicht"), make("rita", "Drucker A", "A druckt nicht")
    with clock.standing_at(clock.now() + timedelta(hours=1)):
        write_note(merged, actor=alan, text="Notiz B")
        made = merge(merged, actor=alan, into=survivor)
    assert texts(alan, survivor) == ["B druckt nicht", "A druckt nicht"]
    assert list(merged.messages.values_list("text", flat=True)) == ["B druckt nicht"]
    shown = [e for e in conversation_of(survivor, actor=alan) if e.is_card]
    assert [(e.text, e.origin) for e in shown] == [
        ("B druckt nicht", str(merged.number)),
        ("A druckt nicht", ""),
        ("Notiz B", str(merged.number)),
    ]
    merged.refresh_from_db()
    assert (merged.state, merged.merged_into_id, made.former_state) == ("merged", survivor.pk, "new")
    assert not OutgoingMail.objects.exists()


def test_the_requester_is_kept_for_later_answers_and_those_in_copy_only_if_wished(cast: Cast, make: Make) -> None:
    alan, merged, survivor = cast.actor("alan"), make("karl"), make("rita")
    add_participant(merged, actor=alan, address="copy@klinikum.example")
    plan = plan_of(merged, survivor, actor=alan)
    merge(merged, actor=alan, into=survivor)
    kept = dict(survivor.participants.values_list("address", "gets_copies"))
    assert kept == {"karl@klinikum.example": True, "copy@klinikum.example": False}
    assert {k.address for k in plan.kept} == set(kept)
    merged.refresh_from_db()
    answer = write_message(survivor, actor=alan, text="Wir sind dran.")
    assert [c["address"] for c in answer.cc] == ["karl@klinikum.example"]
    assert texts(cast.actor("karl").limited_to(frozenset({"portal.use"})), merged)[-1] == "Wir sind dran."


@pytest.mark.parametrize("which", ["itself", "merged", "settled", "twice"])
def test_what_cannot_be_merged_is_refused_and_nothing_changes(cast: Cast, make: Make, which: str) -> None:
    alan, merged, survivor, third = cast.actor("alan"), make("karl"), make("rita"), make("rita")
    if which == "itself":
        survivor = merged
    elif which == "merged":
        merge(survivor, actor=alan, into=third)
    elif which == "settled":
        resolve(survivor, actor=alan, text="Geht wieder.")
    else:
        merge(merged, actor=alan, into=third)
    before = Merge.objects.count()
    with pytest.raises(Invalid):
        merge(merged, actor=alan, into=survivor)
    assert Merge.objects.count() == before


def test_p28_never_across_customers_without_the_right(cast: Cast, make: Make) -> None:
    foreign, survivor = make("zoe"), make("rita")
    with pytest.raises(NotAllowed):
        merge(foreign, actor=cast.actor("alan"), into=survivor)
    with pytest.raises(NotFound):
        merge(foreign, actor=cast.actor("zoe"), into=survivor)
    merge(foreign, actor=cast.actor("max"), into=survivor)
    assert not survivor.participants.exists()
    zoe, rita = cast.actor("zoe"), cast.actor("rita")
    assert texts(zoe, foreign) == ["Es druckt nicht."]
    assert len(texts(rita, survivor)) == 1
    write_message(survivor, actor=cast.actor("alan"), text="Nur für Rita")
    assert "Nur für Rita" not in texts(zoe, foreign)


def test_p29_an_outside_team_reads_no_word_of_a_ticket_it_never_had(cast: Cast, make: Make) -> None:
    merged, survivor = make("karl", "B", "Canary B"), make("rita", "A", "Wort A")
    write_note(merged, actor=cast.actor("alan"), text="Canary Notiz")
    merge(merged, actor=cast.actor("alan"), into=survivor)
    Ticket.objects.filter(pk=survivor.pk).update(team=cast.teams["outside"], level=3)
    survivor.refresh_from_db()
    eve = cast.actor("eve")
    assert [t.pk for t in gathered(eve, survivor)] == [survivor.pk]
    assert texts(eve, survivor) == ["Wort A"]
    shown = str([(e.text, e.words, e.origin) for e in conversation_of(survivor, actor=eve)])
    assert "Canary" not in shown
    assert str(merged.number) not in shown
    with pytest.raises(Refusal):
        merge(survivor, actor=eve, into=make("rita"))


def test_a_merge_is_undone_after_a_late_reply_which_comes_along(cast: Cast, make: Make) -> None:
    alan, merged, survivor = cast.actor("alan"), make("karl"), make("rita")
    assign(merged, actor=alan, person=cast.alan)
    pause(merged, actor=alan, reason="requester", note="Modell?")
    made = merge(merged, actor=alan, into=survivor)
    late = receive_message(merged, actor=cast.actor("karl"), author=cast.karl, text="Modell X", channel="portal")
    assert (late.ticket_id, late.meant_for_id) == (survivor.pk, merged.pk)
    part(made, actor=alan)
    merged.refresh_from_db()
    assert (merged.state, merged.merged_into_id, merged.last_word_by) == ("open", None, "requester")
    assert texts(alan, merged)[-1] == "Modell X"
    karl, rita = (cast.actor(n).limited_to(frozenset({"portal.use"})) for n in ("karl", "rita"))
    assert texts(karl, merged)[-1] == "Modell X"
    assert "Modell X" not in texts(rita, survivor)
    assert "Modell X" in texts(alan, survivor)
    assert not survivor.participants.exists()
    with pytest.raises(WrongState):
        part(made, actor=alan)


def test_undone_without_a_reply_it_is_as_it_was(cast: Cast, make: Make) -> None:
    alan, survivor = cast.actor("alan"), make("rita")
    until = clock.now() + timedelta(days=2)
    waiting, solved = make("karl"), make("karl")
    pause(waiting, actor=alan, reason="date", until=until, note="Teil kommt")
    resolve(solved, actor=alan, text="Geht wieder.")
    solved.refresh_from_db()
    closes_at = solved.closes_at
    for ticket in (waiting, solved):
        part(merge(ticket, actor=alan, into=survivor), actor=alan)
        ticket.refresh_from_db()
    assert (waiting.state, waiting.returns_at) == ("waiting", until)
    assert waiting.pendings.get(ended_at=None).note == "Teil kommt"
    assert (solved.state, solved.closes_at) == ("resolved", closes_at)


def test_on_a_merged_ticket_nothing_is_done_and_a_word_can_be_given(cast: Cast, make: Make) -> None:
    alan, merged, survivor = cast.actor("alan"), make("karl"), make("rita")
    merge(merged, actor=alan, into=survivor, word="Ihre Meldung bearbeiten wir mit einer anderen zusammen.")
    assert Message.objects.filter(ticket=merged, direction="out").count() == 1
    merged.refresh_from_db()
    for deed in (
        lambda: write_note(merged, actor=alan, text="x"),
        lambda: write_message(merged, actor=alan, text="x"),
        lambda: resolve(merged, actor=alan, text="x"),
        lambda: assign(merged, actor=alan, person=cast.alan),
        lambda: link(merged, actor=alan, other=survivor),
    ):
        with pytest.raises(Refusal):
            deed()


@pytest.mark.django_db(transaction=True)
def test_p14_merging_both_ways_at_once_leaves_one_survivor() -> None:
    cast = make_cast()
    alan = cast.actor("alan")
    first, second = (open_ticket(cast.rita, actor=alan, subject=subject, channel="phone") for subject in ("A", "B"))
    for _round in range(4):
        begin, outcomes = threading.Barrier(3), []

        def deed(ticket: Ticket, into: Ticket, begin=begin, outcomes=outcomes) -> None:
            try:
                begin.wait(10)
                outcomes.append(merge(ticket, actor=alan, into=into))
            except Refusal as refusal:
                outcomes.append(refusal)
            finally:
                connection.close()

        def mail(ticket: Ticket, begin=begin, outcomes=outcomes) -> None:
            try:
                begin.wait(10)
                receive_message(ticket, actor=system("mail"), author=cast.rita, text="Meanwhile")
            finally:
                connection.close()

        threads = [
            threading.Thread(target=deed, args=(first, second)),
            threading.Thread(target=deed, args=(second, first)),
            threading.Thread(target=mail, args=(first,)),
        ]
        for one in threads:
            one.start()
        for one in threads:
            one.join(30)
        assert sum(isinstance(o, Merge) for o in outcomes) == 1
        assert sum(isinstance(o, Refusal) for o in outcomes) == 1
        states = set(Ticket.objects.values_list("state", flat=True))
        assert "merged" in states
        assert states != {"merged"}
        survivor = Ticket.objects.get(merged_into=None)
        assert "Meanwhile" in texts(alan, survivor)
        part(next(o for o in outcomes if isinstance(o, Merge)), actor=alan)
        first.refresh_from_db()
        second.refresh_from_db()


def test_a_complaint_is_not_merged_away_but_may_take_others_in(cast: Cast, make: Make) -> None:
    alan = cast.actor("alan")
    complaint, other = make("rita", "Niemand ruft zurück", kind="complaint"), make("rita", "Drucker")
    with pytest.raises(Invalid, match="answered by itself") as refused:
        merge(complaint, actor=alan, into=other)
    assert refused.value.code == "complaint_of_its_own"
    assert "answered by itself" in reason_words(plan_of(complaint, other, actor=alan))
    merge(other, actor=alan, into=complaint)
    complaint.refresh_from_db()
    assert complaint.state != "merged"
