"""An order: its ticket, who is asked, the steps one after the other; what others may not."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from tests.cast import Cast

from dreiklang.approvals.commands import make_vote_link, vote
from dreiklang.approvals.models import Approval
from dreiklang.catalog import policy, queries
from dreiklang.catalog.commands import (
    FormChanged,
    add_ready_entries,
    cancel,
    change_entry,
    go_on,
    order,
    restore_version,
    withdraw_entry,
)
from dreiklang.catalog.models import Entry, Request
from dreiklang.catalog.rules import form
from dreiklang.channels.mail.outbound.models import OutgoingMail
from dreiklang.kernel import clock
from dreiklang.kernel.errors import Invalid, NotAllowed, WrongState
from dreiklang.kernel.permissions import system
from dreiklang.organizations.commands.persons import change_person
from dreiklang.teams.models import Absence
from dreiklang.tickets.commands.resolution import resolve
from dreiklang.tickets.commands.tasks import do_task, open_task, remove_task
from dreiklang.tickets.models import Task, Ticket

SHARE = {"kind": "folder", "path": "S:/Pflege", "right": "read", "reason": "Dienstplan"}


@pytest.fixture
def desk(cast: Cast) -> Cast:
    """The ready entries, and Karl is Rita's manager."""
    add_ready_entries(actor=cast.actor("ada"))
    change_person(cast.rita, actor=cast.actor("ada"), manager=cast.karl, cost_centre="4711")
    cast.rita.refresh_from_db()
    return cast


def entry(key: str) -> Entry:
    return Entry.objects.get(key=key)


def ordered(cast: Cast, key: str, answers: dict[str, Any], *, by: str = "rita", to: str = "rita") -> Request:
    return order(entry(key), actor=cast.actor(by), requester=cast.persons[to], answers=answers)


def say(request: Request, cast: Cast, name: str, answer: str) -> Request:
    found = Approval.objects.filter(ticket=request.ticket, state="open").latest("pk")
    vote(found.votes.get(person=cast.persons[name]), actor=cast.actor(name), answer=answer, words="so")
    return Request.objects.get(pk=request.pk)


def open_tasks(request: Request) -> list[str]:
    return list(Task.objects.filter(ticket=request.ticket, done_at=None).values_list("text", flat=True))


def do_all(request: Request, cast: Cast) -> Request:
    for task in Task.objects.filter(ticket=request.ticket, done_at=None):
        do_task(task, actor=cast.actor("alan"))
    return Request.objects.get(pk=request.pk)


def test_an_order_asks_then_goes_step_by_step_and_is_done(desk: Cast) -> None:
    request = ordered(desk, "new-device", {"device": "monitor", "place": "B 2", "cost": 300, "reason": "Augen"})
    ticket = request.ticket
    assert (ticket.kind, ticket.requester, ticket.subject) == ("request", desk.rita, "Neues Gerät: B 2")
    assert "Was kostet es? 300" in ticket.messages.get().text
    assert [a.cost for a in Approval.objects.filter(ticket=ticket)] == [300]
    assert request.state == "asked"
    assert say(request, desk, "karl", "yes").state == "running"
    assert open_tasks(request) == ["Im Lager nachsehen, sonst bestellen"]
    with pytest.raises(Invalid):
        resolve(ticket, actor=desk.actor("alan"), text="fertig")
    assert do_all(request, desk).step == 2
    assert Task.objects.get(ticket=ticket, done_at=None).team == desk.teams["workplace"]
    request = do_all(request, desk)
    remove_task(Task.objects.filter(ticket=ticket, done_at=None)[1], actor=desk.actor("alan"))
    request = do_all(request, desk)
    assert request.state == "done"
    open_task(Task.objects.filter(ticket=ticket).latest("done_at"), actor=desk.actor("alan"))
    assert Request.objects.get(pk=request.pk).state == "running"
    assert do_all(request, desk).state == "done"
    resolve(ticket, actor=desk.actor("alan"), text="Steht bereit.")


def test_a_no_ends_it_and_a_lead_may_let_it_go_on(desk: Cast) -> None:
    request = say(ordered(desk, "share-access", SHARE), desk, "karl", "no")
    assert (request.state, open_tasks(request)) == ("refused", ["Nicht freigegeben: der anfragenden Person mitteilen"])
    with pytest.raises(NotAllowed):
        go_on(request, actor=desk.actor("alan"), reason="doch")
    with pytest.raises(Invalid):
        go_on(request, actor=desk.actor("max"), reason=" ")
    do_all(request, desk)
    assert go_on(request, actor=desk.actor("max"), reason="Mit Karl geklärt").state == "running"


def test_the_requester_and_who_orders_decide_nothing(desk: Cast) -> None:
    """Karl is the manager: for himself his own manager is asked; where there is none the desk finds somebody."""
    change_person(desk.karl, actor=desk.actor("ada"), manager=None)
    request = ordered(desk, "share-access", SHARE, by="karl", to="karl")
    assert not Approval.objects.filter(ticket=request.ticket).exists()
    assert (request.state, len(open_tasks(request))) == ("asked", 1)
    assert do_all(request, desk).state == "running"
    change_person(desk.rita, actor=desk.actor("ada"), manager=None)
    behalf = ordered(desk, "share-access", SHARE, by="alan")
    assert behalf.ordered_by == desk.alan
    assert "Bestellt von Alan Yildiz." in behalf.ticket.messages.get().text


