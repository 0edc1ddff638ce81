"""What the first level works by is kept by somebody, and changed by proposals; gaps are found."""

from __future__ import annotations

import pytest
from tests.cast import Cast

from dreiklang.escalation.commands.handing_back import hand_back
from dreiklang.kernel.errors import Invalid, NotAllowed, WrongState
from dreiklang.knowledge.commands import writing
from dreiklang.knowledge.models import Edition
from dreiklang.tickets.commands.resolution import resolve
from dreiklang.tickets.models import Category, Ticket
from dreiklang.training.commands import articles, lessons
from dreiklang.training.commands import processes as commands
from dreiklang.training.queries import gaps, processes


def test_a_proposal_is_answered_by_who_keeps_it_and_each_answer_has_a_way_back(cast: Cast, category: Category) -> None:
    alan, berta = cast.actor("alan"), cast.actor("berta")
    routing = processes.one_process("routing", category.pk, actor=alan)
    assert routing is not None
    with pytest.raises(Invalid):
        commands.propose(routing, actor=alan, words=" ")
    proposal = commands.propose(routing, actor=alan, words="Druck gleich an Arbeitsplatz")
    with pytest.raises(NotAllowed):
        commands.accept(proposal, actor=alan)
    with pytest.raises(NotAllowed):
        commands.name_keeper(routing, actor=alan, person=cast.alan)
    with pytest.raises(Invalid):
        commands.name_keeper(routing, actor=berta, person=cast.victor)
    commands.name_keeper(routing, actor=berta, person=cast.alan)
    shown = processes.one_process("routing", category.pk, actor=alan)
    assert shown is not None
    assert (shown.keeper, shown.waiting) == (cast.alan, 1)
    proposal = commands.accept(proposal, actor=alan, answer="ab Montag")
    proposal = commands.finish(proposal, actor=alan)
    assert (proposal.state, proposal.answer) == ("done", "ab Montag")
    with pytest.raises(WrongState):
        commands.decline(proposal, actor=berta, answer="nein")
    proposal = commands.reopen(proposal, actor=berta)
    with pytest.raises(Invalid):
        commands.decline(proposal, actor=berta, answer="")
    proposal = commands.withdraw(proposal, actor=alan)
    proposal = commands.reopen(proposal, actor=alan)
    assert commands.decline(proposal, actor=berta, answer="zu viel").state == "declined"
    commands.name_keeper(routing, actor=berta, person=None)
    for name in ("eve", "victor", "rita", "zoe"):
        assert processes.processes(actor=cast.actor(name)) == []
        with pytest.raises(NotAllowed):
            commands.propose(routing, actor=cast.actor(name), words="x")


def test_escalations_without_article_or_lesson_are_counted_by_category(
    cast: Cast, hard: Ticket, category: Category
) -> None:
    berta = cast.actor("berta")
    assert gaps.gaps(actor=berta) == []  # not solved yet
    hand_back(hard, actor=cast.actor("carl"), kind="solved", solution="Regel 114")
    resolve(hard, actor=berta, text="Es druckt wieder.")
    assert [(gap.category, gap.cases) for gap in gaps.gaps(actor=berta)] == [(category, 1)]
    lesson = lessons.teach(hard, actor=berta, remedies=["tool"])[0]
    assert gaps.gaps(actor=berta) == []
    lessons.withdraw(lesson, actor=berta)
    draft = writing.write(None, actor=berta, language="de", title="Drucker", body="Regel 114")
    writing.publish(draft.edition, actor=cast.actor("max"))
    assert gaps.gaps(actor=berta) != []
    articles.use_article(hard, draft.edition.article, actor=berta)
    assert gaps.gaps(actor=berta) == []
    assert gaps.gaps(actor=cast.actor("eve")) == []


def test_an_article_that_solved_nothing_for_a_while_is_listed(cast: Cast, hard: Ticket) -> None:
    berta = cast.actor("berta")
    draft = writing.write(None, actor=berta, language="de", title="Drucker", body="Regel 114")
    writing.publish(draft.edition, actor=cast.actor("max"))
    assert not gaps.unused(actor=berta).exists()
    old = draft.edition.published_at or draft.written_at
    Edition.objects.update(published_at=old - gaps.LOOKED_BACK * 2)
    assert gaps.unused(actor=berta).count() == 1
    assert not gaps.unused(actor=cast.actor("eve")).exists()
    articles.use_article(hard, draft.edition.article, actor=berta)
    assert not gaps.unused(actor=berta).exists()
