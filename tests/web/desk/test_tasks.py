"""Tasks on the ticket page, the list of one's own, and parking until something happens."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.test import Client
from tests.cast import Cast

from dreiklang.tickets.commands.tasks import add_tasks
from dreiklang.tickets.models import Task, Ticket

Browser = Callable[[str], Client]
FRAGMENT = {"HTTP_HX_REQUEST": "true"}


def test_tasks_are_added_ticked_changed_and_removed(browser: Browser, cast: Cast, ticket: Ticket) -> None:
    alan, base = browser("alan"), f"/desk/tickets/{ticket.number}"
    assert "Service Desk" in alan.get(f"{base}/tasks/", **FRAGMENT).content.decode()
    typed = {"texts": "Gerät holen\nLabel", "heading": "Tausch", "hands": f"person-{cast.berta.pk}", "due": ""}
    assert alan.post(f"{base}/tasks/", {**typed, "blocking": "on"}, **FRAGMENT).status_code == 204
    wrong = alan.post(f"{base}/tasks/", {**typed, "due": "gestern"}, **FRAGMENT)
    assert wrong.status_code == 422
    assert "Gerät holen" in wrong.content.decode()
    first = Task.objects.order_by("position").first()
    panel = alan.get(f"{base}/panels/tasks/").content.decode()
    assert "Tausch" in panel
    assert cast.berta.name in panel
    mine = browser("berta").get("/desk/worklists/tasks/rows/").content.decode()
    assert "Gerät holen" in mine
    blocked = alan.post(f"{base}/resolution/", {"text": "Fertig"}, **FRAGMENT)
    assert blocked.status_code == 422
    assert "Gerät holen" in blocked.content.decode()
    done = alan.post(f"/desk/tasks/{first.pk}/completion/", **FRAGMENT)
    assert alan.post(json.loads(done["HX-Trigger"])["desk:toast"]["undo"], **FRAGMENT).status_code == 204
    assert alan.get(f"/desk/tasks/{first.pk}/", **FRAGMENT).status_code == 200
    changed = {**typed, "texts": "Gerät abholen", "hands": f"team-{cast.teams['desk'].pk}"}
    assert alan.post(f"/desk/tasks/{first.pk}/", changed, **FRAGMENT).status_code == 204
    assert alan.post(f"/desk/tasks/{first.pk}/place/", {"way": "down"}, **FRAGMENT).status_code == 204
    gone = json.loads(alan.post(f"/desk/tasks/{first.pk}/removal/", **FRAGMENT)["HX-Trigger"])["desk:toast"]
    assert Task.objects.count() == 1
    assert alan.post(gone["undo"], gone["values"], **FRAGMENT).status_code == 204
    assert Task.objects.filter(text="Gerät abholen", team=cast.teams["desk"]).exists()


def test_a_ticket_is_parked_until_a_task_is_done(browser: Browser, cast: Cast, ticket: Ticket) -> None:
    [task] = add_tasks(ticket, actor=cast.actor("alan"), texts=["Teil kommt"])
    alan, base = browser("alan"), f"/desk/tickets/{ticket.number}"
    assert "Teil kommt" in alan.get(f"{base}/pause/", **FRAGMENT).content.decode()
    typed = {"reason": "task", "until": "", "note": "", "other": ""}
    assert alan.post(f"{base}/pause/", {**typed, "task": ""}, **FRAGMENT).status_code == 422
    parked = alan.post(f"{base}/pause/", {**typed, "task": task.pk}, **FRAGMENT)
    assert parked.status_code == 204
    assert "Teil kommt" in alan.get("/desk/worklists/parked/rows/").content.decode()
    assert alan.post(json.loads(parked["HX-Trigger"])["desk:toast"]["undo"], **FRAGMENT).status_code == 204
    assert Ticket.objects.get(pk=ticket.pk).state == "open"


@pytest.mark.parametrize("name", ["rita", "zoe", "eve", "victor"])
def test_p27_nobody_outside_reaches_tasks(browser: Browser, cast: Cast, ticket: Ticket, name: str) -> None:
    [task] = add_tasks(ticket, actor=cast.actor("alan"), texts=["Geheim"])
    client = browser(name)
    assert client.get(f"/desk/tickets/{ticket.number}/panels/tasks/").status_code in (403, 404)
    assert client.get(f"/desk/tasks/{task.pk}/").status_code in (403, 404)
    for path in ("completion/", "completion/end/", "place/", "removal/"):
        assert client.post(f"/desk/tasks/{task.pk}/{path}").status_code in (403, 404)
