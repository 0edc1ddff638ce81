"""Lessons at the desk: ticked while a case goes back, seen to on a page of their own, and nobody outside sees one."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from django.urls import reverse
from tests.cast import Cast

from dreiklang.escalation.models import HandBack
from dreiklang.knowledge.commands import writing
from dreiklang.knowledge.models import Borrowed
from dreiklang.tickets.models import Category, Resolution, Ticket
from dreiklang.training.commands import lessons
from dreiklang.training.models import Lesson

Browser = Callable[[str], Client]
HX = {"HX-Request": "true"}


def where(name: str, *arguments: object) -> str:
    return reverse(f"desk:{name}", args=arguments)


def test_a_lesson_is_ticked_at_hand_back_and_found_beside_the_next_case(
    browser: Browser, cast: Cast, at_level_3: Ticket
) -> None:
    category = Category.objects.create(key="print", name="Druck")
    Ticket.objects.filter(pk=at_level_3.pk).update(category=category)
    carl = browser("carl")
    sheet = carl.get(where("hand_back", at_level_3.number), headers=HX).content.decode()
    assert 'name="remedy_article"' in sheet
    typed = {"kind": "solved", "solution": "", "reason": "", "hint": "Regel 114 ansehen", "remedy_article": "on"}
    refused = carl.post(where("hand_back", at_level_3.number), typed, headers=HX)
    assert refused.status_code == 422
    assert 'name="remedy_article" value="on" checked' in refused.content.decode()
    typed["solution"] = "Port war gesperrt"
    assert carl.post(where("hand_back", at_level_3.number), typed, headers=HX).status_code == 204
    assert HandBack.objects.count() == 1
    lesson = Lesson.objects.get()
    following = Ticket.objects.get(pk=at_level_3.pk)
    following.pk, following.number = None, 990_001
    following.save()
    panel = browser("alan").get(where("panel", following.number, "lessons")).content.decode()
    assert "Regel 114 ansehen" in panel
    shown = browser("alan").get(where("lessons")).content.decode()
    assert where("lesson", lesson.pk) in shown
    for name in ("eve", "victor"):
        assert browser(name).get(where("lessons")).status_code == 404
        assert browser(name).get(where("lesson", lesson.pk)).status_code == 404
        assert browser(name).post(where("lesson_deed", lesson.pk, "owner"), {}).status_code == 404
        assert where("lessons") not in browser(name).get(where("rail")).content.decode()


def test_a_lesson_is_said_with_the_solution(browser: Browser, at_level_2: Ticket) -> None:
    berta, address = browser("berta"), where("resolution", at_level_2.number)
    assert 'name="remedy_tool"' in berta.get(address, headers=HX).content.decode()
    sent = {"text": "Es druckt wieder.", "lesson": "Konsole geben", "remedy_tool": "on", "for_team": ""}
    assert berta.post(address, {**sent, "for_team": "999"}, headers=HX).status_code == 422
    assert not Resolution.objects.exists()
    assert berta.post(address, sent, headers=HX).status_code == 204
    assert (Lesson.objects.get().words, Resolution.objects.count()) == ("Konsole geben", 1)


def test_a_lesson_said_afterwards_is_taken_back_with_one_click(browser: Browser, at_level_2: Ticket) -> None:
    berta = browser("berta")
    assert browser("alan").get(where("teaching", at_level_2.number)).status_code == 404
    said = berta.post(where("teaching", at_level_2.number), {"lesson": "", "remedy_training": "on"}, headers=HX)
    assert "lessons/end/" in said["HX-Trigger"]
    lesson = Lesson.objects.get()
    berta.post(where("teaching_end", at_level_2.number), {"lessons": str(lesson.pk)}, headers=HX)
    lesson.refresh_from_db()
    assert lesson.state == "withdrawn"


def test_what_becomes_of_a_lesson_is_said_on_its_page(browser: Browser, cast: Cast, at_level_2: Ticket) -> None:
    berta = browser("berta")
    berta.post(where("teaching", at_level_2.number), {"lesson": "Lesen", "remedy_permission": "on"}, headers=HX)
    lesson = Lesson.objects.get()
    page = where("lesson", lesson.pk)
    assert "Lesen" in berta.get(page).content.decode()
    berta.post(page, {"words": "Leserecht auf ps-03", "version": str(lesson.version)})
    refused = berta.post(page, {"words": "zu spät", "version": "1"})
    assert refused.status_code == 409
    assert "zu spät</textarea>" in refused.content.decode()
    berta.post(where("lesson_deed", lesson.pk, "owner"), {"owner": str(cast.carl.pk)})
    wrong = berta.post(where("lesson_deed", lesson.pk, "refusal"), {"because": ""})
    assert wrong.status_code == 422
    assert "form-error" in wrong.content.decode()
    berta.post(where("lesson_deed", lesson.pk, "settlement"), {"outcome": "Recht gegeben"})
    lesson.refresh_from_db()
    assert (lesson.state, lesson.outcome, lesson.words) == ("done", "Recht gegeben", "Leserecht auf ps-03")
    assert "Recht gegeben" in berta.get(page).content.decode()
    assert berta.post(where("lesson_deed", lesson.pk, "settlement"), {"outcome": "x"}).status_code == 409
    berta.post(where("lesson_deed", lesson.pk, "reopening"), {})
    lesson.refresh_from_db()
    assert lesson.state == "open"


def test_a_solved_case_goes_on_as_a_prepared_article(browser: Browser, cast: Cast, at_level_2: Ticket) -> None:
    berta = browser("berta")
    sent = {"text": "Es druckt wieder.", "lesson": "", "remedy_article": "on", "then_article": "on"}
    answer = berta.post(where("resolution", at_level_2.number), sent, headers=HX)
    page = where("case_article", at_level_2.number)
    assert answer["HX-Redirect"] == page
    shown = berta.get(page).content.decode()
    assert "Seit heute früh steht alles." in shown
    typed = {
        "title": "Etikettendrucker", "symptom": "Seit heute früh steht alles.", "cause": "Warteschlange hängt.",
        "solution": "", "environment": "", "language": "de", "audience": "public", "kind": "solution",
    }  # fmt: skip
    refused = berta.post(page, typed)
    assert refused.status_code == 422
    assert "Warteschlange hängt.</textarea>" in refused.content.decode()
    made = berta.post(page, {**typed, "solution": "Warteschlange leeren"})
    article = berta.get(made["Location"]).content.decode()
    assert "Warteschlange leeren" in article
    lesson = Lesson.objects.get()
    assert lesson.article is not None
    publication = where("article_deed", lesson.article_id, "de", "publication")
    kept = browser("max").post(publication, {"revision": "1"})
    assert kept.status_code == 409
    assert "Warteschlange hängt." in kept.content.decode()
    for borrowed in Borrowed.objects.all():
        assert where("may_leave", borrowed.pk) in article
        assert browser("eve").post(where("may_leave", borrowed.pk), {}).status_code == 404
        berta.post(where("may_leave", borrowed.pk), {})
    assert browser("max").post(publication, {"revision": "1"}).status_code == 302
    lesson.refresh_from_db()
    assert lesson.state == "done"
    effect = berta.get(where("lesson", lesson.pk)).content.decode()
    assert "nichts zu zählen" in effect  # the case has no category
    assert browser("eve").get(page).status_code == 404


def test_an_article_is_said_to_answer_a_case_and_taken_back(browser: Browser, cast: Cast, ticket: Ticket) -> None:
    draft = writing.write(None, actor=cast.actor("alan"), language="de", title="Etikettendrucker", body="Neu starten")
    writing.publish(draft.edition, actor=cast.actor("max"))
    alan, article = browser("alan"), draft.edition.article_id
    panel = where("panel", ticket.number, "articles")
    assert where("case_article_use", ticket.number, article) in alan.get(panel).content.decode()
    assert alan.post(where("case_article_use", ticket.number, article), {}, headers=HX).status_code == 204
    assert where("case_article_drop", ticket.number, article) in alan.get(panel).content.decode()
    prepared = alan.get(where("case_article", ticket.number)).content.decode()
    assert 'name="into" value="' + str(draft.edition.pk) in prepared
    assert "ein Fall wurde damit gelöst" in alan.get(where("article", article)).content.decode()
    assert alan.post(where("case_article_drop", ticket.number, article), {}, headers=HX).status_code == 204
    assert alan.post(where("case_article_drop", ticket.number, article), {}, headers=HX).status_code == 404
    assert browser("eve").post(where("case_article_use", ticket.number, article), {}).status_code == 404


def test_the_effect_is_shown_with_the_tickets_behind_it(browser: Browser, cast: Cast, at_level_2: Ticket) -> None:
    Ticket.objects.filter(pk=at_level_2.pk).update(category=Category.objects.create(key="print", name="Druck"))
    at_level_2.refresh_from_db()
    berta = cast.actor("berta")
    lesson = lessons.teach(at_level_2, actor=berta, remedies=["tool"])[0]
    lessons.settle(lesson, actor=berta, outcome="gegeben")
    alan = browser("alan")
    page = alan.get(where("effects")).content.decode()
    assert "20 weitere Fälle fehlen" in page
    for part in ("before", "before_up", "after", "after_up"):
        assert alan.get(where("effect_tickets", lesson.pk, part)).status_code == 200
    assert alan.get(where("effect_tickets", lesson.pk, "all")).status_code == 404
    for name in ("eve", "victor"):
        assert browser(name).get(where("effects")).status_code == 404
        assert browser(name).get(where("effect_tickets", lesson.pk, "after")).status_code == 404
