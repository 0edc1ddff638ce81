"""Exercises are answered for oneself; new solutions are told by interest, and read by teams, not by persons."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import Cast

from dreiklang.kernel.errors import Conflict, Invalid, NotAllowed
from dreiklang.kernel.models import JournalLine
from dreiklang.knowledge.commands import describing, writing
from dreiklang.knowledge.models import Edition
from dreiklang.teams.models import Membership
from dreiklang.teams.queries import today
from dreiklang.tickets.models import Category
from dreiklang.training import policy
from dreiklang.training.commands import announcements, exercises
from dreiklang.training.models import Announcement, Attempt, Exercise
from dreiklang.training.queries import announcements as news
from dreiklang.training.queries import exercises as queries
from dreiklang.training.rules.exercises import Step

STEPS = (Step("Port 9100 prüfen", True, "danach fehlte die Regel"), Step("Gerät tauschen", False))


def exercise(cast: Cast, **more: object) -> Exercise:
    """An exercise for the desk, by Berta."""
    values = {"title": "Etiketten", "question": "Kein Etikett", "steps": STEPS, "is_published": True, **more}
    return exercises.keep_exercise(None, actor=cast.actor("berta"), team=cast.teams["desk"], **values)  # type: ignore[arg-type]


def test_an_answer_is_right_with_all_right_steps_and_leaves_no_trace_in_the_journal(cast: Cast) -> None:
    made, alan = exercise(cast), cast.actor("alan")
    lines = JournalLine.objects.count()
    assert not exercises.answer(made, actor=alan, chosen=[0, 1]).is_right
    assert exercises.answer(made, actor=alan, chosen=[0, 7]).is_right
    attempt = Attempt.objects.get()
    assert (attempt.tries, attempt.chosen) == (2, [0])
    assert JournalLine.objects.count() == lines
    exercises.forget_answer(made, actor=alan)
    assert not Attempt.objects.exists()
    exercises.answer(made, actor=alan, chosen=[0])
    exercises.keep_exercise(
        made, actor=cast.actor("berta"), team=made.team, title="Etiketten", question="Kein Etikett", steps=STEPS[::-1]
    )
    assert not Attempt.objects.exists()  # other steps, other answers


def test_answers_are_private_but_for_the_right_to_train(cast: Cast) -> None:
    made = exercise(cast)
    exercises.answer(made, actor=cast.actor("alan"), chosen=[0])
    assert policy.attempts_visible_to(cast.actor("alan")).count() == 1
    assert cast.berta.account is not None
    cast.berta.account.roles = ["agent", "trainer"]
    cast.berta.account.save()
    for name in ("berta", "max", "ada", "carl", "eve", "victor", "rita"):
        assert not policy.attempts_visible_to(cast.actor(name)).exists()
    Membership.objects.create(team=cast.teams["desk"], person=cast.berta, from_date=today())
    assert [a.person for a in queries.results_for(made, actor=cast.actor("berta"))] == [cast.alan]
    path = queries.paths_for(cast.actor("alan"))[0]
    assert (path.own_solved, path.stations[0].solved) == (1, None)  # two members: a number would be a person
    Membership.objects.create(team=cast.teams["desk"], person=cast.carl, from_date=today())
    assert queries.paths_for(cast.actor("carl"))[0].stations[0].solved == 1


def test_what_is_no_exercise_is_refused(cast: Cast) -> None:
    for steps in ((), STEPS[:1], (STEPS[0], STEPS[0]), (STEPS[1], STEPS[1])):
        with pytest.raises(Invalid):
            exercise(cast, steps=steps)
    with pytest.raises(NotAllowed):
        exercises.keep_exercise(
            None, actor=cast.actor("alan"), team=cast.teams["desk"], title="x", question="x", steps=STEPS
        )
    hidden = exercise(cast, is_published=False)
    with pytest.raises(NotAllowed):
        exercises.answer(hidden, actor=cast.actor("alan"), chosen=[0])
    assert not policy.exercises_for(cast.actor("alan")).exists()
    for name in ("eve", "victor", "rita", "zoe"):
        assert not policy.exercises_for(cast.actor(name)).exists()
    exercises.keep_exercise(
        hidden, actor=cast.actor("berta"), team=hidden.team, title="y", question="x", steps=STEPS, version=1
    )
    with pytest.raises(Conflict):
        exercises.keep_exercise(
            hidden, actor=cast.actor("berta"), team=hidden.team, title="z", question="x", steps=STEPS, version=1
        )
    exercises.drop_exercise(hidden, actor=cast.actor("berta"))


def published(cast: Cast, tag: str, audience: str = "internal", level: int | None = None) -> Edition:
    """An article about a category, published by Max."""
    draft = writing.write(
        None, actor=cast.actor("carl"), language="de", title=tag, body="Text", audience=audience, level=level
    )
    describing.describe(draft.edition.article, actor=cast.actor("carl"), kind="solution", tags=[tag])
    writing.publish(draft.edition, actor=cast.actor("max"))
    return draft.edition


def test_a_new_solution_is_told_by_interest_and_its_reading_known_as_a_number(cast: Cast) -> None:
    printing = Category.objects.create(key="print", name="Druck")
    Category.objects.create(key="mail", name="Mail")
    about_print, about_mail = published(cast, "print"), published(cast, "mail")
    published(cast, "print", audience="level", level=3)
    alan = cast.actor("alan")
    assert news.unread_for(alan).count() == 2
    announcements.choose_interests(actor=alan, categories=[printing])
    assert [one.edition for one in news.unread_for(alan)] == [about_print]
    announcements.note_reading(about_print, actor=alan)
    announcements.note_reading(about_print, actor=alan)
    assert not news.unread_for(alan).exists()
    rows = list(Announcement.objects.filter(edition=about_print))
    assert news.readings_of(rows, actor=alan)[rows[0].pk] == []  # one member: a number would be a person
    for person in (cast.berta, cast.carl):
        Membership.objects.create(team=cast.teams["desk"], person=person, from_date=today())
    [reading] = news.readings_of(rows, actor=cast.actor("alan"))[rows[0].pk]
    assert (reading.read, reading.members) == (1, 3)
    writing.write(about_print.article, actor=cast.actor("carl"), language="de", title="print", body="Neu")
    writing.publish(about_print, actor=cast.actor("max"))
    assert news.unread_for(alan).count() == 1  # what was read is another text now
    announcements.choose_interests(actor=alan, categories=[])
    announcements.note_reading(about_mail, actor=alan)
    for name in ("eve", "victor", "rita", "zoe"):
        assert not news.news_for(cast.actor(name)).exists()


def test_an_answer_to_what_stood_there_before_is_refused(cast: Cast) -> None:
    """Whoever answers saw other steps: the numbers mean something else now."""
    made, berta = exercise(cast), cast.actor("berta")
    seen = made.version
    exercises.keep_exercise(made, actor=berta, team=made.team, title="E", question="K", steps=STEPS[::-1],
                            is_published=True)  # fmt: skip
    with pytest.raises(Conflict):
        exercises.answer(made, actor=cast.actor("alan"), chosen=[0], version=seen)
    browser = Client()
    browser.force_login(cast.alan.account)
    address = reverse("desk:exercise", args=[made.pk])
    for version, answers in ((seen, 0), (seen + 1, 1)):
        assert browser.post(address, {"chosen": ["0"], "version": version}).status_code == 302
        assert Attempt.objects.count() == answers
    browser.post(reverse("desk:exercise_end", args=[made.pk]))
    assert f'name="version" value="{seen + 1}"' in browser.get(address).content.decode()
