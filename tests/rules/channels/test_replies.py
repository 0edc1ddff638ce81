"""What was written now: quotes and signature off in German and English, and no word of the writer's lost."""

# ruff: noqa: E501 - texts stand on one line as they arrive
from __future__ import annotations

from typing import NamedTuple

import pytest

from dreiklang.channels.mail.inbound.parsing import PieceKind, fold, parse_mail, split_reply

QUOTE = "> Bitte starten Sie den Drucker neu.\n> Viele Grüße\n> Alan"
BLOCK_DE = """Von: Desk <desk@dreiklang.example>
Gesendet: Montag, 12. Oktober 2026 08:15
An: Rita Requests <rita@nordwerk.example>
Betreff: AW: Drucker

Bitte starten Sie den Drucker neu."""
BLOCK_EN = """From: Desk <desk@dreiklang.example>
Sent: Monday, October 12, 2026 8:15 AM
To: Rita Requests <rita@nordwerk.example>; Berta
<berta@dreiklang.example>
Cc: Max
Subject: RE: Printer

Please restart the printer."""


class Case(NamedTuple):
    name: str
    text: str
    reply: str
    signature: str = ""


ANSWERS = [
    Case("german attribution", f"Hat geholfen.\n\nAm 12.10.2026 um 08:15 schrieb Desk:\n{QUOTE}", "Hat geholfen."),
    Case(
        "german attribution with address over two lines",
        f"Hat geholfen.\n\nAm Mo., 12. Okt. 2026 um 08:15 Uhr schrieb Desk <\ndesk@dreiklang.example>:\n\n{QUOTE}",
        "Hat geholfen.",
    ),
    Case(
        "english attribution",
        f"It works.\n\nOn Mon, Oct 12, 2026 at 8:15 AM Desk <d@x.example> wrote:\n{QUOTE}",
        "It works.",
    ),
    Case(
        "attribution without quote marks",
        "It works.\n\nOn Oct 12, 2026, at 08:15, Desk <d@x.example> wrote:\n\nPlease restart.",
        "It works.",
    ),
    Case(
        "german attribution without quote marks",
        "Geht.\n\nAm 12.10.2026 um 08:15 schrieb Desk <d@x.example>:\n\nBitte neu starten.",
        "Geht.",
    ),
    Case("name before the verb", f"Geht.\n\nDesk <d@x.example> schrieb am 12.10.2026 um 08:15:\n{QUOTE}", "Geht."),
    Case("webmail date line", f"Geht.\n\n2026-10-12 8:15 GMT+02:00 Desk <d@x.example>:\n{QUOTE}", "Geht."),
    Case(
        "webmail gesendet",
        "Geht.\n\nGesendet: Montag, 12. Oktober 2026 um 08:15 Uhr\nVon: Desk <d@x.example>\nAn: rita@x.example\nBetreff: AW: Drucker\nBitte neu starten.",
        "Geht.",
    ),
    Case("quoting", f"Geht.\n\nZitat von Desk <d@x.example>:\n\n{QUOTE}", "Geht."),
    Case("french client", f"Merci.\n\nLe lun. 12 oct. 2026 à 08:15, Desk <d@x.example> a écrit :\n\n{QUOTE}", "Merci."),
    Case("outlook german", f"Geht nicht.\n\n{BLOCK_DE}", "Geht nicht."),
    Case("outlook english", f"Does not work.\n\n{BLOCK_EN}", "Does not work."),
    Case("outlook with rule", f"Geht nicht.\n\n________________________________\n{BLOCK_DE}", "Geht nicht."),
    Case(
        "outlook bold labels",
        "Geht nicht.\n\n*Von:* Desk\n*Gesendet:* Montag\n*An:* Rita\n*Betreff:* x\n\nText",
        "Geht nicht.",
    ),
    Case("original message german", f"Geht.\n\n-----Ursprüngliche Nachricht-----\n{BLOCK_DE}", "Geht."),
    Case("original message german 2", f"Geht.\n\n-------- Original-Nachricht --------\n{BLOCK_DE}", "Geht."),
    Case("original message english", f"Works.\n\n-----Original Message-----\n{BLOCK_EN}", "Works."),
    Case("original message alone", "Works.\n\n----- Original message -----\nPlease restart.", "Works."),
    Case("apple mail german", f"Geht.\n\n> Am 12.10.2026 um 08:15 schrieb Desk <d@x.example>:\n> \n{QUOTE}", "Geht."),
    Case("reply above this line", "Geht.\n\n##- Bitte antworten Sie oberhalb dieser Zeile -##\n\nHallo Rita", "Geht."),
    Case(
        "prose with a colon",
        f"Am Montag schrieb ich Ihnen schon:\nes geht nicht.\n\nAm 12.10.2026 um 08:15 schrieb Desk:\n{QUOTE}",
        "Am Montag schrieb ich Ihnen schon:\nes geht nicht.",
    ),
    Case(
        "below the quote",
        f"Am 12.10.2026 um 08:15 schrieb Desk:\n{QUOTE}\n\nHat geholfen, danke!\n\nRita",
        "Hat geholfen, danke!\n\nRita",
    ),
    Case(
        "between the quotes",
        "Hallo,\n\nAm 12.10.2026 um 08:15 schrieb Desk:\n> Ist er an?\n\nJa.\n\n> Blinkt er?\nNein, er leuchtet rot.\n\n> Gruß\n\nMfG Rita",
        "Hallo,\n\nJa.\n\nNein, er leuchtet rot.",
        "MfG Rita",
    ),
    Case("nothing but the quote", f"Am 12.10.2026 um 08:15 schrieb Desk:\n{QUOTE}", ""),
    Case("deep quotes", "Ja.\n\nAm 12.10.2026 um 08:15 schrieb Desk:\n> > > alt\n>> älter\n>neu", "Ja."),
    Case(
        "signature and quote",
        f"Geht.\n\n-- \nRita Requests\nTel. 123\n\nAm 12.10.2026 um 08:15 schrieb Desk:\n{QUOTE}",
        "Geht.",
        "--\nRita Requests\nTel. 123",
    ),
    Case(
        "telephone and outlook",
        f"Geht.\n\nVon meinem iPhone gesendet\n\n{BLOCK_DE}",
        "Geht.",
        "Von meinem iPhone gesendet",
    ),
]

