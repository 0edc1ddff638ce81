"""Somebody is asked whether something may be done: by mail link, by a substitute, with a reminder."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from tests.cast import Cast, make_cast
from tests.locks import waiting

from dreiklang.accounts.errors import DeadLink
from dreiklang.approvals import policy, queries
from dreiklang.approvals.commands import ask_approval, make_vote_link, vote, vote_by_link, withdraw_approval
from dreiklang.approvals.jobs import remind_voters
from dreiklang.approvals.models import Approval, Vote
from dreiklang.channels.mail.outbound.composing import Dropped, letter_for
from dreiklang.channels.mail.outbound.models import OutgoingMail
from dreiklang.channels.models import Mailbox
from dreiklang.kernel import clock
from dreiklang.kernel.errors import Invalid, NotAllowed, WrongState
from dreiklang.kernel.permissions import system
from dreiklang.organizations.models import Person
from dreiklang.teams.models import Absence
from dreiklang.tickets.commands.conversation import write_note
from dreiklang.tickets.commands.merging import merge
from dreiklang.tickets.commands.opening import open_with_message
from dreiklang.tickets.commands.resolution import resolve
from dreiklang.tickets.commands.tasks import do_task
from dreiklang.tickets.models import Ticket
from dreiklang.tickets.queries.tasks import blocking

LINK = system("link")


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """Rita wants something that costs money; Alan works on it, and noted something nobody outside may read."""
    opened = open_with_message(cast.rita, actor=cast.actor("rita"), text="Ich brauche ein Tablet.", subject="Tablet")
    write_note(opened, actor=cast.actor("alan"), text="KANARIE: ob das sein muss?")
    return opened


def ask(ticket: Ticket, cast: Cast, *names: str, **more: Any) -> Approval:
    persons = [cast.persons[name] for name in names]
    return ask_approval(ticket, actor=cast.actor("alan"), question="Tablet für die Visite", persons=persons, **more)


def answer(approval: Approval, cast: Cast, name: str, said: str, words: str = "") -> Approval:
    vote(approval.votes.get(person=cast.persons[name]), actor=cast.actor(name), answer=said, words=words)
    return Approval.objects.get(pk=approval.pk)


def test_nothing_is_solved_before_it_is_decided(cast: Cast, ticket: Ticket) -> None:
    approval = ask(ticket, cast, "karl", "max")
    with pytest.raises((WrongState, Invalid)):
        resolve(ticket, actor=cast.actor("alan"), text="Bestellt")
    assert answer(approval, cast, "karl", "yes").state == "open"
    assert answer(approval, cast, "max", "yes").state == "granted"
    resolve(ticket, actor=cast.actor("alan"), text="Bestellt")


def test_a_no_needs_a_word_and_decides(cast: Cast, ticket: Ticket) -> None:
    approval = ask(ticket, cast, "karl", "max")
    with pytest.raises(Invalid):
        answer(approval, cast, "karl", "no")
    assert answer(approval, cast, "karl", "no", "Kein Budget").state == "refused"
    with pytest.raises((WrongState, NotAllowed)):
        answer(approval, cast, "max", "yes")


def test_one_is_enough_where_one_is_enough(cast: Cast, ticket: Ticket) -> None:
    approval = ask(ticket, cast, "karl", "max", needs="one")
    assert answer(approval, cast, "karl", "no", "lieber nicht").state == "open"
    assert answer(approval, cast, "max", "yes").state == "granted"


@pytest.mark.parametrize("names", [(), ("rita",), ("alan",), ("karl", "rita")])
def test_nobody_approves_for_themselves(cast: Cast, ticket: Ticket, names: tuple[str, ...]) -> None:
    with pytest.raises(Invalid) as refused:
        ask(ticket, cast, *names)
    assert "persons" in refused.value.fields


@pytest.mark.parametrize("name", ["rita", "karl", "zoe", "eve", "victor"])
def test_who_does_not_work_inside_neither_asks_nor_reads(cast: Cast, ticket: Ticket, name: str) -> None:
    ask(ticket, cast, "max")
    actor = cast.actor(name)
    assert not policy.approvals_of(ticket, actor=actor).exists()
    with pytest.raises(NotAllowed):
        ask_approval(ticket, actor=actor, question="x", persons=[cast.max])
    with pytest.raises(NotAllowed):
        vote(Vote.objects.get(), actor=actor, answer="yes")


def test_a_substitute_answers_while_somebody_is_away(cast: Cast, ticket: Ticket) -> None:
    today = clock.now().date()
    Absence.objects.create(
        person=cast.max,
        substitute=cast.berta,
        from_date=today - timedelta(days=1),
        until_date=today + timedelta(days=9),
    )
    approval = ask(ticket, cast, "max")
    assert set(OutgoingMail.objects.filter(kind="approval").values_list("person_id", flat=True)) == {
        cast.max.pk, cast.berta.pk,
    }  # fmt: skip
    assert [v.pk for v in queries.waiting_for(cast.actor("berta"))] == [approval.votes.get().pk]
    vote(approval.votes.get(), actor=cast.actor("berta"), answer="yes")
    given = approval.votes.get()
    assert (given.person_id, given.voted_by_id) == (cast.max.pk, cast.berta.pk)


@pytest.mark.parametrize("stand_in", ["alan", "rita"])
def test_a_substitute_who_asked_or_wants_it_gets_no_mail_and_no_say(cast: Cast, ticket: Ticket, stand_in: str) -> None:
    """The question goes to Max, who is away: his substitute is who asked it, or who wants the tablet."""
    day, person = clock.now().date(), cast.persons[stand_in]
    Absence.objects.create(person=cast.max, substitute=person, from_date=day, until_date=day)
    approval = ask(ticket, cast, "max")
    assert OutgoingMail.objects.filter(kind="approval").values_list("person_id", flat=True).get() == cast.max.pk
    assert not queries.waiting_for(cast.actor(stand_in))
    secret = make_vote_link(approval.votes.get(), actor=LINK, person=person)
    assert Client().get(f"/t/approval/{secret}/").status_code == 410
    with pytest.raises(DeadLink):
        vote_by_link(secret, actor=LINK, answer="yes")
    assert not approval.votes.get().answer


def _letter(mail: OutgoingMail) -> Any:
    box, _made = Mailbox.objects.get_or_create(
        address="hilfe@haus.example", defaults={"name": "Haus-IT", "made_at": clock.now()}
    )
    return letter_for(mail, box)


def test_the_mailed_link_answers_once_and_says_nothing_of_notes(cast: Cast, ticket: Ticket, settings: Any) -> None:
    """Opening it changes nothing; the button does; afterwards and for strangers the page tells what is the case."""
    approval = ask(ticket, cast, "karl", cost=480)
    letter = _letter(OutgoingMail.objects.get(kind="approval"))
    assert "Tablet für die Visite" in letter.text
    assert "480,00" in letter.text
    assert "KANARIE" not in letter.text + letter.html
    path = "/t/approval/" + re.search(r"/t/approval/([\w-]+)/", letter.text)[1] + "/"  # type: ignore[index]
    visitor = Client(enforce_csrf_checks=True)
    page = visitor.get(path)
    assert page.status_code == 200
    assert "KANARIE" not in page.content.decode()
    assert not Vote.objects.get().answer
    assert visitor.post(path, {"answer": "no"}).status_code == 422
    assert visitor.post(path, {"answer": "perhaps"}).status_code == 422
    assert visitor.post(path, {"answer": "yes", "words": "Gern"}).status_code == 200
    approval.refresh_from_db()
    assert (approval.state, Vote.objects.get().words) == ("granted", "Gern")
    assert visitor.post(path, {"answer": "no", "words": "doch nicht"}).status_code == 410
    assert visitor.get("/t/approval/unknown/").status_code == 404
    with pytest.raises(Dropped):
        _letter(OutgoingMail.objects.get(kind="approval"))


def test_a_withdrawn_question_is_dead(cast: Cast, ticket: Ticket) -> None:
    approval = ask(ticket, cast, "karl")
    secret = make_vote_link(approval.votes.get(), actor=LINK, person=cast.karl)
    withdraw_approval(approval, actor=cast.actor("berta"))
    assert Client().post(f"/t/approval/{secret}/", {"answer": "yes"}).status_code == 410
    with pytest.raises(NotAllowed):
        answer(approval, cast, "karl", "yes")
    with pytest.raises(WrongState):
        withdraw_approval(approval, actor=cast.actor("alan"))
    resolve(ticket, actor=cast.actor("alan"), text="Anders gelöst")


def test_who_says_nothing_is_reminded_three_times(cast: Cast, ticket: Ticket) -> None:
    approval = ask(ticket, cast, "karl", "max")
    answer(approval, cast, "max", "yes")
    begun = clock.now()
    for days in range(1, 15):
        with clock.standing_at(begun + timedelta(days=days)):
            remind_voters()
            remind_voters()
    assert list(approval.votes.order_by("person__name").values_list("person__name", "reminders")) == [
        ("Karl Contact", 3), ("Max Okafor", 0),
    ]  # fmt: skip
    assert OutgoingMail.objects.filter(kind="approval", person=cast.karl).count() == 4


def test_the_portal_takes_the_answer(cast: Cast, ticket: Ticket) -> None:
    approval = ask(ticket, cast, "karl")
    browser = Client()
    browser.force_login(cast.karl.account)
    assert b"Tablet" in browser.get("/portal/approvals/").content
    refused = browser.post("/portal/approvals/", {"vote": approval.votes.get().pk, "answer": "no", "words": ""})
    assert refused.status_code == 422
    browser.post("/portal/approvals/", {"vote": approval.votes.get().pk, "answer": "yes", "words": "ok"})
    approval.refresh_from_db()
    assert approval.state == "granted"
    stranger = Client()
    stranger.force_login(cast.zoe.account)
    assert b"Tablet" not in stranger.get("/portal/approvals/").content


def test_a_ticked_task_decides_nothing(cast: Cast, ticket: Ticket) -> None:
    """The task only shows that something waits: whoever ticks it has allowed nothing."""
    approval = ask(ticket, cast, "karl")
    assert approval.task is not None
    do_task(approval.task, actor=cast.actor("alan"))
    with pytest.raises(WrongState):
        resolve(ticket, actor=cast.actor("alan"), text="Bestellt")
    ticket.refresh_from_db()
    assert ticket.resolved_at is None
    assert answer(approval, cast, "karl", "yes").state == "granted"
    resolve(ticket, actor=cast.actor("alan"), text="Bestellt")


@pytest.mark.parametrize("name", ["zoe", "eve", "victor"])
def test_no_question_reaches_another_customer_or_who_works_outside(cast: Cast, ticket: Ticket, name: str) -> None:
    with pytest.raises(Invalid):
        ask(ticket, cast, name)


def test_who_has_left_decides_nothing_by_an_old_mail(cast: Cast, ticket: Ticket) -> None:
    approval = ask(ticket, cast, "karl")
    secret = make_vote_link(approval.votes.get(), actor=LINK, person=cast.karl)
    Person.objects.filter(pk=cast.karl.pk).update(is_active=False)
    Client().post(f"/t/approval/{secret}/", {"answer": "yes"})
    approval.refresh_from_db()
    assert approval.state == "open"


def away(cast: Cast, name: str, stands_in: Person) -> None:
    day = clock.now().date()
    Absence.objects.create(person=cast.persons[name], substitute=stands_in, from_date=day, until_date=day)


def test_a_substitute_without_an_account_answers_in_their_own_name(cast: Cast, ticket: Ticket) -> None:
    """Who presses the button in a mail is who the mail was for, also where they never sign in."""
    house = cast.max.organization
    stands_in = Person.objects.create(organization=house, name="Ines Helfer", sort_key="ines helfer")
    away(cast, "max", stands_in)
    approval = ask(ticket, cast, "max")
    secret = make_vote_link(approval.votes.get(), actor=LINK, person=stands_in)
    given = vote_by_link(secret, answer="yes", actor=LINK)
    assert (given.person_id, given.voted_by_id) == (cast.max.pk, stands_in.pk)


def test_a_substitute_from_another_customer_reads_and_answers_nothing(cast: Cast, ticket: Ticket) -> None:
    away(cast, "karl", cast.zoe)
    approval = ask(ticket, cast, "karl")
    assert OutgoingMail.objects.filter(kind="approval").values_list("person_id", flat=True).get() == cast.karl.pk
    assert not queries.waiting_for(cast.actor("zoe"))
    with pytest.raises(NotAllowed):
        vote(approval.votes.get(), actor=cast.actor("zoe"), answer="yes")
    secret = make_vote_link(approval.votes.get(), actor=LINK, person=cast.zoe)
    with pytest.raises(DeadLink):
        vote_by_link(secret, actor=LINK, answer="yes")


def test_a_question_of_a_merged_ticket_holds_back_where_it_goes_on(cast: Cast, ticket: Ticket) -> None:
    """Over two merges; it is reminded of while work goes on, and withdrawn there."""
    alan = cast.actor("alan")
    approval = ask(ticket, cast, "karl")
    survivors = [
        open_with_message(cast.rita, actor=alan, text="Auch ein Tablet", subject=f"Tablet {n}") for n in (1, 2)
    ]
    merge(ticket, actor=alan, into=survivors[0])
    merge(survivors[0], actor=alan, into=survivors[1])
    survivor = survivors[1]
    assert approval.task is not None
    assert blocking(survivor) == [approval.task.text]
    do_task(approval.task, actor=alan)
    with pytest.raises(WrongState):
        resolve(survivor, actor=alan, text="Bestellt")
    with clock.standing_at(clock.now() + timedelta(days=3)):
        assert remind_voters() == 1
    browser = Client()
    browser.force_login(cast.alan.account)
    shown = [one.pk for one in policy.approvals_of(survivor, actor=alan)]
    browser.post(reverse("desk:approval_withdrawal", args=[approval.pk]))
    approval.refresh_from_db()
    assert (shown, approval.state) == ([approval.pk], "withdrawn")
    resolve(survivor, actor=alan, text="Bestellt")


def test_a_settled_ticket_reminds_nobody_and_nobody_is_left_out_behind_many(cast: Cast, ticket: Ticket) -> None:
    ask(ticket, cast, "karl", "max")
    Ticket.objects.update(state="closed", state_group="settled", resolved_at=clock.now(), closed_at=clock.now())
    with clock.standing_at(clock.now() + timedelta(days=3)):
        assert remind_voters() == 0


def test_the_task_is_in_the_language_of_the_ticket(cast: Cast, ticket: Ticket) -> None:
    with override("en"):
        approval = ask(ticket, cast, "karl")
    assert approval.task is not None
    assert approval.task.text == "Freigabe: Tablet für die Visite"
    with pytest.raises(Invalid):
        ask(ticket, cast, "karl", cost=Decimal("NaN"))


def test_beyond_the_hundredth_waiting_question_everyone_can_be_answered(cast: Cast, ticket: Ticket) -> None:
    approval = ask(ticket, cast, "karl")
    many = [
        Approval(ticket=ticket, question=f"Frage {n}", asked_at=clock.now(), asked_by=cast.alan) for n in range(100)
    ]
    Vote.objects.bulk_create(Vote(approval=one, person=cast.karl) for one in Approval.objects.bulk_create(many))
    last = Vote.objects.latest("pk")
    browser = Client()
    browser.force_login(cast.karl.account)
    browser.post("/portal/approvals/", {"vote": last.pk, "answer": "yes", "words": ""})
    last.refresh_from_db()
    assert (last.answer, approval.votes.get().answer) == ("yes", "")


@pytest.mark.django_db(transaction=True)
def test_the_ticket_is_locked_before_its_question() -> None:
    """As whoever answers does: of two at once neither waits for the other in a circle."""
    cast = make_cast()
    asked = open_with_message(cast.rita, actor=cast.actor("rita"), text="Ein Tablet", subject="Tablet")
    approval = ask(asked, cast, "karl")
    Approval.objects.update(asked_at=clock.now() - timedelta(days=3))
    for deed in (remind_voters, lambda: withdraw_approval(approval, actor=cast.actor("alan"))):
        with waiting(deed, at=lambda: Ticket.objects.select_for_update().get(pk=asked.pk)):
            assert Approval.objects.select_for_update(nowait=True).exists()
            assert Vote.objects.select_for_update(nowait=True).exists()
