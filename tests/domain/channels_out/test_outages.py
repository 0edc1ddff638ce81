"""Mails and news of an outage reach those whom it is told, and say what holds when they leave."""

from __future__ import annotations

from typing import Any

from tests.cast import Cast

from dreiklang.channels.mail.outbound.models import OutgoingMail
from dreiklang.channels.mail.outbound.sending import send_due
from dreiklang.channels.models import Mailbox
from dreiklang.communication.commands.outages import end_outage, go_on, join_outage, keep_outage
from dreiklang.communication.models import AnnouncedOutage, Notification
from dreiklang.communication.queries import unread_of
from dreiklang.kernel import clock
from dreiklang.organizations.models import Address, Person
from dreiklang.tickets.commands.assignment import assign
from dreiklang.tickets.models import Ticket


def announced(cast: Cast, **changes: Any) -> AnnouncedOutage:
    asked = {
        "kind": "disruption", "titles": {"de": "Orbis steht", "en": "Orbis is down"}, "texts": {"de": "Auf Papier."},
        "audience": "customers", "customers": [cast.organizations["clinic"]], "from_at": clock.now(), **changes,
    }  # fmt: skip
    return keep_outage(None, actor=cast.actor("alan"), **asked)


def test_p29_whom_it_is_told_gets_its_beginning_and_end_by_mail_and_nobody_else(
    cast: Cast, mailbox: Mailbox, sink: Any
) -> None:
    outage = announced(cast, by_mail=True)
    assert send_due() == 2
    assert {taken.recipients[0] for taken in sink.taken} == {"rita@klinikum.example", "karl@klinikum.example"}
    assert "Auf Papier." in sink.taken[0].text
    assert unread_of(cast.actor("berta")).get().subject_id == outage.pk
    assert not unread_of(cast.actor("alan")).exists()  # who did it knows
    assert not Notification.objects.filter(person__in=[cast.eve, cast.victor]).exists()
    keep_outage(
        outage, actor=cast.actor("alan"), kind="disruption", titles={"de": "Orbis stockt"}, audience="customers",
        customers=[cast.organizations["works"]], from_at=outage.from_at, by_mail=True,
    )  # fmt: skip
    end_outage(outage, actor=cast.actor("alan"))
    assert send_due() == 1
    assert sink.taken[-1].recipients == ["zoe@werk.example"]
    assert sink.taken[-1].mail["Subject"] == "Vorbei: Orbis stockt"


def test_who_is_hit_hears_of_the_end_unless_it_goes_on_or_is_none_of_theirs(
    cast: Cast, mailbox: Mailbox, sink: Any
) -> None:
    outage, alan = announced(cast), cast.actor("alan")
    assert send_due() == 0
    home = cast.organizations["clinic"]
    caller = Person.objects.create(organization=home, name="Ohne Konto", sort_key="o", language="en")
    Address.objects.create(person=caller, kind="mail", value="ohne@klinikum.example", folded="ohne@klinikum.example")
    join_outage(outage, actor=alan, person=caller)
    join_outage(outage, actor=alan, person=cast.zoe)  # a slip: it is not told to her
    end_outage(outage, actor=alan)
    go_on(outage, actor=alan)
    send_due()
    assert sink.taken == []
    assert set(OutgoingMail.objects.values_list("reason", flat=True)) == {"reopened", "lost_sight"}
    end_outage(outage, actor=alan)
    send_due()
    assert len(sink.taken) == 1
    assert sink.taken[0].recipients == ["ohne@klinikum.example"]
    assert sink.taken[0].mail["Subject"] == "It is over: Orbis is down"
    assert "Papier" not in sink.taken[0].text


def test_news_are_about_tickets_and_other_things_side_by_side(cast: Cast, ticket: Ticket, client: Any) -> None:
    announced(cast, by_mail=True)
    assign(ticket, actor=cast.actor("max"), person=cast.alan)
    announced(cast, by_mail=True, audience="inside", titles={"de": "Nur innen"})
    for name, counted in (("alan", 1), ("berta", 2)):
        assert unread_of(cast.actor(name)).count() == counted
    client.force_login(cast.berta.account)
    page = client.get("/desk/news/").content.decode()
    assert "Nur innen" in page
    assert "Alan Yildiz hat einen Ausfall angekündigt" in page
    gone = AnnouncedOutage.objects.get(titles__de="Nur innen")
    client.get(f"/desk/outages/{gone.pk}/")
    assert unread_of(cast.actor("berta")).count() == 1
    AnnouncedOutage.objects.all().delete()
    assert not unread_of(cast.actor("berta")).exists()