def test_a_form_that_changed_while_it_was_open_says_how(desk: Cast) -> None:
    share, ada = entry("share-access"), desk.actor("ada")
    version = share.versions.get()
    change_entry(share, actor=ada, hints={"de": "anders"})
    assert order(share, actor=desk.actor("rita"), requester=desk.rita, answers=SHARE, number=version.number)
    extra = form.Field("until", form.DAY, {"de": "Bis wann?"})
    change_entry(share, actor=ada, fields=(*version.fields, extra))
    with pytest.raises(FormChanged) as refused:
        order(share, actor=desk.actor("rita"), requester=desk.rita, answers=SHARE, number=version.number)
    assert [(one.what, one.field.key) for one in refused.value.differences] == [("added", "until")]
    with pytest.raises(Invalid) as missing:
        order(share, actor=desk.actor("rita"), requester=desk.rita, answers=SHARE)
    assert set(missing.value.fields) == {"field-until"}
    restore_version(share, actor=ada, number=1)
    assert order(share, actor=desk.actor("rita"), requester=desk.rita, answers=SHARE).version.number == 4


def test_who_may_order_and_see_what(desk: Cast) -> None:
    share = entry("share-access")
    for name in ("eve", "victor"):
        assert not policy.visible_to(desk.actor(name)).exists()
        with pytest.raises(NotAllowed):
            ordered(desk, "share-access", SHARE, by=name)
    with pytest.raises(NotAllowed):
        ordered(desk, "share-access", SHARE, by="zoe")
    change_entry(share, actor=desk.actor("ada"), organizations=[desk.organizations["clinic"]])
    assert not policy.visible_to(desk.actor("zoe")).filter(pk=share.pk).exists()
    with pytest.raises(NotAllowed):
        ordered(desk, "share-access", SHARE, by="alan", to="zoe")
    request = ordered(desk, "share-access", SHARE)
    seen = {name for name in desk.persons if policy.requests_visible_to(desk.actor(name)).exists()}
    assert {"rita", "karl", "alan"} <= seen
    assert not seen & {"zoe", "eve", "victor"}
    change_entry(share, actor=desk.actor("ada"), audience="contacts")
    with pytest.raises(NotAllowed):
        ordered(desk, "share-access", SHARE)
    withdraw_entry(share, actor=desk.actor("ada"))
    with pytest.raises(NotAllowed):
        ordered(desk, "share-access", SHARE, by="karl", to="karl")
    for name in ("alan", "rita", "max"):
        with pytest.raises(NotAllowed):
            change_entry(share, actor=desk.actor(name), names={"de": "x"})
    assert cancel(request, actor=desk.actor("rita")).state == "cancelled"
    assert Approval.objects.get(ticket=request.ticket).state == "withdrawn"
    with pytest.raises(WrongState):
        cancel(request, actor=desk.actor("rita"))


def test_a_step_can_take_the_ticket_along(desk: Cast) -> None:
    answers = {"source": "a", "target": "b", "port": "443", "is_outside": False, "reason": "x"}
    request = say(ordered(desk, "network-release", answers), desk, "karl", "yes")
    ticket = Ticket.objects.get(pk=request.ticket_id)
    assert (ticket.level, ticket.team.level, request.state) == (3, 3, "running")


def test_answers_that_fit_nothing_are_refused_at_their_field(desk: Cast) -> None:
    wrong = {"kind": "mailbox", "path": "x", "right": "own", "reason": "x", "more": 1}
    with pytest.raises(Invalid) as refused:
        ordered(desk, "share-access", wrong)
    assert set(refused.value.fields) == {"field-path", "field-right", "field-address", "field-more"}
    assert not Request.objects.exists()


def test_every_ready_entry_can_be_made_once(desk: Cast) -> None:
    assert queries.offered_to(desk.actor("rita")).count() == 14
    with pytest.raises(WrongState):
        add_ready_entries(actor=system("console"))
    offered = list(queries.offered_to(desk.actor("rita")))
    assert [one.entry.key for one in queries.found_in(offered, "Leihgerät beamer")] == ["loan-device"]
    assert queries.found_in(offered, "beamer server") == []


def test_a_starter_is_approved_by_the_mail_to_a_substitute(desk: Cast) -> None:
    """Karl is away: his substitute is mailed, too, and presses the button without signing in."""
    day = clock.now().date()
    Absence.objects.create(person=desk.karl, substitute=desk.max, from_date=day, until_date=day)
    answers = {
        "person": "Nele Neu", "unit": "4B", "function": "Pflege", "first_day": "2026-12-01", "needs": ["account"],
    }  # fmt: skip
    request = ordered(desk, "starter", answers)
    mails = OutgoingMail.objects.filter(kind="approval").values_list("person_id", flat=True)
    assert set(mails) == {desk.karl.pk, desk.max.pk}
    approval = Approval.objects.get(ticket=request.ticket)
    assert (approval.asked_by, "Nele Neu" in approval.question) == (desk.rita, True)
    secret = make_vote_link(approval.votes.get(), actor=system("link"), person=desk.max)
    assert Client().post(f"/t/approval/{secret}/", {"answer": "yes"}).status_code == 200
    assert approval.votes.get().voted_by == desk.max
    assert len(open_tasks(request)) == 2
    assert do_all(request, desk).step == 2
    assert do_all(request, desk).state == "done"
