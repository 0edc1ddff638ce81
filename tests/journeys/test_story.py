"""The story: a mail comes in, goes up through the levels, comes back solved, and the requester closes it by a click."""

from __future__ import annotations

import re
from email.message import EmailMessage

from playwright.sync_api import Page, expect
from tests.journeys.conftest import SignIn
from tests.journeys.served import MAILBOX, Served, body_of

SUBJECT = "Etikettendrucker auf 4A, 4B und 4C drucken nicht"


def first_mail() -> bytes:
    mail = EmailMessage()
    mail["From"] = "Rita Weber <rita@klinikum.example>"
    mail["To"] = MAILBOX
    mail["Subject"] = SUBJECT
    mail["Message-ID"] = "<first@klinikum.example>"
    mail["Date"] = "Sun, 22 Nov 2026 08:00:00 +0100"
    mail.set_content("Guten Morgen,\n\ndie Drucker nehmen keine Aufträge mehr an.\n\nRita Weber")
    return mail.as_bytes()


def answer_to(mail: object, text: str) -> bytes:
    answer = EmailMessage()
    answer["From"] = "Rita Weber <rita@klinikum.example>"
    answer["To"] = MAILBOX
    answer["Subject"] = f"AW: {mail['Subject']}"  # type: ignore[index]
    answer["In-Reply-To"] = answer["References"] = mail["Message-ID"]  # type: ignore[index]
    answer["Message-ID"] = "<second@klinikum.example>"
    answer.set_content(text + "\n\nAm 22.11.2026 schrieb Haus-IT:\n> Seit wann steht der Drucker?\n")
    return answer.as_bytes()


def write(page: Page, text: str, kind: str = "message") -> None:
    if kind != "message":
        page.locator(f"#tab-{kind}").click()
    page.locator("#rich-message" if kind == "message" else f"#text-{kind}").fill(text)
    page.locator(f"#write-{kind} button[type=submit]").click()
    # in the stream, not in the field where it was just typed: only there it is sure to be written
    expect(page.locator("#entries").get_by_text(text).filter(visible=True).first).to_be_visible()


def hand_over(page: Page, team: str, *, level: int) -> None:
    """Press h, be stopped by the gate, complete, hand over."""
    page.locator("body").press("h")
    sheet = page.locator("dialog[open]")
    expect(sheet.get_by_role("heading", level=2).first).to_contain_text(f"Level {level}")
    if team not in sheet.locator("#handover-to option:checked").inner_text():
        sheet.locator("#handover-to").select_option(
            label=next(t for t in sheet.locator("#handover-to option").all_inner_texts() if team in t)
        )
        expect(sheet.locator("#handover-to option:checked")).to_contain_text(team)
    send = sheet.locator("button.btn-main[type=submit]")
    expect(send).to_have_attribute("aria-disabled", "true")
    for name, text in (
        ("reason", "Braucht Technik vor Ort"),
        ("observations", "Aufträge stehen, keine Meldung am Gerät"),
        ("ruled_out", "Papier und Farbband"),
        ("question", "Bitte den Weg vom Druckserver prüfen"),
    ):
        field = sheet.locator(f"textarea[name={name}]")
        if field.count() and field.is_visible() and not field.input_value():
            field.fill(text)
    if not sheet.locator("input[name=step]").first.input_value():
        sheet.locator("input[name=step]").first.fill("Warteschlange geprüft")
        sheet.locator("input[name=step_result]").first.fill("14 Aufträge hängen")
    expect(send).to_have_attribute("aria-disabled", "false")
    send.click()
    expect(sheet).not_to_be_visible()


def accept(page: Page) -> None:
    """Press a, and wait until the head shows the buttons of who has it."""
    button = page.get_by_role("button", name=re.compile("^Annehmen"))
    expect(button).to_be_visible()
    page.locator("body").press("a")
    expect(button).to_have_count(0)
    page.wait_for_load_state("load")
    expect(page.locator("[data-key=h]").first).to_be_visible()
    page.wait_for_timeout(500)


