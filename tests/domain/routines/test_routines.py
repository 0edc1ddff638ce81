"""Text blocks, macros and runbooks: whose they are, what they say, what they do as one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cast import Cast

from dreiklang.communication.rules import fill
from dreiklang.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, WrongState
from dreiklang.routines import policy, queries, rules
from dreiklang.routines.commands import keeping, running
from dreiklang.routines.commands.taking_back import take_back_macro
from dreiklang.routines.models import Macro, Runbook, TextBlock
from dreiklang.tickets.commands import tagging
from dreiklang.tickets.commands.classification import classify
from dreiklang.tickets.commands.keeping import save_draft
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.models import Category, Draft, Message, Ticket


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """A ticket of Rita's at level 1, in German."""
    return open_ticket(cast.rita, actor=cast.actor("rita"), subject="Drucker {agent} steht", channel="portal")


def block(cast: Cast, who: str = "alan", **given_: Any) -> TextBlock:
    """A text block of somebody's."""
    values = {"name": "Gruß", "shortcut": "gruss", "words": {"de": "Guten Tag {name}", "en": "Dear {name}"}}
    return keeping.keep_text_block(None, actor=cast.actor(who), **{**values, **given_})


def test_a_block_speaks_the_requesters_language(cast: Cast, ticket: Ticket) -> None:
    block(cast, words={"de": "{subject}: {name}", "en": "Dear {name}"})
    (offered,) = queries.blocks_for(ticket, actor=cast.actor("alan"), wanted="gru")
    assert offered.text == "Drucker {agent} steht: Rita Weber"
    Ticket.objects.filter(pk=ticket.pk).update(language="en")
    ticket.refresh_from_db()
    assert queries.blocks_for(ticket, actor=cast.actor("alan"), wanted="")[0].text == "Dear Rita Weber"


@given(st.text(max_size=60), st.text(max_size=60))
def test_p37_what_a_placeholder_stands_for_is_never_read_again(subject: str, name: str) -> None:
    said = fill("{subject}|{name}", {"subject": subject, "name": name})
    assert said == f"{subject}|{name}"
    assert rules.unknown_placeholders("{agent.password} {{x}} {name}") == ["x"]


def test_p37_an_unknown_placeholder_is_named_where_it_was_typed(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        block(cast, words={"de": "Guten Tag {name}", "en": "Dear {nmae}"})
    assert list(refused.value.fields) == ["words_en"]
    assert "{nmae}" in str(refused.value.fields["words_en"][0])
    with pytest.raises(Invalid) as refused:
        keeping.keep_macro(None, actor=cast.actor("alan"), name="x", words={}, handover={"question": "{foo}?"})
    assert list(refused.value.fields) == ["question"]


def test_own_stays_own_and_a_team_shares(cast: Cast) -> None:
    own = block(cast)
    everybodys = block(cast, "max", name="Alle", sharing="all")
    of_team = block(cast, "ada", name="Team", sharing="team", team=cast.teams["desk"])
    seen = {name: set(policy.visible_to(cast.actor(name), TextBlock)) for name in ("alan", "berta", "victor", "rita")}
    assert seen["alan"] == {own, everybodys, of_team}
    assert seen["berta"] == {everybodys}
    assert seen["victor"] == set()
    assert seen["rita"] == set()
    with pytest.raises(Invalid):
        block(cast, sharing="all")
    with pytest.raises(NotAllowed):
        keeping.remove_text_block(everybodys, actor=cast.actor("alan"))


def test_two_who_change_one_at_once_do_not_overwrite_each_other(cast: Cast) -> None:
    own = block(cast)
    keeping.keep_text_block(own, actor=cast.actor("alan"), name="Neu", words={"de": "x"}, version=1)
    with pytest.raises(Conflict):
        keeping.keep_text_block(own, actor=cast.actor("alan"), name="Alt", words={"de": "y"}, version=1)


def macro(cast: Cast, **given_: Any) -> Macro:
    """A macro of Alan's."""
    values: dict[str, Any] = {
        "name": "Neustart",
        "words": {"de": "Bitte starten Sie neu, {name}."},
        "words_as": "message",
    }
    return keeping.keep_macro(None, actor=cast.actor("alan"), **{**values, **given_})


def test_a_macro_does_all_of_it(cast: Cast, ticket: Ticket) -> None:
    made = macro(
        cast,
        state="wait",
        assign_to="me",
        urgency=1,
        tags=["neustart", "Neustart "],
        handover={"question": "Läuft {number}?"},
    )
    alan = cast.actor("alan")
    assert [d.kind for d in queries.plan_of(made, ticket)] == [
        "urgency",
        "tags",
        "assign",
        "message",
        "wait",
        "handover",
    ]
    message = running.run_macro(made, ticket, actor=alan)
    ticket.refresh_from_db()
    assert message is not None
    assert message.text == "Bitte starten Sie neu, Rita Weber."
    assert (ticket.state, ticket.assignee, ticket.urgency) == ("waiting", cast.alan, 1)
    assert Draft.objects.get(place="handover").content == {"question": f"Läuft {ticket.number}?"}


def test_a_macro_taken_back_leaves_the_ticket_as_it_was(cast: Cast, ticket: Ticket) -> None:
    alan = cast.actor("alan")
    tagging.tag(ticket, actor=alan, name="vorher")
    ticket.refresh_from_db()
    before = (ticket.assignee, ticket.urgency, ticket.priority, ticket.category)
    made = macro(cast, state="resolve", assign_to="me", urgency=1, impact=1, tags=["neustart"])
    message = running.run_macro(made, ticket, actor=alan)
    assert message is not None
    with pytest.raises(WrongState):
        take_back_macro(ticket, actor=cast.actor("berta"))
    take_back_macro(ticket, actor=alan)
    ticket.refresh_from_db()
    message.refresh_from_db()
    assert ticket.state == "open"
    assert (ticket.assignee, ticket.urgency, ticket.priority, ticket.category) == before
    assert [one.tag.name for one in ticket.tagged.all()] == ["vorher"]
    assert message.delivery == "withdrawn"


def test_a_macro_whose_message_has_left_is_not_taken_back_by_half(cast: Cast, ticket: Ticket) -> None:
    alan = cast.actor("alan")
    message = running.run_macro(macro(cast, tags=["neustart"], urgency=1), ticket, actor=alan)
    Message.objects.filter(pk=message.pk if message else 0).update(delivery="sent")
    with pytest.raises(WrongState):
        take_back_macro(ticket, actor=alan)
    assert ticket.tagged.exists()


def test_a_macro_keeps_what_was_typed_into_the_handover(cast: Cast, ticket: Ticket) -> None:
    alan = cast.actor("alan")
    save_draft(ticket, actor=alan, place="handover", content={"question": "Meine Frage", "to": "3"})
    running.run_macro(macro(cast, handover={"question": "x", "reason": "y"}), ticket, actor=alan)
    assert Draft.objects.get(place="handover").content == {"question": "Meine Frage", "to": "3", "reason": "y"}


def test_a_macro_of_which_one_deed_is_refused_does_nothing(cast: Cast, ticket: Ticket) -> None:
    made = macro(cast, tags=["halb"], state="resolve")
    with pytest.raises(Invalid):
        running.run_macro(made, ticket, actor=cast.actor("alan"), text="   ")
    assert not ticket.tagged.exists()
    with pytest.raises(NotFound):
        running.run_macro(made, ticket, actor=cast.actor("berta"))


def test_a_macro_that_would_do_nothing_or_solve_without_words_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid):
        macro(cast, words={}, words_as="")
    with pytest.raises(Invalid) as refused:
        macro(cast, words_as="note", state="resolve")
    assert "words_as" in refused.value.fields


