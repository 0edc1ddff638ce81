"""Articles from draft to reader, imported, found, and never by who may not read them."""

from __future__ import annotations

import json
from collections import Counter
from statistics import mean
from typing import Any

import pytest
from tests.cast import Cast

from dreiklang.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, WrongState
from dreiklang.kernel.permissions import system
from dreiklang.knowledge import policy
from dreiklang.knowledge.commands import describing, glossary, writing
from dreiklang.knowledge.commands.importing import import_articles
from dreiklang.knowledge.commands.learning import learn
from dreiklang.knowledge.commands.taking_back import take_back
from dreiklang.knowledge.models import ArticleImport, Edition, Posting, Revision
from dreiklang.knowledge.queries import compounds
from dreiklang.knowledge.queries import search as searching
from dreiklang.knowledge.queries.exporting import lines_to_export
from dreiklang.knowledge.queries.import_lines import plan_import
from dreiklang.knowledge.queries.search import search
from dreiklang.knowledge.rules import ranking
from dreiklang.knowledge.rules.words import question_terms, terms_of

CONSOLE = system("console")


@pytest.fixture(autouse=True)
def _fresh() -> None:
    compounds._opener.cache_clear()


def lines(*articles: dict[str, Any]) -> list[str]:
    return [json.dumps({"language": "de", "audience": "public", "title": "", **a}) for a in articles]


def keys(question: str, actor: Any, **how: Any) -> list[str]:
    return [hit.edition.article.key for hit in search(question, actor=actor, **how).hits]


def test_an_import_is_published_and_twice_is_no_change(cast: Cast) -> None:
    file = lines(
        {"id": "vpn", "title": "VPN einrichten", "body": "## Schritte\nDas Zertifikat einspielen."},
        {"id": "vpn", "language": "en", "title": "Set up VPN", "body": "<p>Install the certificate.</p>"},
        {"id": "x", "body": "Text", "audience": "customer:nobody"},
        {"id": "y", "body": "Text", "more": 1},
        {"id": "z", "body": ""},
    )
    first = import_articles([*file, "{kein json"], actor=CONSOLE)
    assert (first.created, first.updated, first.unchanged) == (2, 0, 0)
    assert [r["line"] for r in first.rejected] == [3, 4, 5, 6]
    assert "nobody" in first.rejected[0]["reason"]
    again = import_articles(file, actor=CONSOLE)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)
    file[0] = file[0].replace("einspielen", "erneuern")
    assert import_articles(file, actor=CONSOLE).updated == 1
    assert keys("Zertifikat erneuern", CONSOLE) == ["vpn"]
    assert Revision.objects.filter(edition__language="de").count() == 2
    with pytest.raises(NotAllowed):
        import_articles(file, actor=cast.actor("alan"))


def test_found_by_stems_compounds_typing_errors_and_codes(db: None) -> None:
    import_articles(
        lines(
            {"id": "etiketten", "title": "Etikettendrucker druckt leere Etiketten", "body": "Den Drucker kalibrieren."},
            {"id": "konto", "title": "Konto gesperrt", "body": "Fehler 0x80070005: Kennwort zurücksetzen."},
            {"id": "netz", "title": "Netzwerkkarte", "body": "Die Karte im Netzwerk prüfen."},
        ),
        actor=CONSOLE,
    )
    learn(actor=CONSOLE)
    assert keys("Drucker für Etikett", CONSOLE)[0] == "etiketten"
    assert keys("Etikettendrukcer", CONSOLE)[0] == "etiketten"
    assert keys("0x80070005", CONSOLE) == ["konto"]
    assert keys("KENNWOERTER zuruecksetzen", CONSOLE) == ["konto"]
    assert keys("", CONSOLE) == keys("?!", CONSOLE) == []
    assert keys("wort " * 3_000, CONSOLE) is not None


def test_a_german_question_finds_what_stands_only_in_english(db: None) -> None:
    words = [("Drucker", "printer"), ("Netz", "network"), ("Kennwort", "password"), ("Bildschirm", "screen")]
    both = []
    for i, (german, english) in enumerate(words):
        for j, (other, translated) in enumerate(words):
            if i != j:
                both += lines(
                    {"id": f"{i}{j}", "title": f"{german} {other}", "body": f"{german} und {other}"},
                    {
                        "id": f"{i}{j}",
                        "language": "en",
                        "title": f"{english} {translated}",
                        "body": f"{english} and {translated}",
                    },
                )
    import_articles(
        [*both, *lines({"id": "only", "language": "en", "title": "Clean the screen", "body": "screen and cloth"})],
        actor=CONSOLE,
    )
    assert "only" not in keys("Bildschirm reinigen", CONSOLE, limit=50)
    learn(actor=CONSOLE)
    assert "only" in keys("Wie den Bildschirm reinigen", CONSOLE, limit=50)
    found = search("Drucker und Netz", actor=CONSOLE, language="en", limit=1).hits
    assert found[0].edition.language == "en"
    assert found[0].edition.article.key in ("01", "10")