def hand_back_solved(page: Page, solution: str, hint: str = "") -> None:
    page.locator("body").press("b")
    sheet = page.locator("dialog[open]")
    sheet.locator("input[name=kind][value=solved]").check()
    sheet.locator("textarea[name=solution]").fill(solution)
    sheet.locator("textarea[name=hint]").fill(hint)
    sheet.locator("button.btn-main[type=submit]").click()
    expect(sheet).not_to_be_visible()


def test_a_mail_goes_up_through_the_levels_and_comes_back_solved(desk: Served, sign_in: SignIn) -> None:
    alan = sign_in("alan")
    expect(alan.get_by_text(SUBJECT)).to_have_count(0)
    desk.put_mail(first_mail())
    # it appears without a reload
    row = alan.locator("a", has_text=SUBJECT).first
    expect(row).to_be_visible(timeout=45_000)
    row.click()
    alan.wait_for_url(re.compile(r"/desk/tickets/\d+/"))
    found = re.search(r"/tickets/(\d+)/", alan.url)
    assert found
    address = f"{desk.url}/desk/tickets/{found[1]}/"

    write(alan, "Guten Morgen Frau Weber, seit wann steht der Drucker?")
    asked = desk.sink.wait_for("rita@klinikum.example", containing="seit wann steht der Drucker")
    assert f"[#{found[1]}]" in asked["Subject"]
    desk.put_mail(answer_to(asked, "Seit gestern Nachmittag, 4A und 4C auch."))
    answer = alan.get_by_text("Seit gestern Nachmittag, 4A und 4C auch.").filter(visible=True).first
    expect(answer).to_be_visible(timeout=45_000)

    hand_over(alan, "Arbeitsplatz", level=2)

    berta = sign_in("berta")
    berta.goto(address)
    accept(berta)
    hand_over(berta, "Netz", level=3)

    carl = sign_in("carl")
    carl.goto(address)
    accept(carl)
    expect(carl.locator("#text-message")).to_have_count(0)
    write(carl, "Port 9100/tcp fehlte auf sw-c4-02, ergänzt.", "relay")

    berta.reload()
    expect(berta.locator("#rich-message")).to_contain_text("Port 9100")
    berta.locator("#rich-message").fill("Die Ursache ist gefunden und behoben. Wir testen noch.")
    berta.locator("#write-message button[type=submit]").click()
    expect(berta.locator("#entries").get_by_text("Wir testen noch").filter(visible=True).first).to_be_visible()

    hand_back_solved(carl, "Regel druck-in ergänzt", "Nach Switch-Tausch Port 9100 prüfen")
    berta.goto(address)
    hand_back_solved(berta, "Drucker gehen wieder")
    alan.goto(address)
    before = len(desk.sink.mails)
    alan.locator("body").press("s")
    sheet = alan.locator("dialog[open]")
    sheet.locator("textarea[name=text]").fill("Die Drucker gehen wieder. Stimmt das bei Ihnen?")
    sheet.locator("button.btn-main[type=submit]").click()
    expect(sheet).not_to_be_visible()

    closing = desk.sink.wait_for("rita@klinikum.example", containing="Stimmt das bei Ihnen", after=before)
    link = re.search(rf"{re.escape(desk.url)}/t/\S*", body_of(closing))
    assert link, body_of(closing)
    visitor = alan.context.browser.new_context(locale="de-DE").new_page()  # type: ignore[union-attr]
    visitor.goto(link[0])
    visitor.locator("button[type=submit], button.btn-main").first.click()
    visitor.wait_for_load_state()
    alan.goto(address)
    expect(alan.locator("main").get_by_text("Geschlossen").filter(visible=True).first).to_be_visible()

    # every station stands in the journal and on the staff, and no inside word left the house
    codes = desk.ask(
        "from dreiklang.kernel.journal import lines_about\nfrom dreiklang.tickets.models import Ticket\n"
        f"t = Ticket.objects.get(number={found[1]})\n"
        "print(json.dumps([l.event.code for l in lines_about('ticket', [t.pk])]))"
    )
    assert isinstance(codes, list)
    assert codes.count("handover.made") == codes.count("handover.handed_back") == 2
    assert codes[0] == "ticket.opened"
    assert "ticket.closed" in codes
    assert alan.locator("svg.staff, .staff svg").count() >= 1
    for mail in desk.sink.mails:
        assert "9100" not in body_of(mail)
    visitor.context.close()