@pytest.fixture
def runbook(cast: Cast, ticket: Ticket) -> Runbook:
    """A runbook of two steps for the category above the ticket's."""
    above = Category.objects.create(key="print", name="Drucken")
    below = Category.objects.create(key="labels", name="Etiketten", parent=above)
    classify(ticket, actor=cast.actor("alan"), category=below)
    ticket.refresh_from_db()
    return keeping.keep_runbook(
        None,
        actor=cast.actor("max"),
        name="Drucker steht",
        steps=["1. Papier", "- Warteschlange", ""],
        categories=[above],
    )


def test_a_ticked_step_becomes_an_intervention(cast: Cast, ticket: Ticket, runbook: Runbook) -> None:
    alan = cast.actor("alan")
    (open_,) = queries.runbooks_for(ticket, actor=alan)
    assert [s.step.text for s in open_.steps] == ["Papier", "Warteschlange"]
    tick = running.tick_step(
        open_.steps[1].step, ticket, actor=alan, result="14 Aufträge", outcome="found", minutes="3"
    )
    assert (tick.intervention.text, tick.intervention.result, tick.intervention.minutes) == (
        "Warteschlange",
        "14 Aufträge",
        3,
    )
    assert queries.runbooks_for(ticket, actor=alan)[0].done == 1
    with pytest.raises(WrongState):
        running.tick_step(open_.steps[1].step, ticket, actor=alan)
    running.untick_step(tick, actor=alan)
    assert queries.runbooks_for(ticket, actor=alan)[0].done == 0
    assert ticket.interventions.count() == 2


def test_a_runbook_that_changes_keeps_its_ticks(cast: Cast, ticket: Ticket, runbook: Runbook) -> None:
    alan, most = cast.actor("alan"), cast.actor("max")
    steps = {s.step.text: s.step for s in queries.runbooks_for(ticket, actor=alan)[0].steps}
    running.tick_step(steps["Papier"], ticket, actor=alan)
    keeping.keep_runbook(runbook, actor=most, name="Drucker", steps=["Strom", "Warteschlange"], categories=[])
    (open_,) = queries.runbooks_for(ticket, actor=alan)
    assert [(s.step.text, s.tick is not None) for s in open_.steps] == [
        ("Papier", True), ("Strom", False), ("Warteschlange", False),
    ]  # fmt: skip
    keeping.remove_runbook(runbook, actor=most)
    assert Runbook.objects.get().is_active is False