def test_p28_what_others_store_changes_no_answer(cast: Cast) -> None:
    ours = lines(
        {"id": "a", "title": "Drucker", "body": "Papier und Toner prüfen", "audience": "public"},
        {"id": "b", "title": "Papierstau", "body": "Klappe öffnen, Papier ziehen", "audience": "customer:clinic"},
    )
    import_articles(ours, actor=CONSOLE)
    learn(actor=CONSOLE)
    rita = cast.actor("rita")
    questions = ("Papier", "Papeir", "Drucker Toner", "Klapppe", "Papierstau")

    def answers() -> list[Any]:
        compounds._opener.cache_clear()
        return [[(h.edition.pk, h.score) for h in search(q, actor=rita).hits] for q in questions]

    before = answers()
    foreign = [
        {"id": f"f{n}", "title": "Papier Papeir Klapppe", "body": "Papier " * n + "Stau Drucker", "audience": audience}
        for n, audience in enumerate(("customer:works", "internal", "level:2", "customer:works"), start=1)
    ]
    import_articles(lines(*foreign), actor=CONSOLE)
    learn(actor=CONSOLE)
    works = cast.organizations["works"]
    glossary.keep_entry(None, actor=CONSOLE, words={"de": ["Drucker", "Papierstau", "Toner"]}, customer=works)
    assert answers() == before
    assert [bool(answer) for answer in before] == [True] * 5
    assert {e.article.key for e in policy.visible_to(rita)} == {"a", "b"}
    assert {e.article.key for e in policy.visible_to(cast.actor("zoe"))} == {"a", "f1", "f4"}
    assert "f3" not in {e.article.key for e in policy.visible_to(cast.actor("alan"))}
    assert "f3" in {e.article.key for e in policy.visible_to(cast.actor("berta"))}
    assert {e.article.key for e in policy.visible_to(cast.actor("eve"))} == {"a"}


def test_from_draft_to_reader_and_back(cast: Cast) -> None:
    alan, max_ = cast.actor("alan"), cast.actor("max")
    draft = writing.write(
        None, actor=alan, language="de", title="Etiketten leer", body="Kalibrieren.", audience="public"
    )
    edition = draft.edition
    assert keys("Etiketten", alan) == []
    with pytest.raises(NotAllowed):
        writing.publish(edition, actor=alan)
    writing.submit(edition, actor=alan)
    with pytest.raises(Invalid):
        writing.send_back(edition, actor=max_, because=" ")
    writing.send_back(edition, actor=max_, because="Bitte mit Bild")
    writing.write(
        edition.article, actor=alan, language="de", title="Etiketten leer", body="Kalibrieren, Bild.", revision=1
    )
    writing.publish(edition, actor=max_, revision=1)
    assert keys("Etiketten", cast.actor("zoe")) == [edition.article.key]
    second = writing.write(edition.article, actor=alan, language="de", title="Etiketten weiß", body="Neu.", revision=1)
    assert keys("weiße", alan) == []
    with pytest.raises(Conflict):
        writing.write(edition.article, actor=max_, language="de", title="Etiketten", body="Anders.", revision=1)
    with pytest.raises(WrongState):
        writing.restore(edition, actor=alan, number=1)
    writing.publish(edition, actor=max_, revision=second.number)
    assert keys("weiße", alan) == [edition.article.key]
    writing.restore(edition, actor=alan, number=1)
    writing.discard(edition, actor=alan)
    writing.withdraw(edition, actor=max_)
    assert keys("weiße", alan) == []
    assert not Posting.objects.filter(edition=edition).exists()
    with pytest.raises(NotAllowed):
        writing.write(None, actor=cast.actor("rita"), language="de", title="x", body="y")


