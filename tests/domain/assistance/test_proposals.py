"""Proposals from the desk's own past: learned, explained, taken over, put away; and nothing of what one may not see."""

from __future__ import annotations

import pytest
from tests.cast import Cast
from tests.domain.assistance.conftest import opened

from dreiklang.assistance.commands import deciding
from dreiklang.assistance.commands.learning import learn_all
from dreiklang.assistance.commands.proposing import propose
from dreiklang.assistance.commands.switching import switch_functions
from dreiklang.assistance.jobs import learn_now, learn_when_worth_it
from dreiklang.assistance.models import LearnedField, Proposal
from dreiklang.assistance.queries.history import examples, has_news
from dreiklang.assistance.queries.report import report
from dreiklang.assistance.queries.shown import offered, proposal_of
from dreiklang.assistance.rules.fields import FUNCTIONS
from dreiklang.kernel import journal
from dreiklang.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from dreiklang.kernel.models import JournalLine
from dreiklang.kernel.permissions import system
from dreiklang.tickets.commands.classification import classify
from dreiklang.tickets.models import Category, Ticket

pytestmark = pytest.mark.django_db
LEARNER = system("assistance")


@pytest.fixture
def ticket(cast: Cast, past: list[Ticket]) -> Ticket:
    """A German one after learning, read as the worker reads it."""
    learn_all(actor=LEARNER)
    found = opened(cast, "Netzwerkdrucker druckt nicht", "Rita hier: der Drucker meldet Papierstau")
    propose([found.pk])
    return found


def test_a_ticket_is_proposed_its_category_with_words_of_its_own(cast: Cast, ticket: Ticket, categories) -> None:
    (shown, *_rest) = offered(ticket, actor=cast.actor("alan")).fields
    assert (shown.proposal.field, shown.record) == ("category", categories["printing"])
    assert 0.8 <= shown.proposal.probability <= 1
    assert not shown.proposal.is_guess
    assert shown.proposal.words
    assert {word.lower() for word in shown.proposal.words} <= {
        "netzwerkdrucker",
        "drucker",
        "druckt",
        "nicht",
        "papierstau",
    }
    assert "Rita" not in shown.proposal.words


def test_what_is_taken_over_is_a_persons_deed_and_can_be_undone(cast: Cast, ticket: Ticket, categories) -> None:
    alan, found = cast.actor("alan"), proposal_of(ticket, "category", actor=cast.actor("alan"))
    deciding.take(found, actor=alan)
    ticket.refresh_from_db()
    assert ticket.category == categories["printing"]
    line = JournalLine.objects.get(code="proposal.taken")
    assert (line.actor_id, line.subject_kind) == (alan.id, "proposal")
    assert journal.line(line.pk).event.ticket_id == ticket.pk
    assert (
        offered(ticket, actor=alan).fields == [] or offered(ticket, actor=alan).fields[0].proposal.field != "category"
    )
    with pytest.raises(WrongState):
        deciding.take(found, actor=alan)
    deciding.give_back(found, actor=alan)
    ticket.refresh_from_db()
    assert ticket.category is None
    assert proposal_of(ticket, "category", actor=alan).decision == ""
    deciding.dismiss(found, actor=alan)
    assert all(one.proposal.field != "category" for one in offered(ticket, actor=alan).fields)
    propose([ticket.pk])
    assert proposal_of(ticket, "category", actor=alan).decision == "dismissed"
    deciding.bring_back(found, actor=alan)
    assert offered(ticket, actor=alan).fields[0].proposal.field == "category"


def test_nobody_outside_the_house_is_proposed_anything(cast: Cast, ticket: Ticket) -> None:
    found = Proposal.objects.get(ticket=ticket, field="category")
    for name in ("rita", "karl", "zoe", "eve", "victor"):
        if name != "rita":
            Ticket.objects.filter(pk=ticket.pk).update(team=cast.teams["outside" if name == "eve" else "maker"])
            ticket.refresh_from_db()
        shown = offered(ticket, actor=cast.actor(name))
        assert (shown.fields, shown.macro, shown.like) == ([], None, [])
        with pytest.raises(NotFound):
            proposal_of(ticket, "category", actor=cast.actor(name))
        with pytest.raises(NotAllowed):
            deciding.take(found, actor=cast.actor(name))


