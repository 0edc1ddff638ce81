"""From a ready rule to who may see: security incidents and VIPs, on the pages people use."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import Cast
from tests.domain.automation.conftest import work_off

from dreiklang.automation.models import Rule
from dreiklang.communication.models import Notification
from dreiklang.kernel.permissions import system
from dreiklang.tickets.commands.opening import open_with_message
from dreiklang.tickets.models import Ticket

pytestmark = pytest.mark.usefixtures("frozen")
Browser = Callable[[str], Client]


def switched_on(browser: Browser, key: str) -> None:
    """An administrator takes a ready rule over and switches it on."""
    ada = browser("ada")
    assert ada.post(reverse("control:ready_rule", args=[key])).status_code == 302
    rule = Rule.objects.get(ready_key=key)
    assert not rule.is_active, "off until somebody has looked"
    assert ada.post(reverse("control:rule_switch", args=[rule.pk]), {"is_active": "1"}).status_code == 302
    assert Rule.objects.get(pk=rule.pk).is_active


def reported(cast: Cast, subject: str, text: str) -> Ticket:
    ticket = open_with_message(cast.rita, actor=system("mail"), subject=subject, text=text, channel="mail")
    work_off()
    ticket.refresh_from_db()
    return ticket


def panel(browser: Browser, name: str, ticket: Ticket) -> tuple[int, str]:
    answer = browser(name).get(reverse("desk:panel", args=[ticket.number, "playbook"]))
    return answer.status_code, answer.content.decode()


def test_what_sounds_like_an_attack_becomes_a_security_incident_that_few_see(cast: Cast, browser: Browser) -> None:
    switched_on(browser, "security")
    plain = reported(cast, "Drucker", "Er druckt nicht.")
    assert (plain.kind, plain.is_restricted) == ("incident", False)
    ticket = reported(cast, "Seltsame Mail", "Ich habe mein Passwort auf einer Phishing-Seite eingegeben.")
    assert (ticket.kind, ticket.is_restricted, ticket.urgency) == ("security", True, 1)
    assert Notification.objects.filter(ticket=ticket, person=cast.alan).exists()
    status, words = panel(browser, "alan", ticket)
    assert status == 200
    assert "vom Netz trennen" in words
    assert "nur eingeschränkt sichtbar" in words
    page = reverse("desk:ticket", args=[ticket.number])
    seen = {name: browser(name).get(page).status_code for name in ("alan", "berta", "carl", "eve", "victor", "zoe")}
    assert seen == {"alan": 200, "berta": 404, "carl": 404, "eve": 404, "victor": 404, "zoe": 403}
    assert panel(browser, "berta", ticket)[0] == 404
    found = browser("berta").get(reverse("desk:search"), {"q": "Phishing"}).content.decode()
    assert str(ticket.number) not in found
    for name, status in (("rita", 200), ("karl", 404), ("zoe", 404)):
        assert browser(name).get(reverse("portal:ticket", args=[ticket.number])).status_code == status, name


def test_a_vip_is_urgent_marked_and_has_a_playbook(cast: Cast, browser: Browser) -> None:
    switched_on(browser, "vip")
    cast.rita.is_vip = True
    cast.rita.save()
    ticket = reported(cast, "Drucker", "Er druckt nicht.")
    assert (ticket.urgency, [one.tag.name for one in ticket.tagged.select_related("tag")]) == (1, ["VIP"])
    assert "Viertelstunde" in panel(browser, "alan", ticket)[1]
    head = browser("alan").get(reverse("desk:ticket", args=[ticket.number])).content.decode()
    assert "VIP" in head
    mine = browser("rita").get(reverse("portal:ticket", args=[ticket.number])).content.decode()
    assert "VIP" not in mine, "who is called so does not read it"
