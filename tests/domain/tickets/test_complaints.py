"""Complaints: an owner from outside the level, an answer that is owed, measures that are seen done; playbooks."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from tests.cast import Cast

from dreiklang.kernel.errors import Conflict, Invalid, NotAllowed, WrongState
from dreiklang.tickets.commands.complaints import (
    decide_measure,
    drop_measure,
    finish_measure,
    reopen_measure,
    take_complaint,
)
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.commands.playbooks import change_playbook
from dreiklang.tickets.commands.resolution import close, resolve
from dreiklang.tickets.models import Message, Playbook, Ticket
from dreiklang.tickets.policy import visible_to
from dreiklang.tickets.queries.complaints import playbooks_for


@pytest.fixture
def about(cast: Cast, frozen: datetime) -> Ticket:
    return open_ticket(cast.rita, actor=cast.actor("rita"), subject="Drucker")


@pytest.fixture
def complaint(cast: Cast, about: Ticket) -> Ticket:
    return open_ticket(cast.rita, actor=cast.actor("rita"), subject="Niemand ruft zurück", kind="complaint")


def test_the_owner_is_outside_the_level_it_is_about(cast: Cast, complaint: Ticket, about: Ticket) -> None:
    alan = cast.actor("alan")
    for wrong in (cast.alan, cast.eve, cast.victor, cast.rita):
        with pytest.raises(Invalid) as refused:
            take_complaint(complaint, actor=alan, owner=wrong, about=about)
        assert "owner" in refused.value.fields
    taken = take_complaint(complaint, actor=alan, owner=cast.berta, about=about)
    assert (taken.about_level, taken.owner) == (1, cast.berta)
    assert take_complaint(complaint, actor=alan, owner=cast.max, about=about).owner == cast.max
    with pytest.raises(Invalid, match=r"[Ll]evel"):
        take_complaint(complaint, actor=alan, owner=cast.max)


def test_outsiders_and_requesters_keep_no_complaint(cast: Cast, complaint: Ticket) -> None:
    for name in ("rita", "karl"):
        with pytest.raises(NotAllowed):
            take_complaint(complaint, actor=cast.actor(name), owner=cast.max, about_level=1)


def test_nobody_answers_for_their_own_level_and_not_before_it_has_an_owner(cast: Cast, complaint: Ticket) -> None:
    alan = cast.actor("alan")
    with pytest.raises(WrongState) as unowned:
        resolve(complaint, actor=alan, text="Das war nichts.")
    assert unowned.value.code == "no_owner"
    take_complaint(complaint, actor=alan, owner=cast.berta, about_level=1)
    with pytest.raises(WrongState) as own:
        resolve(complaint, actor=alan, text="Das war nichts.")
    assert own.value.code == "about_own_level"
    resolve(complaint, actor=cast.actor("berta"), text="Es tut uns leid. Ab morgen rufen wir zurück.")
    assert close(complaint, actor=cast.actor("berta")).state == "closed"


def test_a_complaint_is_closed_with_an_answer_only(cast: Cast, complaint: Ticket) -> None:
    take_complaint(complaint, actor=cast.actor("alan"), owner=cast.berta, about_level=1)
    resolve(complaint, actor=cast.actor("berta"), text="Es tut uns leid.")
    Message.objects.filter(ticket=complaint, direction="out").update(delivery="withdrawn")
    with pytest.raises(WrongState) as owed:
        close(complaint, actor=cast.actor("berta"))
    assert owed.value.code == "answer_owed"


def test_measures_are_decided_done_reopened_and_taken_back(cast: Cast, complaint: Ticket) -> None:
    berta = cast.actor("berta")
    kept = take_complaint(complaint, actor=berta, owner=cast.berta, about_level=1)
    with pytest.raises(Invalid):
        decide_measure(kept, actor=berta, text=" ")
    measure = decide_measure(kept, actor=berta, text="Rückrufliste", owner=cast.max, due_date=date(2026, 12, 1))
    assert finish_measure(measure, actor=berta).done_at
    with pytest.raises(WrongState):
        finish_measure(measure, actor=berta)
    assert reopen_measure(measure, actor=berta).done_at is None
    drop_measure(measure, actor=berta)
    assert not kept.measures.exists()


def test_security_incidents_are_seen_by_few_and_bring_their_playbook(cast: Cast, frozen: datetime) -> None:
    found = open_ticket(cast.rita, actor=cast.actor("alan"), subject="Phishing", kind="security")
    seen = {
        n for n in ("alan", "berta", "carl", "max", "rita", "karl", "zoe", "eve") if found in visible_to(cast.actor(n))
    }
    assert seen == {"alan", "max", "rita"}
    assert [occasion for occasion, _text in playbooks_for(found, "de")] == ["security"]
    cast.rita.is_vip = True
    cast.rita.save()
    assert len(playbooks_for(Ticket.objects.get(pk=found.pk), "en")) == 2


def test_playbooks_have_the_desks_own_words_and_a_way_back(cast: Cast, complaint: Ticket) -> None:
    ada = cast.actor("ada")
    with pytest.raises(NotAllowed):
        change_playbook("complaint", actor=cast.actor("max"), texts={"de": "Anrufen"})
    with pytest.raises(Invalid):
        change_playbook("fire", actor=ada, texts={"de": "Anrufen"})
    assert change_playbook("complaint", actor=ada, texts={"de": "Anrufen", "en": ""}, version=0)
    assert playbooks_for(complaint, "de") == [("complaint", "Anrufen")]
    assert playbooks_for(complaint, "en")[0][1].startswith("1.")
    with pytest.raises(Conflict):
        change_playbook("complaint", actor=ada, texts={"de": "Nichts"}, version=0)
    assert change_playbook("complaint", actor=ada, texts={"de": " "}, version=1) is None
    assert not Playbook.objects.exists()
