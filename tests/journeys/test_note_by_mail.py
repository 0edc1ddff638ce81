"""A colleague is mentioned, answers the mail on the way, and the answer stands inside as a note: it never leaves."""

from __future__ import annotations

from email.message import EmailMessage

from playwright.sync_api import expect
from tests.journeys.cases import opened_case
from tests.journeys.conftest import SignIn
from tests.journeys.served import Served, body_of


def test_an_answer_to_a_notification_becomes_a_note(desk: Served, sign_in: SignIn) -> None:
    number = opened_case(desk, "Port gesperrt", "Ich komme nicht ins Labornetz.")
    alan = sign_in("alan")
    alan.goto(f"{desk.url}/desk/tickets/{number}/")
    before = len(desk.sink.mails)
    alan.locator("#tab-note").click()
    alan.locator("#text-note").fill("@Berta Krüger ist dieser Port bei euch gesperrt?")
    alan.locator("#write-note button[type=submit]").click()
    expect(alan.locator("#entries").get_by_text("ist dieser Port bei euch gesperrt?").first).to_be_visible()
    news = desk.sink.wait_for("berta@haus.example", containing=str(number), after=before)

    answer = EmailMessage()
    # as the house's own mail server hands it on, having proved the sender
    answer["Authentication-Results"] = "mx.haus.example; dmarc=pass header.from=haus.example"
    answer["From"], answer["To"] = "Berta Krüger <berta@haus.example>", str(news["Reply-To"])
    answer["Subject"] = f"Re: {news['Subject']}"
    answer["In-Reply-To"] = answer["References"] = news["Message-ID"]
    answer["Message-ID"] = "<berta-unterwegs@haus.example>"
    answer.set_content("Ja, seit Montag. Ich öffne ihn um vier.\n")
    desk.put_mail(answer.as_bytes())
    # it appears without a reload, inside
    note = alan.locator("#entries li", has_text="Ich öffne ihn um vier.").filter(visible=True).first
    expect(note).to_be_visible(timeout=45_000)
    expect(note).to_contain_text("Intern")
    assert not any("Ich öffne ihn" in body_of(m) for m in desk.sink.mails if "rita@" in str(m["To"]))
