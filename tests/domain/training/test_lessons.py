"""Lessons: said by the level above, for the level below, and what becomes of them."""

from __future__ import annotations

import pytest
from tests.cast import Cast

from dreiklang.accounts.models import Account
from dreiklang.kernel.errors import Conflict, Invalid, NotAllowed, WrongState
from dreiklang.knowledge.commands import writing
from dreiklang.knowledge.models import Article
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.models import Ticket
from dreiklang.training import policy
from dreiklang.training.commands import lessons, returning
from dreiklang.training.models import Lesson
from dreiklang.training.queries import lessons as queries


def article(cast: Cast, audience: str = "internal", level: int | None = None) -> Article:
    """A draft of Carl's."""
    draft = writing.write(
        None, actor=cast.actor("carl"), language="de", title="Port 9100", body="Regel 114", audience=audience,
        level=level,
    )  # fmt: skip
    return draft.edition.article


def test_what_goes_back_teaches_the_level_that_handed_it_up(cast: Cast, hard: Ticket) -> None:
    back = returning.hand_back(
        hard, actor=cast.actor("carl"), kind="solved", solution="Port 9100 war gesperrt", hint="Regel 114 ansehen",
        remedies=["article", "permission"],
    )  # fmt: skip
    said = list(Lesson.objects.order_by("pk"))
    assert [(s.remedy, s.from_level, s.to_level, s.to_team) for s in said] == [
        ("article", 3, 1, cast.teams["desk"]),
        ("permission", 3, 1, cast.teams["desk"]),
    ]
    assert all(s.hand_back == back and s.words == "Regel 114 ansehen" and s.state == "open" for s in said)
    with pytest.raises(WrongState):
        lessons.teach(hard, actor=cast.actor("carl"), remedies=["article"])
    lessons.teach(hard, actor=cast.actor("carl"), remedies=["article"], team=cast.teams["workplace"])


def test_a_refused_hand_back_says_no_lesson(cast: Cast, hard: Ticket) -> None:
    with pytest.raises(Invalid):
        returning.hand_back(hard, actor=cast.actor("carl"), kind="solved", solution="", remedies=["tool"])
    with pytest.raises(Invalid):
        returning.hand_back(hard, actor=cast.actor("carl"), kind="solved", solution="x", remedies=["wish"])
    hard.refresh_from_db()
    assert hard.level == 3
    assert not Lesson.objects.exists()


def test_only_a_level_that_had_it_from_below_teaches_and_only_the_house_reads(cast: Cast, hard: Ticket) -> None:
    for name in ("alan", "dora", "eve", "victor", "rita", "zoe"):
        with pytest.raises(NotAllowed):
            lessons.teach(hard, actor=cast.actor(name), remedies=["tool"])
    lesson = lessons.teach(hard, actor=cast.actor("berta"), remedies=["tool"], words="Konsole")[0]
    assert (lesson.from_level, lesson.to_level) == (2, 1)
    for name in ("alan", "carl", "max", "ada"):
        assert policy.visible_to(cast.actor(name)).exists()
    for name in ("eve", "victor", "rita", "karl", "zoe"):
        assert not policy.visible_to(cast.actor(name)).exists()
    Ticket.objects.filter(pk=hard.pk).update(is_restricted=True)
    assert not policy.visible_to(cast.actor("dora")).exists()
    with pytest.raises(NotAllowed):
        lessons.decline(lesson, actor=cast.actor("alan"), because="nein")


def test_p31_who_asked_for_a_restricted_ticket_reads_no_lesson_of_it(cast: Cast, hard: Ticket) -> None:
    """Dora works at the desk, and this ticket is her own: she sees it as a requester does, without words inside."""
    lessons.teach(hard, actor=cast.actor("berta"), remedies=["tool"], words="KANARIE: sie fragt zum dritten Mal")
    Account.objects.filter(pk=cast.dora.account_id).update(roles=["agent", "requester"])
    cast.dora.account.refresh_from_db()
    Ticket.objects.filter(pk=hard.pk).update(is_restricted=True, requester=cast.dora)
    dora = cast.actor("dora")
    assert tickets.visible_to(dora).filter(pk=hard.pk).exists()
    assert not policy.visible_to(dora).exists()
    found = tickets.seen_inside_by
    for name in cast.persons:
        actor = cast.actor(name)
        assert found(actor).filter(pk=hard.pk).exists() == tickets.works_inside(actor, Ticket.objects.get(pk=hard.pk))


def test_a_published_article_settles_the_lesson_that_asked_for_it(cast: Cast, hard: Ticket) -> None:
    carl, most = cast.actor("carl"), cast.actor("max")
    lesson = lessons.teach(hard, actor=carl, remedies=["article"])[0]
    with pytest.raises(Invalid):
        lessons.settle(lesson, actor=carl)
    narrow = article(cast, audience="level", level=3)
    lessons.tie_article(lesson, actor=carl, article=narrow)
    writing.publish(narrow.editions.get(), actor=most)
    lesson.refresh_from_db()
    assert lesson.state == "open"  # level 1 cannot read it
    wide = article(cast)
    lessons.tie_article(lesson, actor=carl, article=wide)
    writing.publish(wide.editions.get(), actor=most)
    lesson.refresh_from_db()
    assert (lesson.state, lesson.article) == ("done", wide)
    assert lesson.settled_at is not None


def test_every_end_has_a_way_back(cast: Cast, hard: Ticket) -> None:
    carl, berta = cast.actor("carl"), cast.actor("berta")
    lesson = lessons.teach(hard, actor=carl, remedies=["permission"])[0]
    lesson = lessons.take(lesson, actor=berta)
    assert lesson.owner_id == cast.berta.pk
    assert queries.own_open(berta).count() == 1
    with pytest.raises(Invalid):
        lessons.take(lesson, actor=berta, owner=cast.eve)
    lesson = lessons.release(lesson, actor=berta)
    with pytest.raises(Invalid):
        lessons.decline(lesson, actor=berta, because=" ")
    lesson = lessons.decline(lesson, actor=berta, because="bleibt bei Level 3")
    lesson = lessons.reopen(lesson, actor=berta)
    with pytest.raises(Invalid):
        lessons.settle(lesson, actor=berta)
    lesson = lessons.settle(lesson, actor=berta, outcome="Lesezugriff gegeben")
    with pytest.raises(WrongState):
        lessons.withdraw(lesson, actor=carl)
    lesson = lessons.reopen(lesson, actor=berta)
    with pytest.raises(NotAllowed):
        lessons.withdraw(lesson, actor=berta)
    withdrawn = lessons.withdraw(lesson, actor=carl)
    again = lessons.teach(hard, actor=carl, remedies=["permission"])[0]
    with pytest.raises(WrongState):
        lessons.reopen(withdrawn, actor=carl)
    lessons.correct(again, actor=carl, words="Lesen", version=1)
    with pytest.raises(Conflict):
        lessons.correct(again, actor=carl, words="Lesen!", version=1)


def test_the_worklist_is_heaped_and_paged(cast: Cast, hard: Ticket) -> None:
    carl = cast.actor("carl")
    first, second = lessons.teach(hard, actor=carl, remedies=["tool", "training"])
    lessons.take(first, actor=carl)
    lessons.decline(second, actor=carl, because="selten")
    assert queries.heaps_for(carl) == {"open": 1, "mine": 1, "done": 0, "set_aside": 1}
    assert queries.worklist(actor=carl, heap="mine") == [first]
    assert queries.worklist(actor=carl, remedy="training") == []
    assert queries.worklist(actor=carl, before=first.pk) == []
