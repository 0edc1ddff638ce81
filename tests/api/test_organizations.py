"""Organisations, sites, persons, teams, categories and mailboxes by the API, with the rights of the screens."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from tests.api.conftest import Call
from tests.cast import Cast

from dreiklang.accounts.commands.tokens import make_token
from dreiklang.channels.models import Mailbox
from dreiklang.kernel import clock
from dreiklang.kernel.errors import Invalid


def test_an_administrator_sets_up_a_customer(call: Call, cast: Cast) -> None:
    made = call(
        "ada", "POST", "/organizations", {"name": "Praxis Öhl", "kind": "customer", "mail_domains": ["oehl.example"]}
    )
    assert made.status_code == 201, made.content
    home = f"/organizations/{made.content_json['id']}"
    assert made.content_json["key"] == "praxis-oehl"
    site = call("ada", "POST", f"{home}/sites", {"name": "Haus A"}).content_json
    assert call("ada", "PUT", f"/sites/{site['id']}", {"name": "Haus B"}).content_json["name"] == "Haus B"
    person = call("ada", "POST", "/persons", {
        "name": "Ute Öhl", "organization_id": made.content_json["id"], "site_id": site["id"],
        "mails": ["Ute@oehl.example"],
    }).content_json  # fmt: skip
    assert person["mails"] == ["ute@oehl.example"]
    moved = call("ada", "PATCH", f"/persons/{person['id']}", {"site_id": None, "place": "Zimmer 2"}).content_json
    assert (moved["site_id"], moved["place"], moved["mails"]) == (None, "Zimmer 2", ["ute@oehl.example"])
    late = call("ada", "PATCH", home, {"name": "Praxis", "version": 0})
    assert (late.status_code, late.content_json["code"]) == (409, "conflict")
    assert call("ada", "DELETE", f"{home}/activity").content_json["is_active"] is False
    assert call("ada", "PUT", f"{home}/activity").content_json["is_active"] is True
    assert call("ada", "DELETE", f"/persons/{person['id']}/activity").content_json["is_active"] is False


def test_an_administrator_sets_up_a_team_and_categories(call: Call, cast: Cast) -> None:
    house = cast.organizations["house"].pk
    team = call("ada", "POST", "/teams", {"name": "Telefonie", "level": 3, "organization_id": house}).content_json
    member = call("ada", "POST", f"/teams/{team['id']}/memberships", {"person_id": cast.dora.pk})
    assert member.status_code == 201, member.content
    link = f"/memberships/{member.content_json['id']}"
    assert call("ada", "PATCH", link, {"role": "lead"}).content_json["role"] == "lead"
    assert len(call("berta", "GET", f"/teams/{team['id']}/memberships").content_json["items"]) == 1
    assert call("ada", "DELETE", link).status_code == 204
    assert call("ada", "PATCH", f"/teams/{team['id']}", {"subject": "SIP"}).content_json["subject"] == "SIP"
    call("ada", "POST", "/categories", {"names": {"de": "Telefon", "en": "Phone"}})
    under = call("ada", "POST", "/categories", {"names": {"de": "Headset"}, "parent": "telefon", "team_id": team["id"]})
    assert (under.status_code, under.content_json["parent"]) == (201, "telefon")
    assert call("ada", "DELETE", "/categories/telefon").status_code == 422
    assert call("ada", "PATCH", "/categories/headset", {"parent": None}).content_json["parent"] is None
    assert call("ada", "DELETE", "/categories/headset").status_code == 204


@pytest.mark.parametrize("name", ["alan", "rita", "zoe", "eve", "victor"])
def test_p27_only_an_administrator_changes_the_desk(call: Call, cast: Cast, name: str) -> None:
    works, house = cast.organizations["works"].pk, cast.organizations["house"].pk
    for method, path, body in (
        ("POST", "/organizations", {"name": "X", "kind": "customer"}),
        ("PATCH", f"/organizations/{works}", {"name": "X"}),
        ("DELETE", f"/organizations/{works}/activity", None),
        ("POST", "/teams", {"name": "X", "level": 1, "organization_id": house}),
        ("PATCH", f"/teams/{cast.teams['desk'].pk}", {"name": "X"}),
        ("POST", f"/teams/{cast.teams['desk'].pk}/memberships", {"person_id": cast.eve.pk}),
        ("POST", "/categories", {"names": {"de": "X"}}),
        ("DELETE", f"/persons/{cast.alan.pk}/activity", None),
        ("GET", "/mailboxes", None),
    ):
        assert call(name, method, path, body).status_code in (403, 404), (method, path)


def test_p28_a_customer_sees_the_own_organisation_and_no_note_about_it(call: Call, cast: Cast) -> None:
    clinic = cast.organizations["clinic"]
    clinic.note = "CANARY pays late"
    clinic.save()
    cast.rita.note = "CANARY talks much"
    cast.rita.save()
    for path in ("/organizations", f"/organizations/{clinic.pk}", "/persons", f"/persons/{cast.rita.pk}"):
        assert b"CANARY" not in call("karl", "GET", path).content
        assert b"CANARY" in call("alan", "GET", path).content
        assert b"Rita" not in call("zoe", "GET", path).content
    assert call("zoe", "GET", f"/persons/{cast.rita.pk}").status_code == 404
    assert call("zoe", "GET", f"/organizations/{clinic.pk}/sites").status_code == 404


def test_p30_nobody_gives_themselves_what_they_lack(call: Call, cast: Cast) -> None:
    for extra in ({"account_id": 1}, {"roles": ["administrator"]}, {"is_active": False}, {"version": 1, "search": "x"}):
        assert call("rita", "PATCH", f"/persons/{cast.rita.pk}", extra).status_code == 400
    changed = call("rita", "PATCH", f"/persons/{cast.rita.pk}", {"mails": ["ada@haus.example"]})
    assert changed.status_code == 403


def test_a_token_that_changes_the_desk_ends_within_a_year(cast: Cast) -> None:
    account, actor = cast.ada.account, cast.actor("ada")
    for ends in (None, clock.now() + timedelta(days=400)):
        with pytest.raises(Invalid) as refused:
            make_token(account, name="t", scopes=["control.use"], actor=actor, expires_at=ends)
        assert list(refused.value.fields) == ["expires_at"]


def test_p39_mailboxes_are_listed_without_their_secrets(call: Call, cast: Cast) -> None:
    Mailbox.objects.create(
        address="desk@haus.example", name="Desk", made_at=clock.now(), imap_password="CANARY1", smtp_password="CANARY2",
        imap_username="CANARY3", last_problem="The server refuses the password.",
    )  # fmt: skip
    answer = call("ada", "GET", "/mailboxes")
    assert b"CANARY" not in answer.content
    assert answer.content_json["items"][0]["last_problem"].startswith("The server")


def test_files_go_with_words_and_come_back_as_they_were(call: Call, cast: Cast) -> None:
    content = b"%PDF-1.7 plan"
    file = {
        "filename": "../../etc/pla\u202en.pdf",
        "content_type": "application/pdf",
        "content": base64.b64encode(content).decode(),
    }
    body = {"subject": "Plan", "text": "see file", "requester_id": cast.rita.pk, "attachments": [file]}
    number = call("alan", "POST", "/tickets", body).content_json["number"]
    said = call("rita", "GET", f"/tickets/{number}/messages").content_json["items"][0]
    sent = said["attachments"][0]
    assert sent["filename"] == "plan.pdf"
    assert call("rita", "GET", f"/attachments/{sent['id']}").content == content
    assert call("zoe", "GET", f"/attachments/{sent['id']}").status_code == 404
    note = call("alan", "POST", f"/tickets/{number}/notes", {"text": "inside", "attachments": [file]}).content_json
    inside = note["attachments"][0]["id"]
    assert call("rita", "GET", f"/attachments/{inside}").status_code == 404
    wrong = {"text": "x", "attachments": [{**file, "content": "§§"}]}
    answer = call("alan", "POST", f"/tickets/{number}/notes", wrong)
    assert (answer.status_code, list(answer.content_json["fields"])) == (422, ["attachments"])


def test_a_journal_comes_by_pages(call: Call, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dreiklang.api.v1.words.PAGE", 2)
    body = {"subject": "Plan", "text": "x", "requester_id": cast.rita.pk}
    number = call("alan", "POST", "/tickets", body).content_json["number"]
    for n in range(3):
        call("alan", "POST", f"/tickets/{number}/notes", {"text": str(n)})
    codes, cursor = [], ""
    while cursor is not None:
        page = call("alan", "GET", f"/tickets/{number}/journal" + (f"?cursor={cursor}" if cursor else "")).content_json
        codes += [line["code"] for line in page["items"]]
        cursor = page["next"]
    assert codes[0] == "ticket.opened"
    assert codes.count("note.written") == 3
