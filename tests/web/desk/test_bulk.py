"""The sheet for many tickets, the page that follows them, and the way back."""

from collections.abc import Callable

from django.test import Client
from django.urls import reverse
from tests.cast import Cast

from dreiklang.kernel.permissions import system
from dreiklang.tickets.commands import views
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.models import BulkRun, Ticket

Browser = Callable[[str], Client]
HX = {"HX-Request": "true"}


def test_picked_tickets_are_tried_done_followed_and_taken_back(browser: Browser, cast: Cast, ticket: Ticket) -> None:
    other = open_ticket(cast.rita, actor=system("mail"), subject="Zweiter")
    Ticket.objects.filter(pk=other.pk).update(team=cast.teams["network"], level=3)
    alan = browser("alan")
    sent = {"list": "mine", "all": "", "ticket": [str(ticket.number), str(other.number)], "deed": "take"}
    assert "2 Tickets" in alan.get(reverse("desk:bulk_sheet"), sent, headers=HX).content.decode()
    tried = alan.post(reverse("desk:bulk_begin"), sent, headers=HX).content.decode()
    assert str(other.number) in tried
    assert not BulkRun.objects.exists(), "trying begins nothing"
    answer = alan.post(reverse("desk:bulk_begin"), {**sent, "go": "yes"}, headers=HX)
    run = BulkRun.objects.get()
    assert answer["HX-Redirect"] == reverse("desk:bulk_run", args=[run.pk])
    page = alan.get(answer["HX-Redirect"]).content.decode()
    assert "1 von 2 geändert" in page
    assert str(other.number) in page
    alan.post(reverse("desk:bulk_undo", args=[run.pk]))
    ticket.refresh_from_db()
    assert ticket.assignee_id is None
    assert reverse("desk:bulk_run", args=[run.pk]) in alan.get(reverse("desk:bulk_runs")).content.decode()
    for stranger in ("berta", "eve"):
        assert browser(stranger).get(reverse("desk:bulk_run", args=[run.pk])).status_code == 404


def test_all_of_a_view_are_meant_and_many_go_on_by_themselves(browser: Browser, cast: Cast) -> None:
    for n in range(25):
        open_ticket(cast.rita, actor=system("mail"), subject=f"Drucker {n}")
    view = views.make_view(actor=cast.actor("alan"), name="Drucker", conditions="drucker")
    alan, sent = browser("alan"), {"list": f"view-{view.pk}", "all": "1", "deed": "tag", "value": "projekt"}
    assert "25 Tickets" in alan.get(reverse("desk:bulk_sheet"), sent, headers=HX).content.decode()
    alan.post(reverse("desk:bulk_begin"), {**sent, "go": "yes"}, headers=HX)
    state = alan.get(reverse("desk:bulk_state", args=[BulkRun.objects.get().pk])).content.decode()
    assert "0 von 25 geändert" in state
    assert "hx-trigger" in state


def test_what_is_missing_is_told_in_the_sheet(browser: Browser, ticket: Ticket) -> None:
    sent = {"list": "mine", "all": "", "ticket": [str(ticket.number)], "deed": "tag", "value": "", "go": "yes"}
    answer = browser("alan").post(reverse("desk:bulk_begin"), sent, headers=HX)
    assert answer.status_code == 422
    assert 'class="form-error"' in answer.content.decode()
