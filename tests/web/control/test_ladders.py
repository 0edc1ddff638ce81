"""Ladders in control and the requester's own escalation in the portal."""

from __future__ import annotations

from datetime import date, datetime

from django.test import Client
from django.urls import reverse
from tests.cast import Cast

from dreiklang.escalation.commands.ladders import Step, keep_ladder, ring
from dreiklang.escalation.models import Ladder, RequesterEscalation, Ringing
from dreiklang.kernel.permissions import system
from dreiklang.teams.models import Membership
from dreiklang.tickets.commands.opening import open_ticket


def browser(cast: Cast, name: str) -> Client:
    client = Client()
    client.force_login(cast.persons[name].account)
    return client


def test_a_ladder_is_tried_before_it_is_kept(cast: Cast, frozen: datetime) -> None:
    ada = browser(cast, "ada")
    opened = open_ticket(cast.rita, actor=cast.actor("rita"), subject="Niemand ruft zurück", kind="complaint")
    typed = {
        "name": "Beschwerden", "trigger": "complaint", "threshold": "0", "rung-1": "manager", "is_active": "on",
        "team": "", "lowest_priority": "",
    }  # fmt: skip
    tried = ada.post(reverse("control:new_ladder"), {**typed, "to": "tried"}).content.decode()
    assert opened.subject in tried
    assert not Ladder.objects.exists()
    wrong = ada.post(reverse("control:new_ladder"), {**typed, "rung-1": "lead", "to": "kept"})
    assert wrong.status_code == 422
    assert "zeigt" in wrong.content.decode() or "points to nobody" in wrong.content.decode()
    assert ada.post(reverse("control:new_ladder"), {**typed, "to": "kept"}).status_code == 302
    made = Ladder.objects.get()
    form = ada.get(reverse("control:ladder", args=[made.pk])).context["form"]
    assert (len(form.rungs_shown), len(form.rungs_further)) == (2, 4)  # the one in use, one to come, the rest folded
    assert made.name in ada.get(reverse("control:ladders")).content.decode()
    assert ada.post(reverse("control:ladder_removal", args=[made.pk])).status_code == 302
    assert browser(cast, "max").get(reverse("control:ladders")).status_code == 403


def test_who_was_told_says_i_see_to_it(cast: Cast, frozen: datetime) -> None:
    Membership.objects.create(team=cast.teams["desk"], person=cast.max, role="lead", from_date=date(2020, 1, 1))
    ticket = open_ticket(cast.rita, actor=cast.actor("rita"), subject="Drucker")
    made = keep_ladder(
        None, actor=system("test"), name="Still", trigger="idle", threshold=5, rungs=[Step("lead")],
        team=cast.teams["desk"],
    )  # fmt: skip
    ringing = ring(ticket.pk, made, position=1, actor=system("schedule"))
    address = reverse("desk:ladder_answer", args=[ticket.number, ringing.pk])
    page = reverse("desk:ticket", args=[ticket.number])
    assert address in browser(cast, "max").get(page).content.decode()
    seen = browser(cast, "alan").get(page).content.decode()
    assert "Still" in seen
    assert address not in seen
    assert browser(cast, "alan").post(address).status_code == 403
    assert browser(cast, "max").post(address).status_code == 302
    assert Ringing.objects.get().acknowledged_by_id == cast.max.pk


def test_a_requester_escalates_in_the_portal(cast: Cast, frozen: datetime) -> None:
    ticket = open_ticket(cast.rita, actor=cast.actor("rita"), subject="Drucker")
    rita, address = browser(cast, "rita"), reverse("portal:escalation", args=[ticket.number])
    assert address in rita.get(reverse("portal:ticket", args=[ticket.number])).content.decode()
    assert rita.get(address).status_code == 200
    assert rita.post(address, {"reason": " "}).status_code == 422
    assert rita.post(address, {"reason": "Die Station steht"}).status_code == 302
    assert RequesterEscalation.objects.get().reason == "Die Station steht"
    assert rita.post(address, {"reason": "Noch einmal"}).status_code == 409
    for name in ("zoe",):
        assert browser(cast, name).get(address).status_code == 404
