"""What is done at the desk arrives as a command; what is refused keeps every typed word."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.cast import Cast

from dreiklang.escalation.models import HandBack, Handover, Relay
from dreiklang.tickets.models import Attachment, Draft, Message, Note, Ticket
from dreiklang.web.desk.meanwhile import last_line

Browser = Callable[[str], Client]
HX = {"HX-Request": "true"}


def address(name: str, ticket: Ticket, *more: object) -> str:
    return reverse(f"desk:{name}", args=[ticket.number, *more])


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def test_an_answer_is_written_and_can_be_called_back(browser: Browser, ticket: Ticket) -> None:
    alan = browser("alan")
    answer = alan.post(address("messages", ticket), {"text": "Es geht wieder.", "relay": "", "after": ""}, headers=HX)
    message = Message.objects.latest("id")
    assert (answer.status_code, message.text, message.delivery) == (200, "Es geht wieder.", "waiting")
    assert reverse("desk:withdrawal", args=[message.pk]) in answer.content.decode()
    assert alan.post(reverse("desk:withdrawal", args=[message.pk]), headers=HX).status_code == 204
    assert Message.objects.get(pk=message.pk).delivery == "withdrawn"


def test_an_empty_answer_is_refused_in_place(browser: Browser, ticket: Ticket) -> None:
    answer = browser("alan").post(address("messages", ticket), {"text": " ", "relay": "", "after": ""}, headers=HX)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()


def test_p30_a_field_that_is_not_on_the_list_is_refused(browser: Browser, ticket: Ticket) -> None:
    answer = browser("alan").post(address("notes", ticket), {"text": "x", "author": "7"}, headers=HX)
    assert answer.status_code == 422
    assert not Note.objects.filter(text="x").exists()


def test_p14_an_answer_to_words_one_has_not_seen_stops_and_keeps_the_text(
    browser: Browser, cast: Cast, ticket: Ticket
) -> None:
    seen = last_line(ticket)
    browser("max").post(address("notes", ticket), {"text": "Bitte warten"}, headers=HX)
    typed = {"text": "Mein langer Text", "relay": "", "after": "", "version": str(ticket.version), "seen": str(seen)}
    answer = browser("alan").post(address("messages", ticket), typed, headers=HX)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Mein langer Text" in page
    assert "Max Okafor" in page
    assert not Message.objects.filter(text="Mein langer Text").exists()


def test_ones_own_note_in_between_is_no_conflict(browser: Browser, ticket: Ticket) -> None:
    alan = browser("alan")
    seen = last_line(ticket)
    alan.post(address("notes", ticket), {"text": "Nur kurz notiert"}, headers=HX)
    typed = {"text": "Und die Antwort", "relay": "", "after": "", "version": str(ticket.version), "seen": str(seen)}
    assert alan.post(address("messages", ticket), typed, headers=HX).status_code == 200


def test_a_note_stays_inside_and_mentions(browser: Browser, cast: Cast, ticket: Ticket) -> None:
    typed = {"text": "@Berta Krüger, bitte ansehen", "mentioned": [cast.berta.pk, cast.carl.pk]}
    assert browser("alan").post(address("notes", ticket), typed, headers=HX).status_code == 200
    note = Note.objects.latest("id")
    assert list(note.mentioned.all()) == [cast.berta]


def test_a_letter_to_a_third_party_leaves_without_the_requester(browser: Browser, ticket: Ticket) -> None:
    typed = {"text": "Bitte um Prüfung", "party_name": "Hersteller", "party_address": "help@hersteller.example",
             "reference": "88-1042"}  # fmt: skip
    assert browser("alan").post(address("correspondence", ticket), typed, headers=HX).status_code == 200
    assert ticket.correspondence.get().reference == "88-1042"
    rich = {**typed, "html": "<p>Bitte <strong>bald</strong> prüfen</p>", "text": "Bitte bald prüfen"}
    assert browser("alan").post(address("correspondence", ticket), rich, headers=HX).status_code == 200
    assert "<strong>bald</strong>" in ticket.correspondence.latest("id").html
    typed["party_address"] = "nobody"
    answer = browser("alan").post(address("correspondence", ticket), typed, headers=HX)
    assert answer.status_code == 422
    assert "nobody" in answer.content.decode()


def test_a_letter_to_a_third_party_is_called_back_by_its_writer_alone(browser: Browser, ticket: Ticket) -> None:
    typed = {"text": "Falsche Adresse", "party_name": "Hersteller", "party_address": "help@hersteller.example",
             "reference": ""}  # fmt: skip
    answer = browser("alan").post(address("correspondence", ticket), typed, headers=HX)
    letter = ticket.correspondence.get()
    back = reverse("desk:correspondence_withdrawal", args=[letter.pk])
    assert back in answer.content.decode()
    assert browser("max").post(back, headers=HX).status_code == 403
    assert browser("victor").post(back, headers=HX).status_code == 404
    assert browser("alan").post(back, headers=HX).status_code == 204
    assert ticket.correspondence.get().delivery == "withdrawn"
    assert "is-withdrawn" in browser("alan").get(address("entries", ticket), headers=HX).content.decode()
    assert browser("alan").post(back, headers=HX).status_code == 409


def test_a_draft_survives_and_comes_back(browser: Browser, cast: Cast, ticket: Ticket) -> None:
    content = json.dumps({"text": "Halb geschriebener Satz"})
    answer = browser("alan").post(address("draft", ticket, "message"), {"content": content})
    assert answer.status_code == 200
    assert "Halb geschriebener Satz" in browser("alan").get(address("ticket", ticket)).content.decode()
    assert "Halb geschriebener Satz" not in browser("max").get(address("ticket", ticket)).content.decode()


def test_a_sent_answer_leaves_no_draft(browser: Browser, ticket: Ticket) -> None:
    alan = browser("alan")
    alan.post(address("draft", ticket, "message"), {"content": json.dumps({"text": "Halb"})})
    alan.post(address("messages", ticket), {"text": "Ganz", "relay": "", "after": ""}, headers=HX)
    assert not Draft.objects.filter(ticket=ticket).exists()


def test_a_draft_with_bytes_that_cannot_be_kept_keeps_its_words(browser: Browser, ticket: Ticket) -> None:
    """Half of a character, cut in two while pasting, and NUL become the sign that a browser sends for them."""
    content = json.dumps({"text": "Halb\ud83d und null\x00", "\ud83d": ["\x00"]})
    assert browser("alan").post(address("draft", ticket, "message"), {"content": content}).status_code == 200
    assert Draft.objects.get(ticket=ticket).content["text"] == "Halb\ufffd und null\ufffd"


@pytest.mark.parametrize("content", ["", "[]", '{"a": {"b": 1}', "nonsense", '{"a": ' + "9" * 5000 + "}", "[" * 99_999])
def test_a_draft_that_is_none_is_refused(browser: Browser, ticket: Ticket, content: str) -> None:
    answer = browser("alan").post(address("draft", ticket, "message"), {"content": content})
    assert answer.status_code == 422


def test_the_gate_holds_an_incomplete_handover_and_keeps_what_was_typed(
    browser: Browser, cast: Cast, ticket: Ticket
) -> None:
    typed = {"to": cast.teams["workplace"].pk, "at_once_because": "", "reason": "Rechte fehlen", "observations": "",
             "ruled_out": "", "affected": "", "question": "", "step": ["Neustart"], "step_result": [""]}  # fmt: skip
    answer = browser("alan").post(address("handover", ticket), typed, headers=HX)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Rechte fehlen" in page
    assert "Neustart" in page
    assert not Handover.objects.exists()
    assert "Rechte fehlen" in browser("alan").get(address("handover", ticket), headers=HX).content.decode()


def test_a_complete_handover_goes_up(browser: Browser, cast: Cast, ticket: Ticket) -> None:
    typed = {"to": cast.teams["workplace"].pk, "at_once_because": "", "reason": "Rechte fehlen",
             "observations": "steht", "ruled_out": "Papier", "affected": "4A", "question": "Bitte prüfen",
             "step": ["Neustart"], "step_result": ["nichts"]}  # fmt: skip
    assert browser("alan").post(address("handover", ticket), typed, headers=HX).status_code == 204
    assert fresh(ticket).level == 2
    assert browser("berta").post(address("acceptance", ticket), headers=HX).status_code == 204
    assert fresh(ticket).assignee == cast.berta


def test_it_can_be_passed_on_at_once_with_a_reason(browser: Browser, cast: Cast, ticket: Ticket) -> None:
    typed = {"to": cast.teams["workplace"].pk, "at_once_because": "OP steht still", "reason": "", "observations": "",
             "ruled_out": "", "affected": "", "question": "", "step": [""], "step_result": [""]}  # fmt: skip
    assert browser("alan").post(address("handover", ticket), typed, headers=HX).status_code == 204
    assert Handover.objects.get().missing


def test_level_3_answers_through_level_2(browser: Browser, cast: Cast, at_level_3: Ticket) -> None:
    carl, berta = browser("carl"), browser("berta")
    refused = carl.post(address("messages", at_level_3), {"text": "Direkt", "relay": "", "after": ""}, headers=HX)
    assert refused.status_code == 403
    assert carl.post(address("relays", at_level_3), {"text": "Regel ergänzt"}, headers=HX).status_code == 200
    assert "Regel ergänzt" in berta.get(address("ticket", at_level_3)).content.decode()
    typed = {"text": "Es geht wieder, Frau Weber.", "relay": str(Relay.objects.get().pk), "after": ""}
    assert berta.post(address("messages", at_level_3), typed, headers=HX).status_code == 200
    assert Relay.objects.get().state == "used"


def test_a_hand_back_needs_the_solution_or_a_reason(browser: Browser, at_level_3: Ticket) -> None:
    typed = {"kind": "solved", "reason": "", "solution": "", "hint": "Zuerst Port 9100 prüfen"}
    answer = browser("carl").post(address("hand_back", at_level_3), typed, headers=HX)
    assert answer.status_code == 422
    assert "Zuerst Port 9100 prüfen" in answer.content.decode()
    typed["solution"] = "Regel ergänzt"
    assert browser("carl").post(address("hand_back", at_level_3), typed, headers=HX).status_code == 204
    assert HandBack.objects.get().hint == "Zuerst Port 9100 prüfen"
    assert "Regel ergänzt" in browser("berta").get(address("resolution", at_level_3), headers=HX).content.decode()


def test_who_has_it_who_gets_it_next_and_where_it_goes_back_to_is_never_in_doubt(
    browser: Browser, cast: Cast, at_level_3: Ticket
) -> None:
    where = address("panel", at_level_3, "chain")
    way = browser("alan").get(where).content.decode()
    assert "Carl Thomsen <span" in way.replace("\n", "")
    assert "Als Nächstes wäre dran" in way
    assert "Zurück ginge es an" in way
    assert reverse("desk:handover", args=[at_level_3.number]) not in way, "whoever does not have it hands nothing over"
    typed = {"kind": "advice", "reason": "Bitte selbst prüfen", "solution": "", "hint": ""}
    assert browser("carl").post(address("hand_back", at_level_3), typed, headers=HX).status_code == 204
    assert (fresh(at_level_3).assignee, fresh(at_level_3).awaits_acceptance) == (cast.berta, False)
    assert "Berta Krüger <span" in browser("alan").get(where).content.decode().replace("\n", "")


def test_it_is_solved_confirmed_and_reopened(browser: Browser, ticket: Ticket) -> None:
    alan = browser("alan")
    assert alan.post(address("resolution", ticket), {"text": "Treiber erneuert."}, headers=HX).status_code == 204
    assert alan.post(address("confirmation", ticket), headers=HX).status_code == 204
    assert fresh(ticket).state == "closed"
    assert alan.post(address("reopening", ticket), {"reason": ""}, headers=HX).status_code == 422
    assert alan.post(address("reopening", ticket), {"reason": "Doch nicht"}, headers=HX).status_code == 204
    assert fresh(ticket).state == "open"


def test_it_is_parked_until_a_date_and_goes_on(browser: Browser, ticket: Ticket) -> None:
    alan = browser("alan")
    past = {"reason": "date", "until": "2020-01-01T08:00", "note": ""}
    assert alan.post(address("pause", ticket), past, headers=HX).status_code == 422
    assert alan.post(address("pause", ticket), {**past, "until": "gestern"}, headers=HX).status_code == 422
    assert alan.post(address("pause", ticket), {**past, "until": "2099-01-01T08:00"}, headers=HX).status_code == 204
    assert alan.post(address("resumption", ticket), headers=HX).status_code == 204
    assert fresh(ticket).state == "open"


def test_work_is_logged_with_minutes(browser: Browser, ticket: Ticket) -> None:
    typed = {"text": "Warteschlange geprüft", "kind": "check", "result": "hängt", "outcome": "found", "minutes": "x"}
    answer = browser("alan").post(address("intervention", ticket), typed, headers=HX)
    assert (answer.status_code, "Warteschlange geprüft" in answer.content.decode()) == (422, True)
    assert (
        browser("alan").post(address("intervention", ticket), {**typed, "minutes": "7,5"}, headers=HX).status_code
        == 204
    )
    assert ticket.interventions.get().minutes == 7.5


def test_a_new_ticket_is_opened_with_its_first_words(browser: Browser, cast: Cast) -> None:
    typed = {"requester": cast.rita.pk, "name": "", "mail": "", "phone": "", "organization": "", "subject": "",
             "text": "Der Beamer flackert", "channel": "phone", "kind": "incident", "category": "", "impact": "3",
             "urgency": "2", "mine": "on"}  # fmt: skip
    answer = browser("alan").post(reverse("desk:new"), typed)
    opened = Ticket.objects.get(subject="Der Beamer flackert")
    assert answer["Location"] == address("ticket", opened)
    assert (opened.channel, opened.assignee, opened.messages.get().text) == ("phone", cast.alan, "Der Beamer flackert")


def test_level_2_reports_a_security_incident_that_it_may_not_see_afterwards(browser: Browser, cast: Cast) -> None:
    typed = {"requester": cast.rita.pk, "name": "", "mail": "", "phone": "", "organization": "", "subject": "",
             "text": "Anhang geöffnet, Fenster ging auf", "channel": "phone", "kind": "security", "category": "",
             "impact": "3", "urgency": "2", "mine": ""}  # fmt: skip
    berta = browser("berta")
    answer = berta.post(reverse("desk:new"), typed, follow=True)
    opened = Ticket.objects.get(kind="security")
    assert answer.status_code == 200
    assert f"Ticket {opened.number} liegt jetzt bei Service Desk" in answer.content.decode()
    assert opened.messages.get().text == "Anhang geöffnet, Fenster ging auf"
    assert berta.get(address("ticket", opened)).status_code == 404
    assert browser("alan").get(address("ticket", opened)).status_code == 200
    assert berta.post(reverse("desk:new"), {**typed, "channel": "outgoing"}).status_code == 422


@pytest.mark.parametrize("outsider", ["victor", "eve"])
def test_who_is_handed_cases_is_not_offered_to_open_some(browser: Browser, outsider: str) -> None:
    client = browser(outsider)
    assert client.get(reverse("desk:new")).status_code == 403
    assert f'href="{reverse("desk:new")}"' not in client.get(reverse("desk:start"), follow=True).content.decode()
    assert f'href="{reverse("desk:new")}"' in browser("alan").get(reverse("desk:start"), follow=True).content.decode()


def test_a_new_ticket_without_a_requester_keeps_what_was_typed(browser: Browser, cast: Cast) -> None:
    typed = {"requester": "", "name": "", "mail": "", "phone": "", "organization": "", "subject": "Beamer",
             "text": "flackert", "channel": "phone", "kind": "incident", "category": "", "impact": "3", "urgency": "2",
             "mine": ""}  # fmt: skip
    answer = browser("alan").post(reverse("desk:new"), typed)
    assert (answer.status_code, "flackert" in answer.content.decode()) == (422, True)
    assert not Ticket.objects.exists()


def test_p33_a_file_is_offered_for_saving_and_never_run(browser: Browser, cast: Cast, ticket: Ticket) -> None:
    page = SimpleUploadedFile("seite.html", b"<script>alert(1)</script>", "text/html")
    typed = {"text": "Siehe Anhang", "attachments": page}
    assert browser("alan").post(address("notes", ticket), typed, headers=HX).status_code == 200
    kept = Attachment.objects.get()
    answer = browser("alan").get(reverse("desk:file", args=[kept.pk]), {"show": ""})
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert browser("zoe").get(reverse("desk:file", args=[kept.pk])).status_code == 403
    assert browser("victor").get(reverse("desk:file", args=[kept.pk])).status_code == 404


def test_p32_foreign_html_is_shown_cleaned_in_a_sandbox(browser: Browser, ticket: Ticket) -> None:
    message = Message.objects.filter(ticket=ticket).first()
    assert message is not None
    Message.objects.filter(pk=message.pk).update(
        html="<p>Guten Tag</p><script>alert(1)</script><img src='//evil.example/x.png'>"
    )
    answer = browser("alan").get(reverse("desk:original", args=["message", message.pk]))
    page = answer.content.decode()
    assert "Guten Tag" in page
    assert "alert" not in page
    assert "evil.example" not in page
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_several_tickets_are_taken_at_once(browser: Browser, cast: Cast, ticket: Ticket) -> None:
    typed = {"list": f"team-{cast.teams['desk'].pk}", "deed": "take", "ticket": [ticket.number, 99999999]}
    assert browser("alan").post(reverse("desk:bulk"), typed, headers=HX).status_code == 200
    assert fresh(ticket).assignee == cast.alan


def test_preferences_are_kept(browser: Browser, cast: Cast) -> None:
    typed = {"language": "en", "theme": "dark", "density": "roomy", "single_keys": "", "mail": ["mentioned"]}
    alan = browser("alan")
    assert alan.post(reverse("desk:preferences"), typed).status_code == 302
    page = alan.get(reverse("desk:preferences")).content.decode()
    assert 'data-bs-theme="dark"' in page
    assert 'data-keys-single-value="false"' in page


def test_a_stranger_in_a_fragment_is_led_to_the_sign_in_page(ticket: Ticket) -> None:
    answer = Client().get(address("head", ticket), headers=HX)
    assert (answer.status_code, "HX-Redirect" in answer) == (401, True)
