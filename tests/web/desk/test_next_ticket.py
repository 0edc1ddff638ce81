"""'Next ticket': what it proposes, that it says why, and that beginning with it takes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.cast import Cast
from tests.web.desk.conftest import COMPLETE

from dreiklang.escalation.commands.handing_over import hand_over
from dreiklang.tickets.commands.assignment import assign
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.models import Ticket

Browser = Callable[[str], Client]
HX = {"HX-Request": "true"}


def opened(cast: Cast, subject: str, **fields: int) -> Ticket:
    return open_ticket(cast.rita, actor=cast.actor("rita"), subject=subject, **fields)


def test_the_heaviest_is_next_and_beginning_takes_it(browser: Browser, cast: Cast, frozen: datetime) -> None:
    light, heavy, taken = opened(cast, "leicht"), opened(cast, "schwer", impact=1, urgency=1), opened(cast, "vergeben")
    assign(taken, actor=cast.actor("max"), person=cast.alan)
    alan, address = browser("alan"), reverse("desk:next")
    key = f"team-{cast.teams['desk'].pk}"
    sheet = alan.get(address, {"list": key}, headers=HX).content.decode()
    assert "schwer" in sheet
    assert "Weil:" in sheet
    following = alan.get(address, {"list": key, "skip": str(heavy.number)}, headers=HX).content.decode()
    assert f'name="number" value="{heavy.number}"' not in following
    begun = alan.post(address, {"number": heavy.number, "list": key}, headers=HX)
    assert begun["HX-Redirect"].endswith(f"?list={key}")
    heavy.refresh_from_db()
    assert heavy.assignee_id == cast.alan.pk
    assert "leicht" in sheet or light.pk


def test_what_a_colleague_works_on_is_not_proposed(browser: Browser, cast: Cast, frozen: datetime) -> None:
    only = opened(cast, "bei Quirin")
    Ticket.objects.filter(pk=only.pk).update(assignee=cast.max)
    sheet = browser("alan").get(reverse("desk:next"), headers=HX).content.decode()
    assert "bei Quirin" not in sheet


def test_what_has_time_may_be_parked_and_colleagues_can_be_called(
    browser: Browser, cast: Cast, frozen: datetime
) -> None:
    calm = opened(cast, "hat Zeit")
    for n in range(9):
        near = opened(cast, f"eilt {n}", impact=1, urgency=1)
        Ticket.objects.filter(pk=near.pk).update(next_promise_at=frozen + timedelta(hours=1))
    sheet = browser("alan").get(reverse("desk:next"), headers=HX).content.decode()
    assert reverse("desk:pause", args=[calm.number]) in sheet
    assert "9 Zusagen" in sheet


def test_beginning_accepts_what_was_handed_over(browser: Browser, cast: Cast, ticket: Ticket) -> None:
    handover = hand_over(ticket, actor=cast.actor("alan"), to_team=cast.teams["workplace"], case=COMPLETE)
    assert browser("berta").post(reverse("desk:next"), {"number": ticket.number, "list": ""}).status_code == 302
    handover.refresh_from_db()
    assert handover.accepted_by_id == cast.berta.pk


def test_others_get_nothing_of_it(browser: Browser, cast: Cast, ticket: Ticket) -> None:
    assert browser("rita").get(reverse("desk:next")).status_code == 403
    foreign = f"team-{cast.teams['desk'].pk}"
    assert browser("eve").get(reverse("desk:next"), {"list": foreign}).status_code == 404
    assert browser("eve").post(reverse("desk:next"), {"number": ticket.number, "list": ""}).status_code == 404


def test_it_asks_as_often_for_many_as_for_few(browser: Browser, cast: Cast, frozen: datetime) -> None:
    alan = browser("alan")

    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert alan.get(reverse("desk:next"), headers=HX).status_code == 200
        return len(asked)

    opened(cast, "eins")
    opened(cast, "zwei")
    opened(cast, "drei")
    opened(cast, "vier")
    questions()
    few = questions()
    for n in range(12):
        opened(cast, f"Fall {n}", impact=1 + n % 3)
    assert questions() <= few
