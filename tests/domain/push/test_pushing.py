"""News on devices: what the person may see, sealed for that device, and nothing from inside to requesters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from tests.cast import Cast
from tests.push_service import PushService, push_service

from dreiklang.accounts.commands.accounts import end_sessions
from dreiklang.accounts.models import Account
from dreiklang.channels.push import commands, jobs, queries
from dreiklang.channels.push.models import Device, Keys, Push
from dreiklang.channels.push.sending import push_due
from dreiklang.kernel import clock, instance
from dreiklang.kernel.errors import Invalid, NotAllowed, NotFound
from dreiklang.kernel.permissions import system
from dreiklang.teams.models import Absence
from dreiklang.tickets.commands.assignment import assign
from dreiklang.tickets.commands.conversation import receive_message, withdraw_message, write_message, write_note
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.models import Message, Ticket

ROOT = system("test")
State = Push.State


@pytest.fixture
def service(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[PushService]:
    monkeypatch.setenv("DREIKLANG_OUTGOING_ALLOW", "127.0.0.1")
    with push_service() as made:
        yield made


def account_of(cast: Cast, name: str) -> Account:
    account = cast.persons[name].account
    assert account is not None
    return Account.objects.get(pk=account.pk)


def on(service: PushService, cast: Cast, name: str, **more: Any) -> Device:
    return commands.switch_on(
        account_of(cast, name), actor=cast.actor(name), name="Chrome, Android", **service.subscription(), **more
    )


def ticket_of(cast: Cast, **more: Any) -> Ticket:
    return open_ticket(cast.rita, actor=ROOT, subject="Drucker druckt nicht", team=cast.teams["desk"], **more)


def says(ticket: Ticket, text: str, **more: Any) -> Message:
    return receive_message(ticket, actor=ROOT, text=text, author=ticket.requester, channel="mail", **more)


def pushed_later(seconds: int = 11) -> int:
    with clock.standing_at(clock.now() + timedelta(seconds=seconds)):
        return push_due()


def test_an_agent_reads_sender_and_first_line(service: PushService, cast: Cast) -> None:
    on(service, cast, "alan")
    ticket = ticket_of(cast)
    assign(ticket, actor=ROOT, person=cast.alan)
    assert service.seen == [], "nobody who works waits for a push service"
    assert (push_due(), push_due()) == (1, 0)
    says(ticket, "\n> zitiert\nEr druckt wieder nicht.\nGruß")
    assert push_due() == 1
    first, second = service.shown()
    assert (first["title"], first["body"]) == ("Ihnen zugewiesen", f"{ticket.number} Drucker druckt nicht")
    assert (second["title"], second["lang"]) == ("Rita Weber", "de")
    assert second["body"] == f"Er druckt wieder nicht.\n{ticket.number} Drucker druckt nicht"
    assert second["url"] == f"/desk/tickets/{ticket.number}/"
    _path, headers, body = service.seen[-1]
    assert b"Drucker" not in body
    assert b"Rita" not in body
    assert headers["Content-Encoding"] == "aes128gcm"
    assert headers["Authorization"].startswith("vapid t=")
    assert str(ticket.number) not in str(headers)


def test_p31_a_requester_reads_answers_and_never_a_word_from_inside(service: PushService, cast: Cast) -> None:
    on(service, cast, "rita")
    on(service, cast, "zoe")
    on(service, cast, "berta")
    ticket = ticket_of(cast)
    write_note(ticket, actor=cast.actor("alan"), text="KANARIE nur intern", mentioned=[cast.berta, cast.rita])
    write_message(ticket, actor=cast.actor("alan"), text="Guten Tag,\nbitte neu starten.")
    push_due()
    assert pushed_later() == 1
    news = service.shown()
    assert "KANARIE" not in str(news)
    assert [one["title"] for one in news] == ["Alan Yildiz", "Alan Yildiz"]
    assert news[1]["url"] == f"/portal/tickets/{ticket.number}/"
    assert news[1]["body"].startswith("Guten Tag,\n")
    assert {path for path, _h, _b in service.seen} == {"/p/0", "/p/2"}, "the stranger hears nothing"


def test_an_answer_that_was_called_back_is_not_pushed(service: PushService, cast: Cast) -> None:
    on(service, cast, "rita")
    message = write_message(ticket_of(cast), actor=cast.actor("alan"), text="Falsch")
    assert push_due() == 0, "it waits for the seconds in which it can be called back"
    withdraw_message(message, actor=cast.actor("alan"))
    assert (pushed_later(), service.seen) == (1, [])
    assert Push.objects.get().problem == "withdrawn"


def test_p29_who_lost_sight_meanwhile_is_told_nothing(service: PushService, cast: Cast) -> None:
    on(service, cast, "eve")
    ticket = open_ticket(cast.rita, actor=ROOT, subject="Drucker", team=cast.teams["outside"])
    assign(ticket, actor=ROOT, person=cast.eve)
    Ticket.objects.filter(pk=ticket.pk).update(team=cast.teams["desk"], assignee=None)
    push_due()
    assert (service.seen, Push.objects.get().problem) == ([], "lost_sight")


def away(cast: Cast, _account: Account) -> None:
    Absence.objects.create(person=cast.alan, from_date=date(2020, 1, 1), until_date=date(2099, 1, 1))


def quiet(cast: Cast, account: Account) -> None:
    commands.choose(
        account, actor=cast.actor("alan"), kinds=None, quiet_from="00:00", quiet_until="23:59", with_words=True
    )


def new_life(cast: Cast, account: Account) -> None:
    end_sessions(account, actor=cast.actor("alan"))


def disabled(_cast: Cast, account: Account) -> None:
    Account.objects.filter(pk=account.pk).update(is_active=False)


@pytest.mark.parametrize(
    ("meanwhile", "why"), [(away, "away"), (quiet, "quiet"), (new_life, "access"), (disabled, "access")]
)
def test_nothing_comes_when_it_shall_not(
    service: PushService, cast: Cast, meanwhile: Callable[[Cast, Account], None], why: str
) -> None:
    on(service, cast, "alan")
    assign(ticket_of(cast), actor=ROOT, person=cast.alan)
    meanwhile(cast, account_of(cast, "alan"))
    push_due()
    assert (service.seen, Push.objects.get().problem) == ([], why)


def test_a_kind_that_was_not_chosen_is_not_pushed_and_words_can_stay_away(service: PushService, cast: Cast) -> None:
    on(service, cast, "alan")
    choice = {"actor": cast.actor("alan"), "quiet_from": "", "quiet_until": "", "with_words": False}
    commands.choose(account_of(cast, "alan"), kinds=["replied"], **choice)  # type: ignore[arg-type]
    ticket = ticket_of(cast)
    assign(ticket, actor=ROOT, person=cast.alan)
    says(ticket, "Geheimnis")
    assert push_due() == 1
    assert [(one["title"], one["body"]) for one in service.shown()] == [("Antwort von außen", str(ticket.number))]


def test_words_of_encrypted_mail_and_restricted_tickets_stay_in_the_desk(service: PushService, cast: Cast) -> None:
    on(service, cast, "alan")
    ticket = ticket_of(cast)
    assign(ticket, actor=ROOT, person=cast.alan)
    push_due()
    service.seen.clear()
    Message.objects.filter(pk=says(ticket, "VERSCHLUESSELT").pk).update(seal="decrypted")
    push_due()
    Ticket.objects.filter(pk=ticket.pk).update(is_restricted=True, subject="GEHEIM")
    says(Ticket.objects.get(pk=ticket.pk), "OFFEN")
    push_due()
    assert not any(word in str(service.shown()) for word in ("VERSCHLUESSELT", "GEHEIM", "OFFEN"))
    assert len(service.seen) == 2


@pytest.mark.parametrize("status", [404, 410])
def test_a_device_that_is_gone_ends_and_says_so(service: PushService, cast: Cast, status: int) -> None:
    device = on(service, cast, "alan")
    service.status = status
    assign(ticket_of(cast), actor=ROOT, person=cast.alan)
    push_due()
    device.refresh_from_db()
    assert (device.ended_at is not None, device.ended_because) == (True, "gone")
    assign(ticket_of(cast), actor=ROOT, person=cast.alan)
    assert (push_due(), len(service.seen)) == (0, 1)


def test_a_push_service_that_is_busy_is_asked_again_when_it_said(service: PushService, cast: Cast) -> None:
    on(service, cast, "alan")
    service.status, service.headers = 429, {"Retry-After": "300"}
    assign(ticket_of(cast), actor=ROOT, person=cast.alan)
    assert push_due() == 1
    service.status = 201
    assert (pushed_later(60), pushed_later(301)) == (0, 1)
    assert Push.objects.get().state == State.SENT


def test_p35_a_device_inside_the_network_is_not_called(
    service: PushService, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    on(service, cast, "alan")
    monkeypatch.delenv("DREIKLANG_OUTGOING_ALLOW")
    assign(ticket_of(cast), actor=ROOT, person=cast.alan)
    push_due()
    assert (service.seen, Push.objects.get().problem) == ([], "forbidden_target")


def test_p39_addresses_and_keys_lie_encrypted(service: PushService, cast: Cast) -> None:
    device = on(service, cast, "alan")
    commands.own_keys()
    with connection.cursor() as cursor:
        cursor.execute("SELECT endpoint || auth FROM push_device UNION SELECT private FROM push_keys")
        kept = str(cursor.fetchall())
    assert device.endpoint not in kept
    assert "PRIVATE KEY" not in kept
    assert commands.own_keys().pk == Keys.objects.get().pk


def test_p20_what_waited_in_a_former_life_does_not_leave(service: PushService, cast: Cast) -> None:
    on(service, cast, "alan")
    assign(ticket_of(cast), actor=ROOT, person=cast.alan)
    instance.new_epoch()
    assert (push_due(), service.seen) == (0, [])


def test_a_device_follows_its_session_and_its_owner(service: PushService, cast: Cast) -> None:
    device = on(service, cast, "alan", session_key="first")
    with pytest.raises(NotFound):
        queries.device(device.pk, actor=cast.actor("berta"))
    with pytest.raises(NotAllowed):
        commands.switch_off(device, actor=cast.actor("berta"))
    account = account_of(cast, "alan")
    account.generation += 1
    account.save()
    commands.follow_session(account, former="first", key="second", actor=cast.actor("alan"))
    commands.end_devices_of_session("first")
    assert queries.live_devices([cast.alan.pk]).count() == 1
    commands.end_devices_of_session("second")
    assert queries.live_devices([cast.alan.pk]).count() == 0
    commands.switch_off(Device.objects.get(), actor=cast.actor("alan"))
    assert not Device.objects.exists()


def test_a_browser_that_changes_hands_tells_the_former_owner_nothing(service: PushService, cast: Cast) -> None:
    subscription = service.subscription()
    for name in ("alan", "berta"):
        commands.switch_on(account_of(cast, name), actor=cast.actor(name), **subscription)
    assign(ticket_of(cast), actor=ROOT, person=cast.alan)
    assert (push_due(), Device.objects.get().account_id) == (0, account_of(cast, "berta").pk)


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": ""}, {"endpoint": "http://push.example/x"}, {"endpoint": "https://user:pw@push.example/"},
        {"endpoint": "https://push.example/" + "x" * 1000}, {"key": "AAAA"}, {"auth": "AA"}, {"auth": "ä"},
        {"endpoint": "javascript:alert(1)"}, {"endpoint": "https://push.example/\x00"},
    ],
)  # fmt: skip
def test_what_no_browser_says_is_refused(service: PushService, cast: Cast, wrong: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        commands.switch_on(account_of(cast, "alan"), actor=cast.actor("alan"), **{**service.subscription(), **wrong})
    assert not Device.objects.exists()


def test_p09_old_pushes_are_forgotten_twice_over(service: PushService, cast: Cast) -> None:
    on(service, cast, "alan")
    assign(ticket_of(cast), actor=ROOT, person=cast.alan)
    with clock.standing_at(clock.now() + timedelta(days=8)):
        jobs.forget(0)
        jobs.forget(0)
    assert not Push.objects.exists()
    assert Device.objects.count() == 1
