"""The pages from shift to shift."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from django.urls import reverse
from tests.cast import Cast

from dreiklang.shifts.models import BookEntry
from dreiklang.teams.models import Absence
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
