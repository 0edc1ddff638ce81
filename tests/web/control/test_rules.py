"""Rules in control: written, tried, switched, ordered, restored, carried over; wrong ones named as they are typed."""

from __future__ import annotations

import io
import json

import pytest
from django.test import Client
from tests.cast import Cast

from dreiklang.automation.models import Rule, Run
from dreiklang.automation.rules import READY
from dreiklang.kernel.permissions import system
from dreiklang.teams.models import Team
from dreiklang.tickets.commands.opening import open_ticket

pytestmark = pytest.mark.usefixtures("frozen")
FORM = {
    "name": "<b>Eilig</b>", "when": "opened", "idle_hours": "24", "at_time": "", "conditions": "kind:incident",
    "deed-0-kind": "tag", "deed-0-value": "eilig", "deed-0-text": "", "deed-0-text_en": "",
    "deed-1-kind": "", "deed-1-value": "", "deed-1-text": "", "deed-1-text_en": "", "is_active": "on",
}  # fmt: skip


def browser(cast: Cast, name: str = "ada") -> Client:
    client = Client()
    client.force_login(cast.persons[name].account)
    return client


def keep(client: Client, where: str = "/control/rules/new/", **values: str):
    return client.post(where, {**FORM, "to": "kept", **values})


def test_a_rule_is_tried_saved_switched_restored_and_removed(cast: Cast) -> None:
    ada = browser(cast)
    ticket = open_ticket(cast.rita, actor=system("mail"), subject="<i>Drucker</i>", channel="mail")
    page = ada.post("/control/rules/new/", {**FORM, "to": "tried"}).content.decode()
    assert "Ein Ticket in den letzten 90 Tagen" in page
    assert str(ticket.number) in page
    assert "<i>Drucker" not in page
    assert not Rule.objects.exists()
    assert not Run.objects.exists()
    assert keep(ada).status_code == 302
    rule = Rule.objects.get()
    where = f"/control/rules/{rule.pk}/"
    page = ada.get("/control/rules/").content.decode()
    assert "&lt;b&gt;Eilig" in page
    assert "art:störung" in page
    assert keep(ada, where, conditions="", version="1").status_code == 302
    assert keep(ada, where, conditions="x", version="1").status_code == 422
    assert ada.post(f"{where}versions/1/").status_code == 302
    rule.refresh_from_db()
    assert (rule.conditions, rule.version) == ("kind:incident", 3)
    ada.post(f"{where}switch/", {"is_active": "0"})
    rule.refresh_from_db()
    assert not rule.is_active
    assert ada.post(f"{where}removal/").status_code == 302
    assert "Noch gibt es keine Regeln" in ada.get("/control/rules/").content.decode()


@pytest.mark.parametrize(
    ("values", "at"),
    [
        ({"conditions": "foo:bar"}, "conditions"),
        ({"conditions": "team:Nirgends"}, "conditions"),
        ({"conditions": "is:mine"}, "conditions"),
        ({"deed-0-kind": "move", "deed-0-value": "nowhere", "rights": "automation.move"}, "deed-0-kind"),
        ({"deed-0-kind": "assign", "deed-0-value": "alan@haus.example"}, "deed-0-kind"),
        ({"deed-0-kind": "message", "deed-0-text": "Hallo {note}", "rights": "automation.write"}, "deed-0-kind"),
        ({"deed-0-kind": "message", "deed-0-text": "Hallo"}, "deed-0-kind"),
        ({"deed-0-kind": ""}, "deed-0-kind"),
        ({"when": "time"}, "at_time"),
        ({"idle_hours": "0"}, "idle_hours"),
        ({"name": " "}, "name"),
    ],
)
def test_what_could_not_run_is_named_where_it_is_typed(cast: Cast, values: dict[str, str], at: str) -> None:
    answer = keep(browser(cast), **values)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="id_{at}_error"' in page
    assert not Rule.objects.exists()


