"""Articles at the desk and in the portal: written, published, found, read by those who may."""

from __future__ import annotations

import struct
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.cast import Cast

from dreiklang.knowledge.commands import writing
from dreiklang.knowledge.models import Article, ArticleImport, Edition, GlossaryEntry, Reading, SolvedAlone
from dreiklang.tickets.models import Ticket
from dreiklang.web.desk import articles

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


def published(cast: Cast, **values: str) -> Edition:
    texts = {"language": "de", "title": "Kennwort", "body": "Text", "audience": "public", **values}
    draft = writing.write(None, actor=cast.actor("alan"), **texts)  # type: ignore[arg-type]
    writing.publish(draft.edition, actor=cast.actor("max"))
    return Edition.objects.get(pk=draft.edition.pk)


def png(width: int, height: int) -> SimpleUploadedFile:
    head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", width, height) + b"\x08\2\0\0\0"
    return SimpleUploadedFile("Bild 1.png", head, content_type="image/png")


def test_p33_a_picture_is_seen_by_those_who_may_read_the_text_that_shows_it(
    browser: Browser, cast: Cast, client: Client
) -> None:
    alan, rita, zoe = browser("alan"), browser("rita"), browser("zoe")
    up = reverse("desk:article_upload")
    bomb = alan.post(up, {"file": png(60_000, 60_000)})
    assert bomb.status_code == 422
    assert "Pixel" in bomb.json()["problem"]
    assert alan.post(up, {"file": SimpleUploadedFile("x.png", b"")}).status_code == 422
    assert rita.post(up, {"file": png(9, 9)}).status_code == 403
    said = alan.post(up, {"file": png(9, 9)}).json()
    assert said["markdown"].startswith("![Bild 1.png](/knowledge/pictures/")
    assert alan.get(said["address"]).status_code == 200
    assert browser("berta").get(said["address"]).status_code == 404
    sent = {"title": "Kabel", "body": said["markdown"], "language": "de", "kind": "how_to", "audience": "customer"}
    sent["customer"] = str(cast.organizations["clinic"].pk)
    alan.post(reverse("desk:article_new"), sent)
    edition = Edition.objects.get()
    assert rita.get(said["address"]).status_code == 404
    writing.publish(edition, actor=cast.actor("max"))
    shown = rita.get(said["address"])
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/png")
    assert zoe.get(said["address"]).status_code == client.get(said["address"]).status_code == 404
    spare = alan.post(f"{up}?edition={edition.pk}", {"file": SimpleUploadedFile("a.html", b"<script>")}).json()
    assert rita.get(spare["address"]).status_code == 404
    assert alan.get(spare["address"])["Content-Type"] == "application/octet-stream"
    kept = edition.files.get(is_picture=False)
    assert alan.post(reverse("desk:article_file_removal", args=[kept.pk])).status_code == 302
    assert alan.get(spare["address"]).status_code == 404


def test_links_lead_only_where_one_may_read(browser: Browser, cast: Cast) -> None:
    first = published(cast, title="Erster", body="Mehr in [[kb-999]] und `[[kb-1]]`.")
    second = published(cast, title="Zweiter", body=f"Siehe [[{first.article.key}]].", audience="internal")
    alan, rita = browser("alan"), browser("rita")
    writing.write(
        first.article, actor=cast.actor("alan"), language="de", title="Erster",
        body=f"Im Kreis: [[{second.article.key}|der zweite]], [[kb-999]], - [ ] x\n\n- [ ] eins\n- [x] zwei",
    )  # fmt: skip
    writing.publish(first, actor=cast.actor("max"))
    page = alan.get(reverse("desk:article", args=[first.article_id])).content.decode()
    assert f'href="/desk/knowledge/{second.article_id}/?language=de"' in page
    assert "diesen Artikel gibt es nicht" in page
    assert page.count('class="article-step"') == 2
    back = alan.get(reverse("desk:article", args=[second.article_id])).content.decode()
    assert "Verweise hierher" in back
    seen = rita.get(reverse("portal:article", args=[first.article_id])).content.decode()
    assert "der zweite" in seen
    assert f"/articles/{second.article_id}/" not in seen
    assert "diesen Artikel gibt es nicht" not in seen
    looked = alan.post(reverse("desk:article_preview"), {"body": f"# A\n[[{first.article.key}]] <script>x</script>"})
    assert ">Erster</a>" in looked.content.decode()
    assert "<script>" not in looked.content.decode()


