"""The palette: tickets, persons, organisations, views, settings, what was opened last; how conditions could go on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import Cast

from dreiklang.accounts.models import Account
from dreiklang.organizations.models import Organization, Person
from dreiklang.teams.queries import actor_for
from dreiklang.tickets import policy
from dreiklang.tickets.commands.views import make_view
from dreiklang.tickets.models import Ticket

Browser = Callable[[str], Client]


def found(client: Client, words: str = "") -> str:
    """What the palette answers."""
    return client.get(reverse("desk:palette"), {"q": words}).content.decode()


def test_without_words_it_shows_what_was_opened_last(browser: Browser, cast: Cast, ticket: Ticket) -> None:
    alan = browser("alan")
    assert ticket.subject not in found(alan)
    alan.get(reverse("desk:ticket", args=[ticket.number]))
    for person in (cast.rita, cast.berta, cast.rita):
        alan.get(reverse("desk:person", args=[person.pk]))
    page = found(alan)
    assert ticket.subject in page
    assert page.index("Rita Weber") < page.index("Berta")
    Person.objects.filter(pk=cast.rita.pk).update(is_active=False)
    assert f"person/{cast.rita.pk}" not in found(alan)


def test_p28_what_was_opened_is_shown_only_while_it_may_be_seen(
    browser: Browser, cast: Cast, at_level_2: Ticket
) -> None:
    berta = browser("berta")
    berta.get(reverse("desk:ticket", args=[at_level_2.number]))
    assert at_level_2.subject in found(berta)
    Ticket.objects.filter(pk=at_level_2.pk).update(is_restricted=True, team=cast.teams["network"], assignee=None)
    account = Account.objects.get(pk=cast.berta.account.pk)  # type: ignore[union-attr]
    is_seen = at_level_2.subject in found(berta)
    assert is_seen == policy.visible_to(actor_for(account)).filter(pk=at_level_2.pk).exists()


def test_views_organisations_and_settings_are_found(browser: Browser, cast: Cast) -> None:
    assert cast.alan.account is not None
    make_view(actor=actor_for(cast.alan.account), name="Klinikum offen", conditions="is:open", sorting="-updated")
    customer = cast.organizations["clinic"]
    Organization.objects.filter(pk=customer.pk).update(sort_key=customer.name.lower())
    page = found(browser("alan"), customer.name[:6])
    assert "Klinikum offen" in page
    assert "customer%3A" in page
    assert "/control/" not in page
    assert reverse("control:organization", args=[customer.pk]) in found(browser("ada"), customer.name[:6])
    assert reverse("control:ladders") in found(browser("ada"), "eskalation")
    assert reverse("control:ladders") not in found(browser("alan"), "eskalation")


def test_p27_an_outside_provider_learns_no_customer_and_no_view_of_others(browser: Browser, cast: Cast) -> None:
    assert cast.alan.account is not None
    make_view(actor=actor_for(cast.alan.account), name="Klinikum offen", conditions="is:open", sorting="-updated")
    page = found(browser("eve"), "klinikum")
    assert "Klinikum offen" not in page
    assert "customer%3A" not in page


@pytest.mark.parametrize(
    ("typed", "whole"),
    [
        ("drucker team:ser", "drucker team:&quot;Service Desk&quot; "),
        ('team:"Service D', "team:&quot;Service Desk&quot; "),
        ("zust", "zustand:"),
        ("zustand:o", "zustand:offen "),
        ("hat:an", "hat:anhang "),
        ("vor:ge", "vor:gestern "),
        ("priorität:", "priorität:1 "),
        ("zustand:offen,ne", "zustand:offen,neu "),
    ],
)
def test_a_condition_is_completed_while_one_types(browser: Browser, cast: Cast, typed: str, whole: str) -> None:
    assert f'data-complete="{whole}"' in found(browser("alan"), typed)


def test_a_condition_that_cannot_be_read_yet_says_what_is_missing(browser: Browser, cast: Cast) -> None:
    assert "palette-mistake" not in found(browser("alan"), "zustand:")
    page = found(browser("alan"), "zustand:weg")
    assert "palette-mistake" in page
    assert "data-complete" not in page
