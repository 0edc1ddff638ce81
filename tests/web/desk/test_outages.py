"""An agent announces an outage, sees who will read it, notes who is hit, ends it; requesters read and join."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from django.urls import reverse
from tests.cast import Cast

from dreiklang.communication.models import AlsoAffected, AnnouncedOutage
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.models import Kinship, Ticket

Browser = Callable[[str], Client]


def asked(cast: Cast, **changes: object) -> dict[str, object]:
    return {
        "kind": "disruption",
        "title_de": "Orbis ist gestört",
        "text_de": "Bitte auf Papier arbeiten.",
        "from_at": "2026-01-01T08:00",
        "audience": "customers",
        "customers": [cast.organizations["clinic"].pk],
        **changes,
    }


def test_from_the_form_to_the_banner_and_the_portal_and_back(browser: Browser, cast: Cast) -> None:
    alan, rita, zoe = browser("alan"), browser("rita"), browser("zoe")
    preview = alan.post(reverse("desk:outage_preview"), asked(cast)).content.decode()
    assert "Klinikum Aschertal" in preview
    assert "2 Personen bei Auftraggebern" in preview
    refused = alan.post(reverse("desk:outage_new"), asked(cast, customers=[]))
    assert refused.status_code == 422
    assert "Bitte auf Papier arbeiten." in refused.content.decode()
    assert alan.post(reverse("desk:outage_new"), asked(cast)).status_code == 302
    outage = AnnouncedOutage.objects.get()
    page = reverse("desk:outage", args=[outage.pk])
    for at in ("/desk/", page, reverse("desk:outages")):
        assert "Orbis ist gestört" in alan.get(at, follow=True).content.decode()
    assert "Orbis ist gestört" in rita.get("/portal/").content.decode()
    assert "Orbis" not in zoe.get("/portal/").content.decode()
    assert "We know of this" not in zoe.post("/portal/answers/", {"text": "Orbis"}).content.decode()
    for stranger in ("eve", "victor"):
        assert browser(stranger).get(page).status_code == 404
        assert "Orbis" not in browser(stranger).get(reverse("desk:outages")).content.decode()
        assert browser(stranger).get(reverse("desk:outage_new")).status_code == 403
    alan.post(reverse("desk:outage_end", args=[outage.pk]))
    assert "Orbis" not in alan.get(reverse("desk:outage_banner")).content.decode()
    alan.post(reverse("desk:outage_end_undoing", args=[outage.pk]))
    assert "Orbis" in alan.get(reverse("desk:outage_banner")).content.decode()


def test_a_requester_joins_from_what_they_type_and_leaves_again(browser: Browser, cast: Cast) -> None:
    browser("alan").post(reverse("desk:outage_new"), asked(cast))
    outage, rita = AnnouncedOutage.objects.get(), browser("rita")
    assert "Das ist uns bekannt" in rita.post("/portal/answers/", {"text": "Orbis hängt"}).content.decode()
    path = reverse("portal:outage_joining", args=[outage.pk])
    joined = rita.post(path, {"text": "Orbis hängt"}, headers={"HX-Request": "true"})
    assert joined.headers["HX-Redirect"] == "/portal/"
    assert AlsoAffected.objects.get().words == "Orbis hängt"
    assert not Ticket.objects.exists()
    assert "Sie sind vermerkt" in rita.get("/portal/").content.decode()
    assert browser("zoe").post(path).status_code == 404
    rita.post(reverse("portal:outage_leaving", args=[outage.pk]))
    assert not AlsoAffected.objects.exists()


def test_whoever_calls_is_noted_without_a_ticket_or_with_one_that_waits(browser: Browser, cast: Cast) -> None:
    parent = open_ticket(cast.karl, actor=cast.actor("alan"), subject="Orbis steht", channel="phone")
    alan = browser("alan")
    alan.post(reverse("desk:outage_new"), asked(cast, number=parent.number))
    outage = AnnouncedOutage.objects.get()
    offered = alan.get(reverse("desk:outages_known"), {"text": "Orbis hängt", "requester": cast.rita.pk})
    assert f"wartet auf {parent.number}" in offered.content.decode()
    other = alan.get(reverse("desk:outages_known"), {"text": "Orbis hängt", "requester": cast.zoe.pk})
    assert "Orbis" not in other.content.decode()
    typed = {
        "channel": "phone", "requester": cast.rita.pk, "text": "Orbis hängt", "kind": "incident",
        "impact": "3", "urgency": "2",
    }  # fmt: skip
    nobody = alan.post(reverse("desk:new"), {**typed, "requester": "", "joins": outage.pk})
    assert nobody.status_code == 422
    assert "Orbis hängt" in nobody.content.decode()
    assert alan.post(reverse("desk:new"), {**typed, "joins": outage.pk}).status_code == 302
    assert AlsoAffected.objects.get().person == cast.rita
    assert Ticket.objects.count() == 1
    assert alan.post(reverse("desk:new"), {**typed, "waits": outage.pk}).status_code == 302
    assert Kinship.objects.get().parent == parent
    alan.post(reverse("desk:outage_parting", args=[outage.pk, cast.rita.pk]))
    assert not AlsoAffected.objects.exists()
    late = alan.post(reverse("desk:outage_end", args=[outage.pk]))
    assert late.status_code == 302
    assert alan.post(reverse("desk:new"), {**typed, "joins": outage.pk}).status_code == 409