def test_public_pages_show_public_articles_alone_and_only_when_switched_on(
    browser: Browser, cast: Cast, client: Client
) -> None:
    open_one = published(cast, title="Kennwort ändern", body="Im Portal ändern.")
    inside = published(cast, title="Kennwort zurücksetzen", body="In der Konsole.", audience="internal")
    listed = reverse("knowledge:articles", args=["de"])
    one = reverse("knowledge:article", args=["de", open_one.article.key])
    for address in (listed, one, reverse("knowledge:sitemap")):
        assert client.get(address).status_code == 404
    switch = reverse("control:public_pages")
    assert browser("max").get(switch).status_code == 403
    browser("ada").post(switch, {"is_on": "on"})
    found = client.get(listed, {"q": "Kennwort"}).content.decode()
    assert "Kennwort ändern" in found.replace("<mark>", "").replace("</mark>", "")
    assert "zurücksetzen" not in found
    shown = client.get(one)
    assert "Im Portal ändern." in shown.content.decode()
    assert "hreflang" in shown.content.decode()
    assert client.get(reverse("knowledge:article", args=["de", inside.article.key])).status_code == 404
    assert client.get(reverse("knowledge:article", args=["en", open_one.article.key])).status_code == 404
    sitemap = client.get(reverse("knowledge:sitemap")).content.decode()
    assert one in sitemap
    assert inside.article.key not in sitemap.replace(open_one.article.key, "")
    browser("ada").post(switch, {})
    assert client.get(one).status_code == 404


def test_solved_alone_is_counted_and_what_was_tried_goes_along(browser: Browser, cast: Cast) -> None:
    edition = published(cast, title="Drucker druckt leer", body="Etiketten kalibrieren.")
    trouble = published(cast, title="Drucker auf 4B gestört", body="Wir sind dabei.", kind="known_error")
    published(cast, title="Drucker intern", body="Nur innen.", audience="internal")
    rita, alan = browser("rita"), browser("alan")
    offered = rita.post(reverse("portal:answers"), {"text": "Druck"}).content.decode()
    assert offered.index("Das ist uns bekannt") < offered.index("Drucker auf 4B") < offered.index("druckt leer")
    assert "intern" not in offered
    page = reverse("portal:article", args=[edition.article_id])
    rita.get(page)
    rita.get(page)
    say = reverse("portal:article_feedback", args=[edition.pk])
    assert rita.post(say, {"helped": "yes"}).status_code == 302
    rita.post(say, {"helped": "yes"})
    assert SolvedAlone.objects.count() == 1
    assert Reading.objects.get(edition=edition).times == 2
    usage = alan.get(reverse("desk:article_usage")).content.decode()
    assert "Ohne Meldung gelöst</dt><dd>1</dd>" in usage
    assert browser("eve").get(reverse("desk:article_usage")).status_code == 404
    back = rita.post(reverse("portal:article_feedback", args=[trouble.pk]), {"helped": "no", "because": "alt"})
    assert back["Location"] == f"/portal/?tried={trouble.pk}"
    assert "Drucker auf 4B gestört" in rita.get(back["Location"]).content.decode()
    rita.post("/portal/", {"text": "Geht nicht", "tried": str(trouble.pk), "category": "", "follows": ""})
    assert Ticket.objects.get().messages.get().text == (
        "Geht nicht\n\nSchon versucht, ohne Erfolg: Drucker auf 4B gestört"
    )
    assert "Drucker druckt leer" in alan.get("/desk/search/?q=drucker").content.decode()
    assert "Drucker druckt leer" in alan.get("/desk/find/?q=druc").content.decode()


def test_heaps_go_on_behind_the_last_one(browser: Browser, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(articles, "PAGE", 2)
    for title in ("C", "A", "B"):
        published(cast, title=title, body="[[nirgends]]")
    alan = browser("alan")
    first = alan.get(reverse("desk:articles"), {"list": "broken"})
    assert [edition.title for edition in first.context["page"]] == ["A", "B"]
    second = alan.get(reverse("desk:articles"), {"list": "broken", "after": first.context["after"]})
    assert [edition.title for edition in second.context["page"]] == ["C"]
    assert second.context["after"] is None


def test_a_file_is_looked_at_read_in_and_taken_back(browser: Browser, cast: Cast) -> None:
    ada, page = browser("ada"), reverse("control:article_files")
    chosen = {"language": "de", "audience": "public"}
    assert browser("max").get(page).status_code == 403
    wrong = ada.post(page, {**chosen, "file": SimpleUploadedFile("x.exe", b"MZ")})
    assert wrong.status_code == 422
    file = b"id,title,body\nvpn,VPN einrichten,Zertifikat\n,Ohne,x\n"
    seen = ada.post(page, {**chosen, "file": SimpleUploadedFile("a.csv", file)})
    assert "1 angelegt" in seen.content.decode()
    assert not Edition.objects.exists()
    ada.post(reverse("control:article_files_confirm"), {"ticket": seen.context["ticket"]})
    assert Edition.objects.get().title == "VPN einrichten"
    ada.post(reverse("control:article_files_confirm"), {"ticket": "falsch"})
    for shape in ("lines", "archive"):
        out = ada.get(reverse("control:article_files_export", args=[shape]))
        again = SimpleUploadedFile("a.jsonl" if shape == "lines" else "a.zip", out.content)
        assert "1 unverändert" in ada.post(page, {**chosen, "file": again}).content.decode()
    ada.post(reverse("control:article_files_taking_back", args=[ArticleImport.objects.get().pk]))
    assert not Edition.objects.get().is_published
    assert "zurückgenommen" in ada.get(page).content.decode()
