"""Lessons at the desk: ticked while a case goes back, seen to on a page of their own, and nobody outside sees one."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from django.urls import reverse
from tests.cast import Cast

from dreiklang.escalation.models import HandBack
from dreiklang.tickets.models import Category, Resolution, Ticket
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
