"""What is made ready, the book and the board, many tickets at once, paper: in the interface as on the screens."""

from collections.abc import Callable
from typing import Any

from tests.cast import Cast

from dreiklang.kernel.permissions import system
from dreiklang.tickets.commands.conversation import write_note
from dreiklang.tickets.commands.opening import open_ticket, open_with_message
from dreiklang.tickets.models import Category, Ticket

Call = Callable[..., Any]


def opened(cast: Cast, subject: str = "Drucker") -> Ticket:
    category, _made = Category.objects.get_or_create(key="print", defaults={"name": "Druck"})
    return open_ticket(cast.rita, actor=system("mail"), subject=subject, category=category)


def test_text_blocks_are_kept_filled_in_and_guarded(cast: Cast, call: Call) -> None:
    asked = {"name": "Gruß", "shortcut": "gruss", "words": {"de": "Guten Tag {name}, zu {number}"}}
    block = call("alan", "POST", "/text-blocks", asked).content_json
    address = f"/text-blocks/{block['id']}"
    assert (block["sharing"], block["may_change"], block["version"]) == ("own", True, 1)
    number = opened(cast).number
    filled = call("alan", "GET", f"/tickets/{number}/text-blocks?q=gru").content_json["items"]
    assert filled[0]["text"] == f"Guten Tag {cast.rita.name}, zu {number}"
    wrong = call("alan", "PUT", address, {**asked, "words": {"de": "{passwort}"}})
    assert wrong.status_code == 422
    assert "words_de" in wrong.content_json["fields"]
    assert call("alan", "PUT", address, {**asked, "name": "Anrede", "version": 1}).content_json["version"] == 2
    late = call("alan", "PUT", address, {**asked, "version": 1})
    assert (late.status_code, late.content_json["current_version"]) == (409, 2)
    assert call("alan", "POST", "/text-blocks", {**asked, "owner_id": 1}).status_code == 400
    assert call("alan", "POST", "/text-blocks", {**asked, "sharing": "all"}).status_code == 422
    assert [call(name, "GET", address).status_code for name in ("berta", "eve", "victor", "zoe", "rita")] == [
        404, 404, 404, 403, 403,
    ]  # fmt: skip
    assert call("alan", "DELETE", address).status_code == 204
    assert call("alan", "GET", address).status_code == 404


def test_macros_are_planned_and_run_as_one(cast: Cast, call: Call) -> None:
    ticket = opened(cast)
    asked = {"name": "Übernehmen", "words": {"de": "Notiz zu {number}"}, "words_as": "note", "assign_to": "me",
             "tags": ["drucker"]}  # fmt: skip
    macro = call("alan", "POST", "/macros", asked).content_json
    address = f"/tickets/{ticket.number}/macros/{macro['id']}"
    plan = call("alan", "GET", address).content_json
    assert plan == {"deeds": ["tags", "assign", "note"], "text": f"Notiz zu {ticket.number}"}
    assert call("alan", "POST", address, {"version": ticket.version + 5}).status_code == 409
    done = call("alan", "POST", address, {}).content_json
    ticket.refresh_from_db()
    assert (done["message_id"], done["ticket_version"]) == (None, ticket.version)
    assert ticket.assignee_id == cast.alan.pk
    assert ticket.notes.count() == 1
    assert call("alan", "POST", "/macros", {"name": "Nichts"}).status_code == 422
    assert call("berta", "POST", address, {}).status_code == 404
    back = f"/tickets/{ticket.number}/macro"
    assert call("berta", "DELETE", back).status_code in (403, 409), "who did not run it takes nothing back"
    assert call("alan", "DELETE", back).content_json["ticket_version"] > done["ticket_version"]
    ticket.refresh_from_db()
    assert (ticket.assignee_id, ticket.tagged.count(), ticket.notes.count()) == (None, 0, 1)
    assert call("alan", "DELETE", back).status_code == 409


def test_a_move_is_taken_back(cast: Cast, call: Call) -> None:
    ticket = open_ticket(cast.rita, actor=system("test"), subject="Netz", team=cast.teams["network"])
    call("carl", "PUT", f"/tickets/{ticket.number}/assignment", {"person_id": cast.carl.pk})
    moved = call("carl", "PUT", f"/tickets/{ticket.number}/assignment", {"team_id": cast.teams["servers"].pk})
    assert moved.content_json["team"]["id"] == cast.teams["servers"].pk
    back = f"/tickets/{ticket.number}/assignment/move"
    assert call("dora", "DELETE", back).status_code == 409
    again = call("carl", "DELETE", back)
    assert (again.status_code, again.content_json["assignee"]["id"]) == (200, cast.carl.pk)
    assert call("zoe", "DELETE", back).status_code in (403, 404)