def test_p28_restricted_tickets_change_no_proposal_and_no_like_case(
    cast: Cast, past: list[Ticket], ticket: Ticket
) -> None:
    """With and without tickets that Alan may not see: the same model, the same proposals, the same like cases."""

    def said() -> tuple[object, ...]:
        learn_all(actor=LEARNER)
        propose([ticket.pk])
        shown = offered(ticket, actor=cast.actor("alan"))
        models = [bytes(one.content) for one in LearnedField.objects.order_by("field")]
        rows = [(one.proposal.field, one.proposal.value, one.proposal.probability) for one in shown.fields]
        return models, rows, [(case.ticket.pk, case.words) for case in shown.like]

    before = said()
    for _n in range(5):
        secret = opened(cast, "Netzwerkdrucker druckt nicht: Papierstau", kind="security")
        Ticket.objects.filter(pk=secret.pk).update(team=cast.teams["servers"])
        secret.assignments.update(team=cast.teams["servers"])
    Ticket.objects.filter(is_restricted=True).update(
        state="closed", state_group="settled", resolved_at=ticket.opened_at
    )
    assert said() == before


def test_an_empty_desk_guesses_by_names_and_says_so(cast: Cast, categories: dict[str, Category]) -> None:
    assert has_news()
    assert learn_all(actor=LEARNER) == 1
    for subject, key in (("Papierstau am Multifunktionsdrucker", "printing"), ("My password is expired", "account")):
        ticket = opened(cast, subject, "Bitte um Hilfe")
        propose([ticket.pk])
        (shown,) = offered(ticket, actor=cast.actor("alan")).fields
        assert shown.record == categories[key]
        assert shown.proposal.is_guess


def test_an_empty_history_or_one_class_teaches_nothing(cast: Cast) -> None:
    assert not has_news()
    assert learn_all(actor=LEARNER) == 0
    Category.objects.create(key="one", name="Eine", names={"de": "Eine"})
    assert learn_all(actor=LEARNER) == 0
    ticket = opened(cast, "Drucker")
    assert propose([ticket.pk, 0]) == 0
    assert report()[0].learned is None


def test_what_people_put_away_falls_silent(cast: Cast, past: list[Ticket], categories: dict[str, Category]) -> None:
    value = str(categories["printing"].pk)
    now = past[0].resolved_at
    Proposal.objects.bulk_create(
        Proposal(ticket=one, field="category", value=value, probability=0.9, words=["x"], proposed_at=now,
                 decision="dismissed", decided_at=now)
        for one in past[:12]
    )  # fmt: skip
    learn_all(actor=LEARNER)
    ticket = opened(cast, "Drucker druckt nicht: Papierstau")
    propose([ticket.pk])
    assert not Proposal.objects.filter(ticket=ticket, field="category").exists()
    assert (report()[0].dismissed, report()[0].acceptance) == (12, 0.0)


def test_a_function_that_is_off_proposes_nothing(cast: Cast, ticket: Ticket) -> None:
    with pytest.raises(NotAllowed):
        switch_functions(set(), actor=cast.actor("alan"))
    switch_functions(set(FUNCTIONS) - {"category", "like"}, actor=cast.actor("ada"))
    shown = offered(ticket, actor=cast.actor("alan"))
    assert shown.like == []
    assert all(one.proposal.field != "category" for one in shown.fields)
    with pytest.raises(Invalid):
        switch_functions(set(FUNCTIONS) - {"category", "like"}, actor=cast.actor("ada"))


def test_like_cases_are_found_by_words_both_hold(cast: Cast, ticket: Ticket) -> None:
    same = opened(cast, "Drucker meldet Papierstau", "wieder der Netzwerkdrucker")
    opened(cast, "Etwas ganz anderes", "ohne Bezug")
    (case,) = [one for one in offered(ticket, actor=cast.actor("alan")).like if one.ticket.pk == same.pk]
    assert {"papierstau", "netzwerkdrucker"} <= set(case.words)
    assert case.may_be_same


def test_p09_learning_twice_learns_the_same(cast: Cast, past: list[Ticket]) -> None:
    learn_when_worth_it(timestamp=0)
    first = {one.field: (bytes(one.content), one.thresholds) for one in LearnedField.objects.all()}
    assert not has_news()
    learn_when_worth_it(timestamp=0)
    learn_now(timestamp=10**11)
    assert {one.field: (bytes(one.content), one.thresholds) for one in LearnedField.objects.all()} == first
    assert first["category"][1]


def test_a_ticket_is_read_by_its_first_words_without_the_name_of_who_asks(cast: Cast, past: list[Ticket]) -> None:
    ticket = opened(cast, "Drucker von Rita Weber", "Weber, Rita: kein Papier")
    classify(ticket, actor=cast.actor("alan"), impact=1)
    Ticket.objects.filter(pk=ticket.pk).update(state="closed", state_group="settled", resolved_at=ticket.opened_at)
    newest = examples()[0]
    assert newest.ticket_id == ticket.pk
    assert "Rita" not in newest.text
    assert "Weber" not in newest.text
    assert newest.labels["priority"] == "1-2"