SIGNATURES = [
    Case("delimiter", "Text\n\n-- \nRita\nNordwerk", "Text", "--\nRita\nNordwerk"),
    Case("delimiter without blank", "Text\n--\nRita", "Text", "--\nRita"),
    Case("mfg", "Text\n\nMfG\nR. Requests", "Text", "MfG\nR. Requests"),
    Case(
        "freundliche grüße",
        "Text\n\nMit freundlichen Grüßen\n\nRita Requests\nEinkauf",
        "Text",
        "Mit freundlichen Grüßen\n\nRita Requests\nEinkauf",
    ),
    Case("freundliche gruesse", "Text\n\nMit freundlichen Gruessen,\nRita", "Text", "Mit freundlichen Gruessen,\nRita"),
    Case("viele grüße aus", "Text\n\nViele Grüße aus Kiel\nRita", "Text", "Viele Grüße aus Kiel\nRita"),
    Case("name on the line", "Text\n\nLiebe Grüße, Rita", "Text", "Liebe Grüße, Rita"),
    Case(
        "thanks and greetings", "Text\n\nVielen Dank und beste Grüße\nRita", "Text", "Vielen Dank und beste Grüße\nRita"
    ),
    Case(
        "kind regards",
        "Text\n\nKind regards,\n\nRita Requests\nBuyer | Nordwerk Ltd.\nT +44 20 1234",
        "Text",
        "Kind regards,\n\nRita Requests\nBuyer | Nordwerk Ltd.\nT +44 20 1234",
    ),
    Case("best", "Text\n\nBest,\nRita", "Text", "Best,\nRita"),
    Case(
        "disclaimer",
        "Text\n\nMit freundlichen Grüßen\nRita\n\nDiese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der richtige Adressat sind, vernichten Sie sie bitte.",
        "Text",
        "Mit freundlichen Grüßen\nRita\n\nDiese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der richtige Adressat sind, vernichten Sie sie bitte.",
    ),
    Case(
        "postscript",
        "Text\n\nViele Grüße\nRita\n\nPS: Der Toner ist auch leer.",
        "Text\n\nPS: Der Toner ist auch leer.",
        "Viele Grüße\nRita",
    ),
    Case(
        "question below",
        "Text\n\nGruß Rita\n\nKönnen Sie mir noch sagen, wann der Techniker kommt?",
        "Text\n\nKönnen Sie mir noch sagen, wann der Techniker kommt?",
        "Gruß Rita",
    ),
    Case("iphone", "Text\n\nVon meinem iPhone gesendet", "Text", "Von meinem iPhone gesendet"),
    Case(
        "k-9",
        "Text\n-- \nDiese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
        "Text",
        "--\nDiese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
    ),
    Case(
        "outlook mobile",
        "Text\n\nHolen Sie sich Outlook für iOS<https://aka.ms/o0ukef>",
        "Text",
        "Holen Sie sich Outlook für iOS<https://aka.ms/o0ukef>",
    ),
    Case(
        "gmx",
        "Text\n\n--\nDiese Nachricht wurde von meinem Android Mobiltelefon mit GMX Mail gesendet.",
        "Text",
        "--\nDiese Nachricht wurde von meinem Android Mobiltelefon mit GMX Mail gesendet.",
    ),
    Case(
        "list footer",
        "Text\n\n_______________________________________________\nDrucker mailing list\nhttps://listen.example/drucker",
        "Text",
        "_______________________________________________\nDrucker mailing list\nhttps://listen.example/drucker",
    ),
]

