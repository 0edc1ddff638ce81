"""The pages of improving, exercises, new solutions and skills."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from django.urls import reverse
from tests.cast import Cast

from dreiklang.knowledge.commands import writing
from dreiklang.skills.models import Ability, Certificate, Need, Skill
from dreiklang.tickets.models import Category, Ticket
from dreiklang.training.models import Attempt, Exercise, Lesson, Proposal

Browser = Callable[[str], Client]
HX = {"HX-Request": "true"}


def where(name: str, *arguments: object) -> str:
    return reverse(f"desk:{name}", args=arguments)


def test_a_proposal_is_made_by_level_1_and_answered_on_its_page(browser: Browser, cast: Cast) -> None:
    category = Category.objects.create(key="print", name="Druck")
    alan, berta = browser("alan"), browser("berta")
    page = where("process", "information", category.pk)
    assert page in alan.get(where("processes")).content.decode()
    assert alan.post(page, {"words": " "}).status_code == 422
    alan.post(page, {"words": "Nach der Gerätenummer fragen"})
    proposal = Proposal.objects.get()
    refused = berta.post(where("proposal_answer", proposal.pk, "refusal"), {"answer": ""})
    assert (refused.status_code, "form-error" in refused.content.decode()) == (422, True)
    berta.post(where("process_keeper", "information", category.pk), {"person": str(cast.alan.pk)})
    alan.post(where("proposal_answer", proposal.pk, "acceptance"), {"answer": "gut"})
    alan.post(where("proposal_answer", proposal.pk, "end"), {"answer": ""})
    proposal.refresh_from_db()
    assert (proposal.state, proposal.answer) == ("done", "gut")
    assert alan.post(where("proposal_answer", proposal.pk, "acceptance"), {"answer": ""}).status_code == 409
    improving = berta.get(where("improving"))
    assert improving.status_code == 200
    assert berta.get(where("gap", 0)).status_code == 200
    for name in ("eve", "victor"):
        for address in (where("processes"), where("improving"), page, where("gap", category.pk)):
            assert browser(name).get(address).status_code == 404


def test_an_exercise_is_made_of_a_lesson_and_answered_for_oneself(
    browser: Browser, cast: Cast, at_level_2: Ticket
) -> None:
    berta, alan = browser("berta"), browser("alan")
    berta.post(where("teaching", at_level_2.number), {"lesson": "Weg prüfen", "remedy_training": "on"}, headers=HX)
    lesson = Lesson.objects.get()
    form = where("exercise_new") + f"?lesson={lesson.pk}"
    assert form in berta.get(where("lesson", lesson.pk)).content.decode()
    begun = berta.get(form).content.decode()
    assert "Seit heute früh steht alles." in begun
    sent = {
        "title": "Etiketten", "team": str(cast.teams["desk"].pk), "question": "Was tun Sie?",
        "steps": "- Gerät tauschen", "explanation": "Weg prüfen", "position": "1", "is_published": "on", "version": "",
    }  # fmt: skip
    refused = berta.post(form, sent)
    assert refused.status_code == 422
    assert "mindestens zwei Schritte" in refused.content.decode()
    berta.post(form, {**sent, "steps": "+ Port prüfen | dort fehlte die Regel\n- Gerät tauschen"})
    exercise = Exercise.objects.get()
    assert (exercise.lesson, exercise.steps[0]["because"]) == (lesson, "dort fehlte die Regel")
    page = where("exercise", exercise.pk)
    asked = alan.get(page).content.decode()
    assert "dort fehlte die Regel" not in asked
    alan.post(page, {"chosen": ["0"]})
    assert "dort fehlte die Regel" in alan.get(page).content.decode()
    assert "1 von 1 von Ihnen" in alan.get(where("exercises")).content.decode()
    assert "Alan" not in berta.get(page).content.decode()
    alan.post(where("exercise_end", exercise.pk), {})
    assert not Attempt.objects.exists()
    changed = {**sent, "steps": "+ a\n- b", "version": "1", "is_published": ""}
    assert alan.get(where("exercise_change", exercise.pk)).status_code == 404
    berta.post(where("exercise_change", exercise.pk), changed)
    assert alan.get(page).status_code == 404  # it is not shown any more
    berta.post(where("exercise_removal", exercise.pk), {})
    assert not Exercise.objects.exists()


def test_a_new_solution_is_unread_until_it_is_opened(browser: Browser, cast: Cast) -> None:
    category = Category.objects.create(key="print", name="Druck")
    draft = writing.write(None, actor=cast.actor("carl"), language="de", title="Port 9100", body="Regel 114")
    writing.publish(draft.edition, actor=cast.actor("max"))
    alan = browser("alan")
    assert "nicht gelesen" in alan.get(where("solutions")).content.decode()
    alan.get(where("article", draft.edition.article_id))
    assert "nicht gelesen" not in alan.get(where("solutions")).content.decode()
    alan.post(where("interests"), {"category": [str(category.pk)]})
    assert "checked" in alan.get(where("solutions")).content.decode()
    assert browser("eve").get(where("solutions")).status_code == 404
    assert browser("eve").post(where("interests"), {}).status_code == 403


def test_skills_are_noted_confirmed_needed_and_private(browser: Browser, cast: Cast) -> None:
    most, alan = browser("max"), browser("alan")
    assert alan.get(where("team_skills")).status_code == 404
    most.post(where("team_skills") + "?form=skill", {"name": "Druck", "description": "", "is_active": "on"})
    skill = Skill.objects.get()
    own = where("skills")
    wrong = alan.post(own + "?form=ability", {"skill": str(skill.pk), "grade": "9", "proof": "", "expires_on": ""})
    assert wrong.status_code == 422
    alan.post(own + "?form=ability", {"skill": str(skill.pk), "grade": "2", "proof": "Kurs", "expires_on": ""})
    alan.post(own + "?form=certificate", {"name": "Netz", "issued_on": "2026-01-01", "expires_on": "2026-11-30"})
    ability, paper = Ability.objects.get(), Certificate.objects.get()
    assert "30.11.2026" in alan.get(own).content.decode()
    need = {"team": str(cast.teams["desk"].pk), "skill": str(skill.pk), "grade": "2", "persons": "1"}
    most.post(where("team_skills") + "?form=need", need)
    assert Need.objects.count() == 1
    teams = most.get(where("team_skills")).content.decode()
    assert where("person_skills", cast.alan.pk) in teams
    assert "Netz" in teams  # it ends soon
    most.post(where("ability_deed", ability.pk, "confirmation"), {})
    ability.refresh_from_db()
    assert ability.confirmed_by == cast.max
    for name in ("berta", "eve", "victor"):
        assert browser(name).get(where("person_skills", cast.alan.pk)).status_code == 404
        assert browser(name).post(where("ability_deed", ability.pk, "removal"), {}).status_code == 404
        assert browser(name).post(where("certificate_removal", paper.pk), {}).status_code == 404
    alan.post(where("certificate_removal", paper.pk), {})
    alan.post(where("ability_deed", ability.pk, "removal"), {})
    assert not Ability.objects.exists()
    zero = {**need, "persons": "0"}
    most.post(where("team_skills") + "?form=need", zero)
    assert most.post(where("team_skills") + "?form=need", zero).status_code == 422
    most.post(where("skill", skill.pk), {"name": "Drucken", "description": "", "version": "1"})
    skill.refresh_from_db()
    assert (skill.name, skill.is_active) == ("Drucken", False)
