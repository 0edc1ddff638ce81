"""The demo desk's tickets, made by the commands themselves: picture and twin of each tell what its journal tells."""

from __future__ import annotations

import pytest
from tests.web.staff.test_adapter import ONE_MARK

from dreiklang.console.demo.building import build_demo
from dreiklang.kernel.journal import lines_about
from dreiklang.kernel.permissions import system
from dreiklang.tickets.models import Ticket
from dreiklang.web.staff.adapter import scores_of
from dreiklang.web.staff.drawing import render_svg
from dreiklang.web.staff.figure import render_twin
from dreiklang.web.staff.holding import age, held_for
from dreiklang.web.staff.phrases import mark_name
from dreiklang.web.staff.words import text_twin


def is_mark(event: object) -> bool:
    """Whether a journal line is a mark on the staff."""
    code = getattr(event, "code", "")
    if code == "ticket.resumed":
        return getattr(event, "because", "") in ("date", "task", "ticket", "children")
    if code == "task.changed":
        return getattr(event, "what", "") == "done"
    return code in (*ONE_MARK, "ticket.merged", "ticket.absorbed", "ticket.parted", "ticket.split")


@pytest.mark.django_db
def test_picture_and_twin_of_every_demo_ticket_equal_its_journal() -> None:
    build_demo(tickets=40)
    tickets = list(Ticket.objects.all())
    scores = scores_of(tickets, actor=system("tests"), language="de")
    journal: dict[int, list[object]] = {ticket.pk: [] for ticket in tickets}
    for line in lines_about("ticket", journal):
        if is_mark(line.event):
            journal[line.event.subject_id].append(line.at)
    for ticket in tickets:
        score = scores[ticket.pk]
        told = [mark for passage in text_twin(score).passages for mark in passage.marks]
        assert [mark.at for mark in told] == sorted(journal[ticket.pk])  # type: ignore[type-var]
        assert all(mark_name(score, mark) for mark in told)
        assert sum(held_for(score).values()) == pytest.approx(age(score))
        moves = [score.level for score in score.stays]
        assert not moves or moves[-1] in {line.level for line in score.lines}
        last = score.strokes[-1].to_level if score.strokes else ticket.level
        assert last == ticket.level
        assert render_svg(score, "page")
        assert str(render_twin(score)).count("<li>") == len(told)