def test_feedback_disputes_until_it_is_answered(cast: Cast) -> None:
    import_articles(lines({"id": "a", "title": "Drucker", "body": "Text"}), actor=CONSOLE)
    edition = Edition.objects.get()
    with pytest.raises(Invalid):
        describing.give_feedback(edition, actor=cast.actor("rita"), helped=False)
    describing.give_feedback(edition, actor=cast.actor("rita"), helped=False, because="Knopf heißt anders")
    edition.article.refresh_from_db()
    assert edition.article.is_disputed
    describing.answer_feedback(edition.article, actor=cast.actor("alan"))
    edition.article.refresh_from_db()
    assert not edition.article.is_disputed
    describing.set_audience(edition, actor=cast.actor("max"), audience="customer", customer=cast.organizations["works"])
    with pytest.raises(NotFound):
        describing.give_feedback(edition, actor=cast.actor("rita"), helped=True)


def test_a_lead_reviews_only_what_they_may_read(cast: Cast) -> None:
    carl, dora = cast.actor("carl"), cast.actor("dora")
    draft = writing.write(None, actor=carl, language="de", title="Kernswitch", body="Port 1", audience="level", level=3)
    for deed in (writing.submit, writing.discard):
        with pytest.raises(NotAllowed):
            deed(draft.edition, actor=cast.actor("alan"))
    with pytest.raises(NotAllowed):
        describing.describe(draft.edition.article, actor=cast.actor("alan"), kind="document")
    writing.submit(draft.edition, actor=dora)
    writing.publish(draft.edition, actor=cast.actor("max"))
    assert keys("Kernswitch", cast.actor("alan")) == []


def test_the_database_scores_as_the_formula_says(db: None) -> None:
    texts = [("Drucker", "Papier Papier Toner"), ("Papier", "Drucker Fach"), ("Netz", "Papier Kabel Dose Port")]
    import_articles(lines(*({"id": str(i), "title": t, "body": b} for i, (t, b) in enumerate(texts))), actor=CONSOLE)
    asked = question_terms("Drucker Papier", "de")
    counted = [(Counter(terms_of(t, "de")), Counter(terms_of(b, "de"))) for t, b in texts]
    holding = {term: sum(term in title or term in body for title, body in counted) for term in asked}
    everything = ranking.Collection(
        len(texts), mean(title.total() for title, _b in counted), mean(body.total() for _t, body in counted)
    )
    found = {hit.edition.article.key: hit.score for hit in search("Drucker Papier", actor=CONSOLE).hits}
    assert found == {
        str(i): pytest.approx(ranking.score(asked, title, body, holding, everything, lead=body), abs=1e-4)
        for i, (title, body) in enumerate(counted)
    }


def test_the_glossary_finds_what_is_written_with_other_words(cast: Cast) -> None:
    import_articles(
        lines(
            {"id": "wlan", "title": "WLAN einrichten", "body": "Das WLAN wählen."},
            {"id": "kis", "language": "en", "title": "Hospital system locked", "body": "Unlock the record."},
            {"id": "x", "title": "Funktaste", "body": "Die Taste drücken, nicht auf Papier."},
            {"id": "y", "title": "Papierfach", "body": "Papier drucken."},
        ),
        actor=CONSOLE,
    )
    assert keys("drahtloses Netz", CONSOLE) == []
    entry = glossary.keep_entry(
        None, actor=cast.actor("max"), words={"de": ["WLAN", "drahtloses Netz", "Funknetz"], "en": ["wireless"]}
    )
    assert keys("Wie komme ich ins drahtlose Netz?", CONSOLE) == keys("wireless", CONSOLE) == ["wlan"]
    works = cast.organizations["works"]
    glossary.keep_entry(None, actor=CONSOLE, words={"de": ["Aktenmaske"], "en": ["record"]}, customer=works)
    assert keys("Aktenmaske", cast.actor("zoe")) == keys("Aktenmaske", CONSOLE) == ["kis"]
    assert keys("Aktenmaske", cast.actor("rita")) == []
    assert keys("drucken", CONSOLE) == ["y", "x"]
    assert keys("drücken", CONSOLE) == keys("druecken", CONSOLE) == ["x", "y"]
    with pytest.raises(Conflict):
        glossary.keep_entry(entry, actor=CONSOLE, words={"de": ["a1", "b1"]}, version=9)
    for wrong in ({"de": ["allein"]}, {"de": ["gut", "?!"]}, {"de": ["gut", "x" * 81]}, {"!": ["a", "b"]}):
        with pytest.raises(Invalid):
            glossary.keep_entry(None, actor=CONSOLE, words=wrong)
    with pytest.raises(NotAllowed):
        glossary.remove_entry(entry, actor=cast.actor("alan"))
    glossary.remove_entry(entry, actor=cast.actor("max"))
    assert keys("wireless", CONSOLE) == []