WHOLE = [
    ("a dash in the middle", "Das ist -- wie immer -- kaputt.\n\nBitte helfen."),
    ("thanks are words", "Der Drucker geht nicht.\n\nVielen Dank im Voraus!"),
    ("thanks in the middle", "Danke\n\nNun aber ein zweiter Fehler: der Scanner geht nicht mehr an, seit gestern."),
    (
        "greeting words in a sentence",
        "Die Karte 'Mit freundlichen Grüßen' soll gedruckt werden, es kommt aber nur Papier.",
    ),
    ("separators in a log", "Ausgabe:\n-----\nERROR 42\n-----\nWas tun?"),
    ("from in a sentence", "Von: wem kommt das?\nIch weiß es nicht."),
    ("shell prompt", "Ich sehe:\n$ ls\n-- total 3\nMehr nicht."),
    ("sent from my desk", "Here it is.\n\nSent from my desk, is much easier then my mobile phone."),
    ("device in a sentence", "Die Mail wurde von meinem iPhone gesendet, kam aber nie an.\nWas tun?"),
]


@pytest.mark.parametrize("case", ANSWERS, ids=lambda case: case.name)
def test_an_answer_loses_its_quote_and_signature_only(case: Case) -> None:
    split = split_reply(case.text, is_answer=True)
    assert (split.reply, split.signature) == (case.reply, case.signature)


@pytest.mark.parametrize("case", ANSWERS, ids=lambda case: case.name)
def test_an_answer_is_recognised_without_headers_too(case: Case) -> None:
    split = split_reply(case.text)
    if case.reply:
        assert split.reply == case.reply


@pytest.mark.parametrize("case", SIGNATURES, ids=lambda case: case.name)
def test_a_signature_is_told_apart(case: Case) -> None:
    split = split_reply(case.text, is_answer=False)
    assert (split.reply, split.signature) == (case.reply, case.signature)


@pytest.mark.parametrize(("name", "text"), WHOLE, ids=[name for name, _text in WHOLE])
def test_words_that_only_look_like_marks_stay(name: str, text: str) -> None:
    for is_answer in (True, False, None):
        assert split_reply(text, is_answer=is_answer).reply == text, name


def test_a_pasted_prompt_is_no_quote_in_a_first_mail() -> None:
    text = "Ich tippe dies ein:\n> ping desk\n> exit\nund nichts geschieht."
    assert split_reply(text, is_answer=False).reply == text


def test_a_forwarded_mail_is_kept_because_the_sender_wants_to_show_it() -> None:
    for block in (BLOCK_DE, BLOCK_EN, "---------- Forwarded message ---------\n" + BLOCK_EN):
        text = f"Bitte ansehen.\n\n{block}"
        assert split_reply(text, is_forward=True).reply == text
    text = "Begin forwarded message:\n\n" + BLOCK_EN
    assert split_reply("Please see.\n\n" + text, is_answer=False).reply == "Please see.\n\n" + text


def test_a_mail_that_is_nothing_but_another_mail_is_shown_whole() -> None:
    assert split_reply(BLOCK_DE, is_answer=False).reply == BLOCK_DE


def test_an_answer_to_a_forwarded_mail_loses_the_old_mails() -> None:
    text = f"Erledigt.\n\n{BLOCK_DE}\n\n---------- Forwarded message ---------\n{BLOCK_EN}"
    assert split_reply(text, is_answer=True).reply == "Erledigt."


def test_the_pieces_are_the_text_again() -> None:
    for case in [*ANSWERS, *SIGNATURES]:
        pieces = fold(case.text, is_answer=True)
        assert "\n".join(piece.text for piece in pieces) == case.text


def test_quotes_between_answers_stay_open_and_the_last_quote_is_folded() -> None:
    text = "Am 12.10.2026 um 08:15 schrieb Desk:\n> Ist er an?\nJa.\n> Blinkt er?\nNein.\n> Gruß\n"
    pieces = fold(text, is_answer=True)
    assert [piece.is_folded for piece in pieces] == [True, False, False, False, True, False][: len(pieces)]
    assert any(piece.kind is PieceKind.OWN and "Blinkt" in piece.text for piece in pieces)


