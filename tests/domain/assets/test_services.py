"""Services in the database: made, changed, imported; and what they mean for a ticket."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from tests.cast import Cast

from dreiklang.assets.commands.importing import import_services
from dreiklang.assets.commands.items import change_service, make_service, retire_service, revive_service
from dreiklang.assets.models import ConfigurationItem, Use
from dreiklang.assets.policy import visible_to
from dreiklang.assets.queries import impact_for, plan_services
from dreiklang.calendars.models import ServiceCalendar
from dreiklang.kernel import clock
from dreiklang.kernel.errors import Conflict, Invalid, NotAllowed
from dreiklang.tickets.commands.affected import name_service
from dreiklang.tickets.commands.conversation import withdraw_message
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.commands.resolution import reopen, resolve
from dreiklang.tickets.models import OutageCost, Ticket
from dreiklang.tickets.queries.outage import outage_shown_to


@pytest.fixture
def kis(cast: Cast) -> ConfigurationItem:
    around_the_clock = ServiceCalendar.objects.create(
        name="24x7", week={d: [["00:00", "24:00"]] for d in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    )
    return make_service(
        "KIS", actor=cast.actor("ada"), criticality=1, hourly_cost=Decimal(2400), calendar=around_the_clock,
        uses={cast.organizations["clinic"].pk: 400, cast.organizations["works"].pk: 80},
    )  # fmt: skip


@pytest.fixture
def ticket(cast: Cast, frozen: datetime) -> Ticket:
    return open_ticket(cast.rita, actor=cast.actor("rita"), subject="KIS geht nicht", channel="portal")


def test_only_administrators_make_services(cast: Cast) -> None:
    for name in ("alan", "max", "rita", "zoe", "eve", "victor"):
        with pytest.raises(NotAllowed):
            make_service("Mail", actor=cast.actor(name))


def test_bad_values_are_named_at_their_field(cast: Cast, kis: ConfigurationItem) -> None:
    ada = cast.actor("ada")
    never = ServiceCalendar.objects.create(name="nie", week={})
    for fields, field in (
        ({"name": " "}, "name"), ({"name": "kis"}, "name"), ({"name": "x", "criticality": 7}, "criticality"),
        ({"name": "x", "hourly_cost": Decimal(-1)}, "hourly_cost"), ({"name": "x", "calendar": never}, "calendar"),
        ({"name": "x", "uses": {cast.organizations["maker"].pk: 3}}, "uses"), ({"name": "x", "owner": 1}, "owner"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            make_service(actor=ada, **fields)
        assert field in refused.value.fields


def test_a_service_is_changed_retired_and_revived(cast: Cast, kis: ConfigurationItem) -> None:
    ada = cast.actor("ada")
    changed = change_service(kis, actor=ada, version=1, note="Station", uses={cast.organizations["clinic"].pk: 10})
    assert (changed.version, list(Use.objects.values_list("people", flat=True))) == (2, [10])
    with pytest.raises(Conflict):
        change_service(kis, actor=ada, version=1, note="anders")
    assert not retire_service(kis, actor=ada).is_active
    assert revive_service(kis, actor=ada).is_active


def test_foreign_customers_and_outsiders_see_no_service_of_others(cast: Cast, kis: ConfigurationItem) -> None:
    change_service(kis, actor=cast.actor("ada"), uses={cast.organizations["clinic"].pk: 10})
    seen = {name for name in ("alan", "ada", "rita", "karl", "zoe", "eve", "victor") if visible_to(cast.actor(name))}
    assert seen == {"alan", "ada", "rita", "karl"}


def test_a_list_is_read_once_and_twice_is_no_change(cast: Cast, kis: ConfigurationItem) -> None:
    ada = cast.actor("ada")
    text = (
        "Dienst;Kritikalität;Auftraggeber;Personen;Kosten je Stunde;Kalender\n"
        "KIS;1;Klinikum Aschertal;500;;\nMail;2;clinic;900;120,00;24x7\nMail;;works;70;;\nFax;3;nirgends;1;;\n"
    ).encode()
    plan = plan_services(text, actor=ada)
    assert [(s.name, s.outcome) for s in plan.services] == [
        ("KIS", "updated"),
        ("Mail", "created"),
        ("Fax", "rejected"),
    ]
    assert not ConfigurationItem.objects.filter(name="Mail").exists()
    assert import_services(text, actor=ada).counts == {"created": 1, "updated": 1, "unchanged": 0, "rejected": 1}
    assert import_services(text, actor=ada).counts == {"created": 0, "updated": 0, "unchanged": 2, "rejected": 1}
    mail = ConfigurationItem.objects.get(name="Mail")
    assert (mail.hourly_cost, sum(mail.uses.values_list("people", flat=True))) == (Decimal(120), 970)
    with pytest.raises(Invalid):
        import_services(b"\x00\x01", actor=ada)


def test_naming_the_service_sets_what_the_agent_says(cast: Cast, kis: ConfigurationItem, ticket: Ticket) -> None:
    alan = cast.actor("alan")
    proposal = impact_for(kis, customer_id=ticket.customer_id, people=None, at=clock.now())
    assert (proposal.impact, proposal.people) == (1, 400)
    before = ticket.delay_cost
    named = name_service(ticket, actor=alan, service=kis, people=12, impact=2)
    assert (named.service_id, named.affected_people, named.impact, named.priority) == (kis.pk, 12, 2, 3)
    assert named.delay_cost == pytest.approx(25 + 2400 * 12 / 480)
    assert named.delay_cost > before
    with pytest.raises(Invalid):
        name_service(named, actor=alan, service=kis, people=12, impact=2)
    assert name_service(named, actor=alan, service=None).service_id is None


def test_outsiders_name_no_service(cast: Cast, kis: ConfigurationItem, ticket: Ticket) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(team=cast.teams["outside"], level=3)
    ticket.refresh_from_db()
    with pytest.raises(NotAllowed):
        name_service(ticket, actor=cast.actor("eve"), service=kis)


def test_the_cost_runs_is_frozen_at_the_solution_and_runs_on_after_a_reopening(
    cast: Cast, kis: ConfigurationItem, ticket: Ticket, frozen: datetime
) -> None:
    alan = cast.actor("alan")
    name_service(ticket, actor=alan, service=kis, people=48)
    with clock.standing_at(frozen + timedelta(hours=2)):
        running = outage_shown_to(alan, Ticket.objects.get(pk=ticket.pk))
        assert running is not None
        assert (running.is_frozen, running.outage.amount, running.outage.per_hour) == (
            False,
            Decimal(480),
            Decimal(240),
        )
        resolve(ticket, actor=alan, text="Es geht wieder.")
    change_service(kis, actor=cast.actor("ada"), hourly_cost=Decimal(1))
    with clock.standing_at(frozen + timedelta(hours=5)):
        kept = outage_shown_to(alan, Ticket.objects.get(pk=ticket.pk))
        assert kept is not None
        assert (kept.is_frozen, kept.outage.amount) == (True, Decimal(480))
        reopen(ticket, actor=cast.actor("rita"))
        assert not OutageCost.objects.exists()
        again = outage_shown_to(alan, Ticket.objects.get(pk=ticket.pk))
        assert again is not None
        assert again.outage.seconds == 5 * 3600


def test_a_solution_that_was_called_back_freezes_nothing(cast: Cast, kis: ConfigurationItem, ticket: Ticket) -> None:
    alan = cast.actor("alan")
    name_service(ticket, actor=alan, service=kis)
    resolution = resolve(ticket, actor=alan, text="Es geht wieder.")
    assert resolution.message is not None
    withdraw_message(resolution.message, actor=alan)
    assert not OutageCost.objects.exists()


def test_who_may_not_know_never_sees_what_it_costs(cast: Cast, kis: ConfigurationItem, ticket: Ticket) -> None:
    name_service(ticket, actor=cast.actor("alan"), service=kis)
    ticket = Ticket.objects.get(pk=ticket.pk)
    seen = {
        n for n in ("alan", "max", "karl", "rita", "zoe", "eve", "victor") if outage_shown_to(cast.actor(n), ticket)
    }
    assert seen == {"alan", "max", "karl"}
    Ticket.objects.filter(pk=ticket.pk).update(team=cast.teams["outside"], level=3)
    assert outage_shown_to(cast.actor("eve"), Ticket.objects.get(pk=ticket.pk)) is None