def test_p28_of_a_word_in_very_many_the_newest_are_compared(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "COMMON", 3)
    monkeypatch.setattr(searching, "NEWEST", 2)
    import_articles(
        lines(*({"id": f"a{n}", "title": f"Papier {n}", "body": "Papier"} for n in range(4))), actor=CONSOLE
    )
    import_articles(lines({"id": "b", "title": "Papier", "body": "Papier und Toner"}), actor=CONSOLE)
    rita = cast.actor("rita")
    common, mixed = search("Papier", actor=rita), search("Papier Toner", actor=rita)
    assert common.is_newest_only
    assert len(common.hits) == 2
    assert not mixed.is_newest_only
    assert [hit.edition.article.key for hit in mixed.hits] == ["b"]
    foreign = [{"id": f"f{n}", "title": "Papier Toner", "body": "Toner", "audience": "internal"} for n in range(9)]
    import_articles(lines(*foreign), actor=CONSOLE)
    for question, before in (("Papier", common), ("Papier Toner", mixed)):
        assert [(h.edition.pk, h.score) for h in search(question, actor=rita).hits] == [
            (h.edition.pk, h.score) for h in before.hits
        ]
    typed = search("Pap", actor=rita, is_typing=True)
    assert len(typed.hits) == 2
    assert not search("Pap", actor=rita).hits


def test_bad_lines_are_named_and_harm_no_other(cast: Cast) -> None:
    good = {"id": 7, "language": "de", "title": "Gut", "body": "Text", "audience": "public"}
    bad = [
        "{", "[]", "1", "null", "[" * 100_000, json.dumps({**good, "body": "x" * 5_000_000}),
        json.dumps({**good, "title": "\ud800"}), json.dumps({**good, "id": "\udfff"}), json.dumps({**good, "id": [1]}),
        json.dumps({**good, "body": "a\x00"}), json.dumps({**good, "audience": "level:9\ud800"}),
        json.dumps({**good, "\ud800": 1}), json.dumps({**good, "language": "klingonisch"}),
        json.dumps({**good, "format": "docx"}), json.dumps({**good, "title": " ", "body": None}),
    ]  # fmt: skip
    result = import_articles([*bad, json.dumps(good)], actor=CONSOLE)
    assert [one["line"] for one in result.rejected] == list(range(1, len(bad) + 1))
    assert all(one["reason"].encode() for one in result.rejected)
    assert (result.created, Edition.objects.get().article.key) == (1, "7")
    html = {"id": "h", "language": "en", "title": "", "body": "<p>Hello <b>you</b></p>", "audience": "level:2"}
    import_articles([json.dumps(html)], actor=CONSOLE)
    out = [json.dumps(line) for line in lines_to_export(CONSOLE)]
    assert import_articles(out, actor=CONSOLE).unchanged == len(out) == 2
    assert plan_import([*out, "{", out[0], out[0].replace("Gut", "Besser")], actor=CONSOLE).updated == 1


def test_an_import_is_taken_back_where_nobody_wrote_on(cast: Cast) -> None:
    import_articles(lines({"id": "a", "title": "Alt", "body": "Eins"}), actor=CONSOLE)
    file = lines(
        {"id": "a", "title": "Neu", "body": "Zwei"}, {"id": "b", "title": "Ganz neu"}, {"id": "c", "title": "Weiter"}
    )
    run = ArticleImport.objects.get(pk=import_articles(file, actor=cast.actor("ada"), filename="x.jsonl").run_id)
    further = Edition.objects.get(article__key="c")
    writing.write(further.article, actor=cast.actor("alan"), language="de", title="Weiter", body="Geschrieben")
    assert keys("Zwei", CONSOLE) == ["a"]
    with pytest.raises(NotAllowed):
        take_back(run, actor=cast.actor("max"))
    done = take_back(run, actor=cast.actor("ada"))
    assert (done.withdrawn, done.restored, done.kept) == (1, 1, 1)
    assert keys("Eins", CONSOLE) == ["a"]
    assert keys("Zwei", CONSOLE) == keys("ganz", CONSOLE) == []
    assert Edition.objects.get(article__key="a").title == "Alt"
    with pytest.raises(WrongState):
        take_back(run, actor=cast.actor("ada"))
