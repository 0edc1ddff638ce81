"""Promises on the ticket page: bars, brackets, reasons; and what each side may see of them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from tests.conftest import MONDAY_MORNING
from tests.web.desk.conftest import COMPLETE

from dreiklang.calendars.commands import add_standard
from dreiklang.calendars.queries import default_calendar
from dreiklang.escalation.commands.handing_over import accept, hand_over
from dreiklang.escalation.models import Handover
from dreiklang.kernel import clock
from dreiklang.kernel.permissions import system
from dreiklang.sla.commands.agreements import make_agreement, make_usual_agreement
from dreiklang.sla.queries.drafting import Draft
from dreiklang.tickets.commands.opening import open_with_message
from dreiklang.tickets.commands.pausing import pause
from dreiklang.web.desk.promises import brackets_of
from dreiklang.web.staff.score import PromiseKind

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}


@pytest.fixture
def promised(cast, frozen):
    add_standard(actor=system("test"))
    make_usual_agreement(actor=system("test"))
    return open_with_message(cast.rita, actor=cast.actor("alan"), subject="Dark", text="No light.", impact=2, urgency=1)


def page(browser, name, ticket, route="head"):
    return browser(name).get(reverse(f"desk:{route}", args=[ticket.number])).content.decode()


def test_the_head_shows_what_is_promised_and_the_share_of_the_level(promised, browser):
    shown = page(browser, "alan", promised)
    for name in ("Erste Antwort", "Lösung", "Anteil von Level 1"):
        assert name in shown
    assert reverse("desk:promises", args=[promised.number]) in shown


def test_a_paused_promise_says_so(promised, browser, cast):
    pause(promised, actor=cast.actor("alan"), reason="requester")
    assert "ruht" in page(browser, "alan", promised)


def test_the_sheet_names_what_was_counted(promised, browser, cast):
    with clock.standing_at(MONDAY_MORNING + timedelta(hours=1)):
        pause(promised, actor=cast.actor("alan"), reason="requester")
    with clock.standing_at(MONDAY_MORNING + timedelta(hours=3)):
        shown = page(browser, "alan", promised, "promises")
    for words in ("Warum ist das so?", "eröffnet mit Priorität", "1:00 h", "2:00 h", "For everybody"):
        assert words in shown


def test_an_external_team_sees_its_own_share_and_no_contract(promised, browser, cast):
    handover = hand_over(promised, actor=cast.actor("alan"), to_team=cast.teams["outside"], case=COMPLETE)
    accept(handover, actor=cast.actor("eve"), person=cast.eve)
    shown = page(browser, "eve", promised, "promises")
    assert "Anteil von Level 3" in shown
    for words in ("Anteil von Level 1", "For everybody", "Erste Antwort"):
        assert words not in shown
    assert browser("victor").get(reverse("desk:promises", args=[promised.number])).status_code == 404


def test_others_do_not_open_the_sheet(promised, browser):
    for name in ("rita", "zoe", "victor", "eve"):
        assert browser(name).get(reverse("desk:promises", args=[promised.number])).status_code in (403, 404)


def test_the_staff_has_the_real_brackets(promised, cast):
    kinds = {(b.kind, b.level) for b in brackets_of(promised, actor=cast.actor("alan"))}
    assert {(PromiseKind.ANSWER, 0), (PromiseKind.SOLUTION, 0), (PromiseKind.SHARE, 1)} <= kinds


def test_a_handover_past_the_contract_is_refused_where_it_is_chosen(promised, browser, cast):
    draft = Draft(
        calendar=default_calendar(), targets=[{"metric": "resolution", "minutes": 600}], levels=[1], external_levels=[3]
    )
    make_agreement("Sondervertrag", actor=system("test"), draft=draft, organization=cast.organizations["clinic"])
    ticket = open_with_message(cast.rita, actor=cast.actor("alan"), subject="Dark", text="No light.")
    alan, address = browser("alan"), reverse("desk:handover", args=[ticket.number])
    proposed = alan.get(address).content.decode()
    assert "Sondervertrag" not in proposed  # the external team, which the contract names
    assert "nicht im Vertrag" in proposed.split("Netz", 1)[1]
    not_covered = alan.get(address, {"to": cast.teams["workplace"].pk}).content.decode()
    assert "„Sondervertrag“ deckt Level 2 nicht ab" in not_covered
    typed = {"to": cast.teams["network"].pk, "at_once_because": "", "reason": "Rechte", "observations": "steht",
             "ruled_out": "Papier", "affected": "4A", "question": "Bitte prüfen", "step": ["Neustart"],
             "step_result": ["nichts"]}  # fmt: skip
    refused = alan.post(address, typed, headers=HX)
    assert refused.status_code == 422
    shown = refused.content.decode()
    assert "Nach dem Vertrag „Sondervertrag“ arbeitet auf Level 3 ein externer Dienstleister" in shown
    assert "Bitte prüfen" in shown  # what was typed is still there
    assert alan.post(address, typed | {"at_once_because": "Netz steht"}, headers=HX).status_code == 204
    assert Handover.objects.get().missing == ["contract"]
    assert "obwohl der Vertrag dieses Level nicht abdeckt" in page(browser, "carl", ticket)