def html_mail(html: str, subject: str = "AW: Drucker") -> bytes:
    return (
        f"From: rita@nordwerk.example\nSubject: {subject}\nIn-Reply-To: <a@b>\n"
        f"Content-Type: text/html; charset=utf-8\n\n<html><body>{html}</body></html>"
    ).encode()


@pytest.mark.parametrize(
    ("name", "html"),
    [
        (
            "gmail",
            '<div dir="ltr">Geht wieder.</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">Am Mo., 12. Okt. 2026 um 08:15 Uhr schrieb Desk &lt;<a href="mailto:d@x.example">d@x.example</a>&gt;:<br></div><blockquote class="gmail_quote" style="margin:0">Bitte neu starten.</blockquote></div>',
        ),
        (
            "gmail container",
            '<div>Geht wieder.</div><div class="gmail_quote gmail_quote_container"><div class="gmail_attr">man. 12. okt. 2026 kl. 08.15 skrev Desk &lt;d@x.example&gt;:</div><blockquote class="gmail_quote">Bitte neu starten.</blockquote></div>',
        ),
        (
            "outlook web",
            '<div>Geht wieder.</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>Von:</b> Desk<br><b>Gesendet:</b> Montag<br><b>An:</b> Rita<br><b>Betreff:</b> x</div><div>Bitte neu starten.</div>',
        ),
        (
            "outlook",
            '<p class="MsoNormal">Geht wieder.</p><div style="border:none;border-top:solid #E1E1E1 1.0pt"><p><b>Von:</b> Desk &lt;d@x.example&gt; <br><b>Gesendet:</b> Montag, 12. Oktober 2026 08:15<br><b>An:</b> Rita<br><b>Betreff:</b> Drucker</p></div><p>Bitte neu starten.</p>',
        ),
        (
            "outlook unknown language",
            '<p>Geht wieder.</p><div id="divRplyFwdMsg"><b>Lähettäjä:</b> Desk<br><b>Päiväys:</b> ma<br></div><p>Bitte neu starten.</p>',
        ),
        (
            "thunderbird",
            '<p>Geht wieder.</p><div class="moz-cite-prefix">Am 12.10.26 um 08:15 schrieb Desk:<br></div><blockquote type="cite" cite="mid:x">Bitte neu starten.</blockquote>',
        ),
        (
            "apple",
            '<div>Geht wieder.</div><div><br><blockquote type="cite"><div>Am 12.10.2026 um 08:15 schrieb Desk &lt;d@x.example&gt;:</div><br><div>Bitte neu starten.</div></blockquote></div>',
        ),
        (
            "yahoo",
            '<div>Geht wieder.</div><div id="yahoo_quoted_1" class="yahoo_quoted"><div>Am Montag, 12. Oktober 2026 hat Desk Folgendes geschrieben:</div><div>Bitte neu starten.</div></div>',
        ),
        (
            "proton",
            '<div>Geht wieder.</div><div class="protonmail_quote">Desk &lt;d@x.example&gt; schrieb am Montag um 08:15:<br><blockquote>Bitte neu starten.</blockquote></div>',
        ),
        ("gmail signature", '<div>Geht wieder.</div><div class="gmail_signature">Rita Requests, Nordwerk</div>'),
        ("thunderbird signature", '<p>Geht wieder.</p><pre class="moz-signature">-- \nRita</pre>'),
    ],
)
def test_a_mail_program_s_own_marks_are_understood(name: str, html: str) -> None:
    assert parse_mail(html_mail(html)).reply_text == "Geht wieder.", name


def test_answers_inside_gmail_s_quote_are_kept() -> None:
    html = (
        '<div class="gmail_quote"><div class="gmail_attr">On Mon, Oct 12, 2026 at 8:15 AM Desk &lt;d@x.example&gt; wrote:</div>'
        "<blockquote>Is it on?</blockquote><div>Yes, it is.</div><blockquote>Does it blink?</blockquote>"
        "<div>No.</div></div>"
    )
    assert parse_mail(html_mail(html)).reply_text == "Yes, it is.\n\nNo."


def test_a_forwarded_html_mail_is_kept() -> None:
    html = '<div>Bitte ansehen.</div><div class="gmail_quote">---------- Forwarded message ---------<br>Von: Zoe<br><br>Hallo</div>'
    reply = parse_mail(html_mail(html, subject="Fwd: Drucker")).reply_text
    assert "Bitte ansehen." in reply
    assert "Hallo" in reply


def test_marks_that_a_sender_smuggles_in_are_words_of_nobody() -> None:
    mail = parse_mail(html_mail("<p>Vorher</p><p>\ue0f0</p><p>Nachher &#57584; Ende</p>"))
    assert mail.reply_text == "Vorher\n\nNachher Ende"