def test_a_runbook_is_ticked_and_unticked_on_a_ticket(cast: Cast, call: Call) -> None:
    ticket = opened(cast)
    asked = {"name": "Drucker", "steps": ["Papier prüfen", "Neu starten"], "categories": ["print"], "sharing": "all"}
    assert call("alan", "POST", "/runbooks", asked).status_code == 422
    made = call("max", "POST", "/runbooks", asked).content_json
    beside = call("alan", "GET", f"/tickets/{ticket.number}/runbooks").content_json["items"]
    assert [step["text"] for step in beside[0]["steps"]] == ["Papier prüfen", "Neu starten"]
    step = f"/tickets/{ticket.number}/steps/{beside[0]['steps'][0]['id']}"
    ticked = call("alan", "PUT", step, {"result": "voll", "outcome": "ruled_out", "minutes": 2}).content_json
    assert ticked["items"][0]["steps"][0]["done_at"]
    assert ticket.interventions.get().result == "voll"
    assert call("alan", "PUT", step, {}).status_code == 409
    assert call("alan", "DELETE", step).content_json["items"][0]["steps"][0]["done_at"] is None
    assert call("alan", "DELETE", step).status_code == 404
    assert call("alan", "GET", f"/runbooks/{made['id']}").content_json["categories"] == ["print"]
    assert call("rita", "GET", f"/tickets/{ticket.number}/runbooks").status_code == 403


def test_the_book_and_the_board(cast: Cast, call: Call) -> None:
    ticket, team = opened(cast), cast.teams["desk"]
    made = call("alan", "POST", f"/teams/{team.pk}/book", {"text": "Wartung um 20 Uhr", "tickets": [ticket.number],
                                                           "is_open": True})  # fmt: skip
    entry = made.content_json
    assert (made.status_code, entry["tickets"], entry["author"]["id"]) == (201, [ticket.number], cast.alan.pk)
    address = f"/book-entries/{entry['id']}"
    assert len(call("alan", "GET", f"/teams/{team.pk}/open-points").content_json) == 1
    assert call("alan", "PUT", f"{address}/settlement").content_json["settled_at"]
    assert call("alan", "PUT", f"{address}/settlement").status_code == 409
    assert call("alan", "DELETE", f"{address}/settlement").content_json["settled_at"] is None
    assert call("alan", "PATCH", address, {"text": "Um 21 Uhr", "version": 1}).content_json["version"] == 2
    assert call("alan", "PATCH", address, {"text": "Um 22 Uhr", "version": 1}).status_code == 409
    for stranger in ("berta", "eve"):
        assert call(stranger, "GET", f"/teams/{team.pk}/book").status_code == 404
        assert call(stranger, "PATCH", address, {"text": "x"}).status_code == 404
    board = call("alan", "GET", "/duty-board").content_json
    assert team.pk in [row["team"]["id"] for row in board]
    assert call("rita", "GET", "/duty-board").status_code == 403
    assert call("alan", "GET", f"/people/{cast.berta.pk}/open-work").status_code in (403, 404)


def test_many_are_tried_changed_and_taken_back(cast: Cast, call: Call) -> None:
    numbers = [opened(cast, f"Drucker {n}").number for n in range(3)]
    asked = {"numbers": [*numbers, 999_999], "deed": "tag", "value": "etage-3"}
    trial = call("alan", "POST", "/bulk-trials", asked).content_json
    assert trial == {"tried": 3, "refused": [], "may_be_undone": True}
    run = call("alan", "POST", "/bulk-changes", asked).content_json
    assert (run["changed"], run["total"], bool(run["finished_at"])) == (3, 3, True)
    address = f"/bulk-changes/{run['id']}"
    assert call("berta", "GET", address).status_code == 404
    assert call("alan", "DELETE", address).content_json["undone"] == 3
    assert call("alan", "DELETE", address).status_code == 409
    assert call("alan", "POST", "/bulk-changes", {**asked, "deed": "explode"}).status_code == 422
    assert call("rita", "POST", "/bulk-trials", asked).status_code == 403


def test_p31_a_ticket_on_paper_says_to_each_what_they_may_read(cast: Cast, call: Call) -> None:
    ticket = open_with_message(cast.rita, actor=system("mail"), text="Es druckt nicht.", subject="Drucker")
    write_note(ticket, actor=cast.actor("alan"), text="Geheime Notiz")
    address = f"/tickets/{ticket.number}/pdf"
    for name, path in (("alan", f"{address}?audience=inside&language=de"), ("rita", address)):
        answer = call(name, "GET", path)
        assert answer.status_code == 200
        assert answer.content.startswith(b"%PDF")
    assert call("rita", "GET", f"{address}?audience=inside").status_code == 403
    assert call("zoe", "GET", address).status_code == 404
