"""Two agents on one ticket: each sees the other, and nobody's words go over the other's."""

from __future__ import annotations

from playwright.sync_api import expect
from tests.journeys.cases import opened_case
from tests.journeys.conftest import SignIn
from tests.journeys.served import Served


def test_two_agents_see_each_other_and_do_not_talk_past_each_other(desk: Served, sign_in: SignIn) -> None:
    number = opened_case(desk, "Scanner in der Aufnahme", "Der Scanner trennt die Seiten nicht.")
    address = f"{desk.url}/desk/tickets/{number}/"
    alan, ada = sign_in("alan"), sign_in("ada")
    alan.goto(address)
    ada.goto(address)
    # who is here, on both screens
    expect(ada.locator(".presence", has_text="Alan sieht zu")).to_be_visible()
    expect(alan.locator(".presence", has_text="Ada sieht zu")).to_be_visible()
    # who is writing, while it happens
    ada.locator("#rich-message").press_sequentially("Bitte starten Sie den Scanner einmal neu.")
    expect(alan.locator(".presence.is-writing", has_text="Ada schreibt")).to_be_visible()

    alan.locator("#rich-message").fill("Ist es nur dieser eine Scanner?")
    alan.locator("#write-message button[type=submit]").click()
    expect(alan.locator("#entries").get_by_text("Ist es nur dieser eine Scanner?").first).to_be_visible()
    # it stands on the other screen at once, beside the draft
    expect(ada.locator("#entries").get_by_text("Ist es nur dieser eine Scanner?").first).to_be_visible()
    ada.locator("#write-message button[type=submit]").click()
    conflict = ada.locator("#write-message [role=alert]", has_text="Ihr Text ist noch da")
    expect(conflict).to_be_visible()
    expect(conflict).to_contain_text("Alan Yildiz")
    expect(ada.locator("#rich-message")).to_contain_text("starten Sie den Scanner einmal neu")
    expect(alan.locator("#entries").get_by_text("starten Sie den Scanner")).to_have_count(0)
    # it still fits, so it is sent
    ada.locator("#write-message button[type=submit]").click()
    expect(alan.locator("#entries").get_by_text("starten Sie den Scanner").first).to_be_visible()
    # and who leaves is gone
    ada.goto(f"{desk.url}/desk/preferences/")
    expect(alan.locator(".presence", has_text="Ada")).to_have_count(0)
