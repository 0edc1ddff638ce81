"""An answer as it leaves: a picture pasted into the words, and below them who wrote, for whom."""

from __future__ import annotations

from email.message import Message

from playwright.sync_api import expect
from tests.journeys.cases import opened_case
from tests.journeys.conftest import SignIn
from tests.journeys.served import Served, body_of

#: What a clipboard does when a picture is pasted: a drawn PNG, told to the field as a paste.
PASTE = """async (field) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 24, height: 16 });
  canvas.getContext("2d").fillRect(4, 4, 8, 8);
  const picture = await new Promise((done) => canvas.toBlob(done, "image/png"));
  const clipboard = new DataTransfer();
  clipboard.items.add(new File([picture], "image.png", { type: "image/png" }));
  field.focus();
  field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: clipboard, bubbles: true, cancelable: true }));
}"""


def test_a_pasted_picture_and_the_signatures_arrive(desk: Served, sign_in: SignIn) -> None:
    ada = sign_in("ada")
    ada.goto(f"{desk.url}/control/teams/")
    ada.get_by_role("link", name="Service Desk").first.click()
    ada.fill("textarea[name=signature]", "Haus-IT\nTelefon 1000")
    ada.locator("form:has(textarea[name=signature]) button[type=submit]").first.click()
    ada.wait_for_load_state()

    alan = sign_in("alan")
    alan.goto(f"{desk.url}/desk/preferences/")
    alan.get_by_role("link", name="Ihre Signatur").click()
    expect(alan.get_by_text("Haus-IT · Telefon 1000")).to_be_visible()
    alan.locator("textarea[name^=team-]").fill("Durchwahl 1234")
    alan.locator("form:has(textarea[name^=team-]) button[type=submit]").click()
    expect(alan.get_by_text("Gespeichert").first).to_be_visible()

    number = opened_case(desk, "Wo ist der Schalter?", "Ich finde den Schalter am Drucker nicht.")
    alan.goto(f"{desk.url}/desk/tickets/{number}/")
    words = alan.locator("#rich-message")
    words.fill("Hier sehen Sie ihn: ")
    words.evaluate(PASTE)
    expect(words.locator("img[src*='/']")).to_be_visible()
    before = len(desk.sink.mails)
    alan.locator("#write-message button[type=submit]").click()
    # in the stream, in a frame of its own that runs nothing
    expect(alan.locator("#entries").get_by_text("Hier sehen Sie ihn").first).to_be_attached()

    mail = desk.sink.wait_for("rita@klinikum.example", containing="Hier sehen Sie ihn", after=before)
    below = body_of(mail).replace("\r\n", "\n")
    assert "Alan Yildiz\nService Desk\nDurchwahl 1234\nHaus-IT\nTelefon 1000" in below, below
    [picture] = pictures(mail)
    cid = str(picture["Content-ID"]).strip("<>")
    html = mail.get_body(("html",)).get_content()  # type: ignore[attr-defined]
    assert f"cid:{cid}" in html
    assert picture.get_content().startswith(b"\x89PNG")  # type: ignore[attr-defined]


def pictures(mail: Message) -> list[Message]:
    """The pictures of a mail, wherever they stand."""
    return [part for part in mail.walk() if part.get_content_maintype() == "image"]
