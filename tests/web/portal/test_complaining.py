"""Complaining at the portal: an owner outside the level it is about, and who may read it (B11)."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from django.urls import reverse
from tests.cast import Cast

from dreiklang.communication.models import Notification
from dreiklang.tickets import policy
from dreiklang.tickets.commands.classification import classify
from dreiklang.tickets.commands.complaints import take_complaint
from dreiklang.tickets.models import Complaint, Ticket
from dreiklang.tickets.queries.complaints import proposed_owner

Browser = Callable[[str], Client]


def filed(browser: Browser, ticket: Ticket, text: str = "Dreimal angerufen, niemand ruft zurück.") -> Ticket:
    answer = browser("rita").post(reverse("portal:complaint", args=[ticket.number]), {"text": text})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return Ticket.objects.get(kind="complaint")


def test_a_requester_complains_and_somebody_outside_the_level_answers_for_it(
    browser: Browser, cast: Cast, ticket: Ticket
) -> None:
    rita, page = browser("rita"), reverse("portal:complaint", args=[ticket.number])
    assert page in rita.get(reverse("portal:ticket", args=[ticket.number])).content.decode()
    made = filed(browser, ticket)
    complaint = Complaint.objects.get(ticket=made)
    assert (complaint.owner, complaint.about, complaint.about_level) == (cast.max, ticket, ticket.level)
    assert Notification.objects.filter(person=cast.max, ticket=made, kind="assigned").count() == 1
    assert made.team is not None
    assert made.team.level != ticket.level
    shown = rita.get(reverse("portal:ticket", args=[made.number])).content.decode()
    assert reverse("portal:ticket", args=[ticket.number]) in shown
    assert page.replace(str(ticket.number), str(made.number)) not in shown
    assert str(made.number) in rita.get(reverse("portal:ticket", args=[ticket.number])).content.decode()


def test_those_it_is_about_and_the_contact_do_not_read_it(browser: Browser, cast: Cast, ticket: Ticket) -> None:
    made = filed(browser, ticket)
    sight = {name: policy.may_see(cast.actor(name), made) for name in cast.persons}
    readers = {"rita", "berta", "max"}
    assert {name for name, sees in sight.items() if sees} == readers
    for name in cast.persons:
        assert policy.visible_to(cast.actor(name)).filter(pk=made.pk).exists() == (name in readers), name
    assert browser("alan").get(reverse("desk:ticket", args=[made.number])).status_code == 404
    assert browser("karl").get(reverse("portal:ticket", args=[made.number])).status_code == 404


def test_whoever_answers_for_it_reads_it_without_belonging_to_its_team(
    browser: Browser, cast: Cast, ticket: Ticket
) -> None:
    made = filed(browser, ticket)
    take_complaint(made, actor=cast.actor("max"), owner=cast.carl, about=ticket)
    classify(made, actor=cast.actor("max"), urgency=1)
    made.refresh_from_db()
    assert made.is_restricted
    carl = cast.actor("carl")
    assert policy.visible_to(carl).filter(pk=made.pk).exists()
    assert policy.may_work(carl, made)
    assert browser("carl").get(reverse("desk:ticket", args=[made.number])).status_code == 200
    assert not policy.visible_to(cast.actor("dora")).filter(pk=made.pk).exists()


def test_a_second_complaint_is_led_to_the_first_and_keeps_the_words(browser: Browser, ticket: Ticket) -> None:
    made, page = filed(browser, ticket), reverse("portal:complaint", args=[ticket.number])
    again = browser("rita").post(page, {"text": "Und noch einmal"})
    assert again.status_code == 409
    assert "Und noch einmal" in again.content.decode()
    assert str(made.number) in again.content.decode()
    assert browser("rita").post(page, {"text": " "}).status_code in (409, 422)
    assert Ticket.objects.filter(kind="complaint").count() == 1
    assert browser("rita").get(reverse("portal:complaint", args=[made.number])).status_code == 404


def test_without_words_nothing_is_filed(browser: Browser, ticket: Ticket) -> None:
    answer = browser("rita").post(reverse("portal:complaint", args=[ticket.number]), {"text": "  "})
    assert answer.status_code == 422
    assert "text-problem" in answer.content.decode()
    assert not Ticket.objects.filter(kind="complaint").exists()


def test_where_no_manager_may_own_it_the_desk_names_somebody(browser: Browser, cast: Cast, ticket: Ticket) -> None:
    account = cast.max.account
    assert account is not None
    account.roles = ["agent"]
    account.save(update_fields=["roles"])
    assert proposed_owner(ticket.level) is None
    made = filed(browser, ticket)
    assert made.follows == ticket
    assert not Complaint.objects.exists()
    page = browser("rita").get(reverse("portal:ticket", args=[ticket.number])).content.decode()
    assert str(made.number) in page
