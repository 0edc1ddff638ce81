"""One's own lines under one's answers: kept for each team, refused at their field, nobody else's."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from django.urls import reverse
from tests.cast import Cast

from dreiklang.teams.models import Membership, Team

Browser = Callable[[str], Client]


def field(team: Team) -> str:
    return f"team-{team.pk}"


def test_a_signature_is_kept_for_ones_own_team_only(browser: Browser, cast: Cast) -> None:
    desk, workplace = cast.teams["desk"], cast.teams["workplace"]
    Team.objects.filter(pk=desk.pk).update(signature="Haus-IT\nTelefon 1000")
    alan, address = browser("alan"), reverse("desk:signatures")
    page = alan.get(address).content.decode()
    assert "Haus-IT · Telefon 1000" in page
    assert f'name="{field(workplace)}"' not in page
    assert alan.post(address, {field(desk): "Telefon 1234\r\nmontags bis donnerstags"}).status_code == 302
    kept = Membership.objects.get(team=desk, person=cast.alan)
    assert kept.signature == "Telefon 1234\nmontags bis donnerstags"
    assert alan.post(address, {field(desk): "", field(workplace): "x"}).status_code == 422
    assert Membership.objects.get(pk=kept.pk).signature == kept.signature


def test_a_signature_that_is_too_long_is_refused_at_its_field_and_stays_there(browser: Browser, cast: Cast) -> None:
    long = "x" * 2_001
    answer = browser("alan").post(reverse("desk:signatures"), {field(cast.teams["desk"]): long})
    assert answer.status_code == 422
    assert long in answer.content.decode()
    assert not Membership.objects.get(team=cast.teams["desk"], person=cast.alan).signature


def test_who_belongs_to_no_team_is_told_so(browser: Browser, cast: Cast) -> None:
    assert "gehören zu keinem Team" in browser("max").get(reverse("desk:signatures")).content.decode()
    assert browser("rita").get(reverse("desk:signatures")).status_code == 403
