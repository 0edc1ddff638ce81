"""The pages from shift to shift."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.test import Client
from django.urls import reverse
from tests.cast import Cast

from dreiklang.shifts.models import BookEntry
from dreiklang.teams.models import Absence, DutyShift
from dreiklang.teams.queries import today
from dreiklang.tickets.commands.assignment import assign
from dreiklang.tickets.models import Ticket

Browser = Callable[[str], Client]


def test_the_book_is_written_read_settled_and_corrected(browser: Browser, cast: Cast, ticket: Ticket) -> None:
    alan, where = browser("alan"), reverse("desk:book")
    sent = {"team": cast.teams["desk"].pk, "text": "4A beobachten", "tickets": f"#{ticket.number}", "is_open": "on"}
    wrong = alan.post(where, {**sent, "tickets": "99999999"})
    assert wrong.status_code == 422
    assert "4A beobachten</textarea>" in wrong.content.decode()
    alan.post(where, sent)
    entry = BookEntry.objects.get()
    shown = alan.get(where).content.decode()
    assert "4A beobachten" in shown
    assert ticket.subject in shown
    alan.post(reverse("desk:book_settlement", args=[entry.pk]))
    assert "book_reopening" not in shown
    assert reverse("desk:book_reopening", args=[entry.pk]) in alan.get(where).content.decode()
    alan.post(reverse("desk:book_entry", args=[entry.pk]), {"text": "4B beobachten", "version": "1"})
    assert "4B beobachten" in alan.get(where).content.decode()
    for name in ("berta", "eve", "victor"):
        assert "4B beobachten" not in browser(name).get(where).content.decode()
        assert browser(name).post(reverse("desk:book_settlement", args=[entry.pk])).status_code == 404
        assert browser(name).get(where, {"team": cast.teams["desk"].pk}).status_code == 404


def test_the_work_of_somebody_away_is_previewed_and_given(browser: Browser, cast: Cast, ticket: Ticket) -> None:
    assign(ticket, actor=cast.actor("alan"), person=cast.alan)
    Absence.objects.create(person=cast.alan, from_date=today(), until_date=today())
    most, where = browser("max"), reverse("desk:stand_in", args=[cast.alan.pk])
    assert where in most.get(reverse("desk:duty")).content.decode()
    assert ticket.subject in most.get(where).content.decode()
    most.post(where, {"to": "team", "note": "krank ist nicht gesagt"})
    ticket.refresh_from_db()
    assert ticket.assignee_id is None
    assert browser("alan").get(where).status_code == 404


def test_whoever_leads_a_team_sets_its_rota_at_the_desk(browser: Browser, cast: Cast, frozen: datetime) -> None:
    desk, account = cast.teams["desk"], cast.alan.account
    assert account is not None
    page = reverse("desk:rota", args=[desk.pk])
    assert browser("alan").get(page).status_code == 403
    account.roles = ["agent", "lead"]
    account.save(update_fields=["roles"])
    alan = browser("alan")
    assert page in alan.get(reverse("desk:duty")).content.decode()
    assert reverse("desk:rota", args=[cast.teams["network"].pk]) not in alan.get(reverse("desk:duty")).content.decode()
    assert alan.get(page).status_code == 200
    new = reverse("desk:rota_shifts", args=[desk.pk])
    day = f"{frozen + timedelta(days=1):%Y-%m-%d}"
    span = {"shift-person": cast.alan.pk, "shift-starts_at": f"{day}T08:00", "shift-ends_at": f"{day}T07:00"}
    refused = alan.post(new, span)
    assert refused.status_code == 422
    assert f"{day}T07:00" in refused.content.decode()
    assert alan.post(new, {**span, "shift-ends_at": f"{day}T16:00"}).status_code == 302
    shift = DutyShift.objects.get(team=desk)
    name = f"shift-{shift.pk}-"
    moved = {f"{name}person": cast.alan.pk, f"{name}starts_at": f"{day}T09:00", f"{name}ends_at": f"{day}T17:00"}
    assert alan.post(reverse("desk:rota_change", args=[desk.pk, shift.pk]), moved).status_code == 302
    swap = reverse("desk:rota_swap", args=[desk.pk, shift.pk])
    assert alan.post(swap, {f"swap-{shift.pk}-other": shift.pk}).status_code == 422
    foreign = cast.teams["network"].pk
    for route, ids in (("rota_shifts", [foreign]), ("rota_shift", [foreign, shift.pk])):
        assert alan.post(reverse(f"desk:{route}", args=ids), {}).status_code == 404
    assert alan.post(reverse("desk:rota_shift", args=[desk.pk, shift.pk])).status_code == 302
    assert not DutyShift.objects.exists()
