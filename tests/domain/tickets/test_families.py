"""One solution for many: each requester in the own language, by the own ticket, and never a word from inside."""

from __future__ import annotations

import pytest
from tests.cast import Cast
from tests.domain.tickets.conftest import Make

from dreiklang.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Refusal
from dreiklang.tickets.commands.conversation import withdraw_message, write_note
from dreiklang.tickets.commands.family import adopt, answer_family, release, resolve_family
from dreiklang.tickets.models import Message, Ticket
from dreiklang.tickets.queries.family import children_of, family_of

TEXTS = {"de": "Der Server läuft wieder.", "en": "The server is up again."}


@pytest.fixture
def outage(cast: Cast, make: Make) -> tuple[Ticket, list[Ticket]]:
    """Rita's ticket with three children: Karl, Zoe of another customer in English, Rita once more."""
    parent = make("rita", "Server steht")
    children = [make("karl", "A"), make("zoe", "B", language="en"), make("rita", "C")]
    for child in children:
        write_note(child, actor=cast.actor("alan"), text="Canary inside")
        adopt(child, actor=cast.actor("alan"), parent=parent)
    return parent, children


def test_one_solution_answers_and_solves_all_each_in_the_own_language(
    cast: Cast, outage: tuple[Ticket, list[Ticket]]
) -> None:
    parent, children = outage
    resolve_family(parent, actor=cast.actor("alan"), texts=TEXTS)
    said = {m.ticket_id: m for m in Message.objects.filter(direction="out")}
    assert [said[t.pk].text for t in (parent, *children)] == [TEXTS[k] for k in ("de", "de", "en", "de")]
    assert said[children[1].pk].to == [{"name": "Zoe Zimmer", "address": "zoe@werk.example"}]
    assert set(Ticket.objects.values_list("state", flat=True)) == {"resolved"}
    assert not any("Canary" in m.text for m in said.values())


def test_a_child_can_be_left_out_or_taken_out(cast: Cast, outage: tuple[Ticket, list[Ticket]]) -> None:
    alan, (parent, children) = cast.actor("alan"), outage
    release(children[0], actor=alan)
    with pytest.raises(NotFound):
        release(children[0], actor=alan)
    resolve_family(parent, actor=alan, texts={"de": TEXTS["de"]}, leave_out=[children[1].pk])
    states = [Ticket.objects.get(pk=t.pk).state for t in (parent, *children)]
    assert states == ["resolved", "new", "new", "resolved"]


def test_a_missing_language_is_named_and_nothing_is_sent(cast: Cast, outage: tuple[Ticket, list[Ticket]]) -> None:
    with pytest.raises(Invalid) as refused:
        resolve_family(outage[0], actor=cast.actor("alan"), texts={"de": TEXTS["de"], "en": " "})
    assert list(refused.value.fields) == ["text-en"]
    assert not Message.objects.filter(direction="out").exists()
    with pytest.raises(Conflict):
        answer_family(outage[0], actor=cast.actor("alan"), texts=TEXTS, version=1)


def test_the_ten_seconds_call_back_all_of_it(cast: Cast, outage: tuple[Ticket, list[Ticket]]) -> None:
    alan, (parent, _children) = cast.actor("alan"), outage
    solved = resolve_family(parent, actor=alan, texts=TEXTS)
    withdraw_message(solved.message, actor=alan)
    assert set(Message.objects.filter(direction="out").values_list("delivery", flat=True)) == {"withdrawn"}
    assert set(Ticket.objects.values_list("state", flat=True)) == {"open"}


def test_an_answer_solves_nothing_and_skips_what_is_done(cast: Cast, outage: tuple[Ticket, list[Ticket]]) -> None:
    alan, (parent, children) = cast.actor("alan"), outage
    resolve_family(parent, actor=alan, texts=TEXTS, leave_out=[children[1].pk])
    assert [bool(m.why_not) for m in family_of(parent, actor=alan)] == [False, True, False, True]


def test_families_have_two_generations_and_no_circles(
    cast: Cast, make: Make, outage: tuple[Ticket, list[Ticket]]
) -> None:
    alan, (parent, children), other = cast.actor("alan"), outage, make()
    for child, of in ((parent, other), (children[0], other), (other, children[0]), (parent, children[0])):
        with pytest.raises(Invalid):
            adopt(child, actor=alan, parent=of)
    with pytest.raises(Invalid):
        adopt(other, actor=alan, parent=other)


def test_p28_nobody_outside_sees_or_answers_a_family(cast: Cast, outage: tuple[Ticket, list[Ticket]]) -> None:
    parent, _children = outage
    Ticket.objects.filter(pk=parent.pk).update(team=cast.teams["outside"], level=3)
    parent.refresh_from_db()
    assert children_of(parent, actor=cast.actor("eve")) == []
    with pytest.raises(NotAllowed):
        resolve_family(parent, actor=cast.actor("eve"), texts=TEXTS)
    for name in ("zoe", "rita"):
        with pytest.raises(Refusal):
            answer_family(parent, actor=cast.actor(name), texts=TEXTS)