def test_two_rules_that_set_each_other_off_are_named_and_need_to_be_meant(cast: Cast) -> None:
    ada = browser(cast)
    keep(ada, name="Eins", when="tagged", **{"deed-0-kind": "set_urgency", "deed-0-value": "1"})
    answer = keep(ada, name="Zwei", when="classified")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "„Zwei“ → „Eins“" in page or "“Zwei” → “Eins”" in page
    assert keep(ada, name="Zwei", when="classified", despite_circles="on").status_code == 302


def test_a_rule_over_a_team_that_is_gone_says_so_on_its_page_and_cannot_be_switched_on(cast: Cast) -> None:
    ada = browser(cast)
    keep(ada, **{"deed-0-kind": "move", "deed-0-value": "Service Desk", "rights": "automation.move"})
    rule = Rule.objects.get()
    ada.post(f"/control/rules/{rule.pk}/switch/", {"is_active": "0"})
    Team.objects.filter(key="desk").update(is_active=False)
    assert "Ein Team „Service Desk“ gibt es nicht" in ada.get(f"/control/rules/{rule.pk}/").content.decode()
    ada.post(f"/control/rules/{rule.pk}/switch/", {"is_active": "1"})
    rule.refresh_from_db()
    assert not rule.is_active


def test_rules_are_carried_from_desk_to_desk(cast: Cast) -> None:
    ada = browser(cast)
    keep(ada)
    exported = ada.get("/control/rules/export/")
    document = json.loads(exported.content)
    assert document["rules"][0]["conditions"] == "kind:incident"
    Rule.objects.all().delete()
    answer = ada.post("/control/rules/import/", {"file": io.BytesIO(exported.content)})
    assert answer.status_code == 302
    rule = Rule.objects.get()
    assert (rule.name, rule.is_active) == ("<b>Eilig</b>", False)


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"\xff", b'{"format": "dreiklang-rules-1", "rules": [{"name": 3}]}', b"[" * 5000]
)
def test_a_file_that_is_none_of_ours_is_refused(cast: Cast, content: bytes) -> None:
    answer = browser(cast).post("/control/rules/import/", {"file": io.BytesIO(content)})
    assert answer.status_code == 422
    assert not Rule.objects.exists()


def test_ready_rules_are_taken_over_switched_off_and_each_would_run(cast: Cast) -> None:
    ada = browser(cast)
    for ready in READY:
        assert ada.post(f"/control/rules/ready/{ready['key']}/").status_code == 302
    assert Rule.objects.filter(is_active=False).count() == len(READY)
    for rule in Rule.objects.all():
        ada.post(f"/control/rules/{rule.pk}/switch/", {"is_active": "1"})
    assert Rule.objects.filter(is_active=True).count() == len(READY)


def test_rules_are_moved_in_their_order(cast: Cast) -> None:
    ada = browser(cast)
    for name in "ABC":
        keep(ada, name=name)
    last = Rule.objects.get(name="C")
    ada.post(f"/control/rules/{last.pk}/place/", {"by": "-1"})
    assert list(Rule.objects.values_list("name", flat=True)) == ["A", "C", "B"]


def test_the_list_costs_the_same_however_long_it_is(cast: Cast, django_assert_num_queries) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    ada = browser(cast)
    keep(ada)
    ada.get("/control/rules/")
    with CaptureQueriesContext(connection) as few:
        ada.get("/control/rules/")
    asked = len(few)
    for n in range(6):
        keep(ada, name=f"Rule {n}")
    ada.get("/control/rules/")
    with django_assert_num_queries(asked):
        ada.get("/control/rules/")


@pytest.mark.parametrize("name", ["alan", "max", "eve", "victor", "rita", "zoe"])
def test_nobody_else_comes_here(cast: Cast, name: str) -> None:
    client = browser(cast, name)
    for path in ("", "new/", "export/"):
        assert client.get(f"/control/rules/{path}").status_code == 403
    for path in ("new/", "import/", "ready/vip/", "1/switch/", "1/place/", "1/removal/", "1/versions/1/"):
        assert client.post(f"/control/rules/{path}", FORM).status_code == 403
