"""Articles at the desk and in the portal: written, published, found, read by those who may."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from django.urls import reverse
from tests.cast import Cast

from dreiklang.knowledge.commands import writing
from dreiklang.knowledge.models import Article, Edition, GlossaryEntry
from dreiklang.tickets.models import Ticket

Browser = Callable[[str], Client]
BODY = "## Schritte\n\n1. Klappe öffnen\n2. Etiketten kalibrieren\n\n<script>alert(1)</script>"


def deed(edition: Edition, name: str) -> str:
    return reverse("desk:article_deed", args=[edition.article_id, edition.language, name])


def test_written_published_found_disputed_and_withdrawn(browser: Browser, cast: Cast, ticket: Ticket) -> None:
    alan, max_, rita = browser("alan"), browser("max"), browser("rita")
    sent = {"title": "", "body": BODY, "language": "de", "kind": "solution", "audience": "public"}
    wrong = alan.post(reverse("desk:article_new"), sent)
    assert wrong.status_code == 422
    assert "Etiketten kalibrieren" in wrong.content.decode()
    alan.post(reverse("desk:article_new"), {**sent, "title": "Etikettendrucker druckt leer"})
    edition = Edition.objects.get()
    page = reverse("desk:article", args=[edition.article_id])
    assert "Lesende sehen ihn nicht" in alan.get(page).content.decode()
    assert rita.get(reverse("portal:article", args=[edition.article_id])).status_code == 404
    alan.post(deed(edition, "review"))
    assert alan.post(deed(edition, "publication")).status_code == 403
    back = max_.post(deed(edition, "sending-back"), {"because": ""})
    assert back.status_code == 409
    max_.post(deed(edition, "publication"), {"revision": 1})
    found = alan.get(reverse("desk:articles"), {"q": "Etikett kalibrieren"}).content.decode()
    assert "Etikettendrucker druckt leer" in found
    assert "<mark>kalibrieren</mark>" in found
    shown = alan.get(page).content.decode()
    assert "<li>Etiketten kalibrieren</li>" in shown
    assert "<script>alert" not in shown
    panel = alan.get(reverse("desk:panel", args=[ticket.number, "articles"])).content.decode()
    assert "Etikettendrucker druckt leer" in panel
    offered = rita.post(reverse("portal:answers"), {"text": "Etikettendrucker druckt nicht"}).content.decode()
    assert "Etikettendrucker druckt leer" in offered
    no = reverse("portal:article_feedback", args=[edition.pk])
    assert rita.post(no, {"helped": "no", "because": ""}).status_code == 422
    rita.post(no, {"helped": "no", "because": "Knopf fehlt"})
    assert "Knopf fehlt" in alan.get(page).content.decode()
    alan.post(deed(edition, "answer"))
    assert not Article.objects.get().is_disputed
    max_.post(deed(edition, "withdrawal"))
    assert rita.post(no, {"helped": "yes"}).status_code == 404


def test_two_writers_and_older_texts(browser: Browser, cast: Cast) -> None:
    alan = browser("alan")
    draft = writing.write(None, actor=cast.actor("alan"), language="de", title="WLAN", body="Eins.\nZwei.")
    edition = draft.edition
    writing.publish(edition, actor=cast.actor("max"))
    text = reverse("desk:article_edit", args=[edition.article_id, "de"])
    alan.post(text, {"title": "WLAN", "body": "Eins.\nDrei.", "revision": 1})
    late = alan.post(text, {"title": "WLAN", "body": "Mein Satz.", "revision": 1})
    assert late.status_code == 422
    assert "Mein Satz." in late.content.decode()
    compared = alan.get(reverse("desk:article_revision", args=[edition.article_id, "de", 2])).content.decode()
    assert "Zwei." in compared.split("<del>")[1]
    assert "Drei." in compared.split("<ins>")[1]
    english = reverse("desk:article_edit", args=[edition.article_id, "en"])
    assert "Eins." in alan.get(english).content.decode()
    alan.post(english, {"title": "Wireless", "body": "One."})
    assert Edition.objects.get(language="en").audience == "internal"
    for who in ("eve", "rita", "zoe"):
        assert browser(who).get(reverse("desk:article", args=[edition.article_id])).status_code in (403, 404)


def test_the_glossary_has_pages(browser: Browser, cast: Cast) -> None:
    alan, max_ = browser("alan"), browser("max")
    sent = {"words_de": "WLAN\nFunknetz", "words_en": "wireless", "meaning": "Netz ohne Kabel"}
    assert alan.get(reverse("desk:glossary_new")).status_code == 404
    assert max_.post(reverse("desk:glossary_new"), {"words_de": "allein"}).status_code == 422
    max_.post(reverse("desk:glossary_new"), sent)
    listed = alan.get(reverse("desk:glossary"), {"q": "funk"}).content.decode()
    assert "Netz ohne Kabel" in listed
    assert browser("eve").get(reverse("desk:glossary")).status_code == 404
    entry = GlossaryEntry.objects.get()
    page = reverse("desk:glossary_entry", args=[entry.pk])
    assert "Funknetz" in max_.get(page).content.decode()
    assert max_.post(page, {**sent, "version": "7"}).status_code == 422
    max_.post(page, {**sent, "words_en": "", "version": "1"})
    assert entry.words.count() == 2
    max_.post(reverse("desk:glossary_removal", args=[entry.pk]))
    assert not GlossaryEntry.objects.exists()
