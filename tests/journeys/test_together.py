"""Meanwhile: two agents in one ticket, a merge undone after a late reply, a rule that explains itself."""

from __future__ import annotations

import re
from email.message import EmailMessage, Message
from email.utils import make_msgid

from playwright.sync_api import Route, expect
from tests.journeys import scenes
from tests.journeys.conftest import SignIn
from tests.journeys.hands import Hands, expect_no_sheet, expect_sheet
from tests.journeys.served import Served


def test_two_agents_in_one_ticket(desk: Served, sign_in: SignIn) -> None:
    (number,) = scenes.tickets(desk, ["Zwei wollen helfen"])
    address = f"{desk.url}/desk/tickets/{number}/"
    alan, peer = sign_in("alan"), sign_in("max")
    alan.goto(address)
    peer.goto(address)
    expect(alan.locator("[data-presence-target=people]")).to_contain_text("Max", timeout=30_000)
    alan.locator("body").press("s")
    text = alan.locator("#resolve-text")
    text.fill("Das Kabel war locker.")
    # meanwhile the other one says something and takes it
    peer.locator("body").press("n")
    expect(alan.locator("[data-presence-target=people]")).to_be_attached()
    peer.locator("#text-note").fill("Ich rufe dort gerade an.")
    peer.locator("#text-note").press("Control+Enter")
    expect(peer.locator("#entries").get_by_text("Ich rufe dort gerade an.").first).to_be_visible()
    # refused with what happened, the words still there
    text.press("Control+Enter")
    expect(alan.locator("dialog[open]")).to_contain_text("Ich rufe dort gerade an.")
    expect(alan.locator("#resolve-text")).to_have_value("Das Kabel war locker.")
    alan.locator("#resolve-text").press("Control+Enter")
    expect_no_sheet(alan)
    expect(alan.locator("#toast")).to_contain_text("Gelöst")
    expect(peer.locator("#entries").get_by_text("Das Kabel war locker.").filter(visible=True).first).to_be_visible()
    # and taken back within ten seconds
    alan.locator("#toast button").click()
    expect(alan.locator("#ticket-head")).to_contain_text("In Arbeit")
    assert scenes.states(desk, [number])[number][0] == "open"


def test_words_begun_while_news_are_on_their_way_stay(desk: Served, sign_in: SignIn) -> None:
    (number,) = scenes.tickets(desk, ["Neues kommt beim Schreiben"])
    address = f"{desk.url}/desk/tickets/{number}/"
    alan, peer = sign_in("alan"), sign_in("max")
    alan.goto(address)
    peer.goto(address)
    held: list[Route] = []
    alan.route(re.compile("/composer/"), lambda route: held.append(route))
    with alan.expect_request(lambda asked: "/composer/" in asked.url):
        peer.locator("body").press("n")
        peer.locator("#text-note").fill("Ich sehe nach.")
        peer.locator("#text-note").press("Control+Enter")
    alan.locator("body").press("n")
    note = alan.locator("#text-note")
    expect(note).to_be_focused()
    alan.keyboard.type("Neustart half ")
    with alan.expect_response(lambda answer: "/composer/" in answer.url) as arrived:
        held[0].continue_()
    arrived.value.finished()
    alan.keyboard.type("nicht.")
    expect(note).to_be_focused()
    expect(note).to_have_value("Neustart half nicht.")


def reply_to(mail: Message, text: str) -> bytes:
    """Rita's answer to a mail of the desk."""
    answer = EmailMessage()
    answer["From"] = "Rita Weber <rita@klinikum.example>"
    answer["To"] = mail["Reply-To"] or mail["From"]
    answer["Subject"] = f"AW: {mail['Subject']}"
    answer["In-Reply-To"] = answer["References"] = mail["Message-ID"]
    answer["Message-ID"] = make_msgid(domain="klinikum.example")
    answer.set_content(text)
    return answer.as_bytes()


def test_a_merge_is_undone_after_a_late_reply(desk: Served, sign_in: SignIn) -> None:
    gone, stays = scenes.tickets(desk, ["Scanner streikt", "Scanner im Flur streikt"])
    alan, before = sign_in("alan"), len(desk.sink.mails)
    alan.goto(f"{desk.url}/desk/tickets/{gone}/")
    alan.locator("#rich-message").fill("Welcher Scanner ist es?")
    alan.locator("#write-message button[type=submit]").click()
    asked = desk.sink.wait_for("rita@klinikum.example", containing="Welcher Scanner ist es?", after=before)
    hands = Hands(alan)
    alan.locator("body").press("u")
    expect_sheet(alan, "#other-words")
    with alan.expect_response(lambda answer: "/others/" in answer.url and str(stays) in answer.url):
        hands.type(str(stays))
    expect(alan.locator("#others-offered input")).to_have_count(1)
    alan.locator(f"#others-offered input[value='{stays}']").check()
    expect(alan.locator("#merge-preview")).to_contain_text(str(stays))
    hands.press("Control+Enter")
    expect(alan.locator("#ticket-head")).to_contain_text(str(stays))
    # a late reply to the merged one reaches the one that goes on …
    assert desk.command("mail", "deliver", "-", stdin=reply_to(asked, "Der im Keller.")).returncode == 0
    alan.goto(f"{desk.url}/desk/tickets/{stays}/")
    expect(alan.locator("#entries").get_by_text("Der im Keller.").first).to_be_visible()
    # … and goes home when the two are parted
    alan.locator("#panel-ties").get_by_role("button", name="Trennen").click()
    expect(alan.locator("#panel-ties").get_by_role("button", name="Trennen")).to_have_count(0)
    alan.goto(f"{desk.url}/desk/tickets/{gone}/")
    expect(alan.locator("#entries").get_by_text("Der im Keller.").first).to_be_visible()
    assert scenes.states(desk, [gone])[gone][0] != "merged"


def test_a_rule_is_tried_switched_on_and_explained(desk: Served, sign_in: SignIn) -> None:
    (number,) = scenes.tickets(desk, ["Kommt wieder"])
    ada, alan = sign_in("ada"), sign_in("alan")
    ada.goto(f"{desk.url}/control/rules/")
    ada.locator("li", has_text="Kennzeichnen, was wiederkommt").get_by_role("button").click()
    ada.wait_for_url(re.compile(r"/control/rules/\d+/"))
    ada.get_by_role("button", name="Probelauf").click()
    expect(ada.locator("#tried")).to_contain_text("in den letzten 90 Tagen")
    ada.goto(f"{desk.url}/control/rules/")
    ada.locator("li", has_text="Kennzeichnen, was wiederkommt").get_by_role("button", name="Einschalten").click()
    alan.goto(f"{desk.url}/desk/tickets/{number}/")
    alan.locator("body").press("s")
    alan.locator("#resolve-text").fill("Erledigt.")
    alan.locator("#resolve-text").press("Control+Enter")
    expect_no_sheet(alan)
    alan.get_by_role("button", name="Wieder öffnen").first.click()
    alan.locator("dialog[open] [name=reason]").fill("Doch nicht.")
    alan.locator("dialog[open] [name=reason]").press("Control+Enter")
    expect_no_sheet(alan)
    # at the ticket, in words, with the reason
    said = alan.locator("#entries").get_by_text("Kennzeichnen, was wiederkommt").first
    expect(said).to_be_visible(timeout=45_000)
    expect(alan.locator(".head-tags")).to_contain_text("reopened")
