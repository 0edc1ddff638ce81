"""What belongs to a restricted ticket, and numbers of organisations."""

from __future__ import annotations

from tests.cast import Cast

from dreiklang.accounts.models import Account
from dreiklang.channels.telephony import policy, queries
from dreiklang.channels.telephony.commands import keep_card, make_system, open_ticket_from, put_extensions, take_news
from dreiklang.channels.telephony.inbound import ANSWERED, News
from dreiklang.channels.telephony.models import Call, System
from dreiklang.kernel.permissions import system as desk
from dreiklang.organizations.commands.organizations import change_organization
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.models import Assignment, Ticket

PBX = desk("telephony")


def rung(cast: Cast) -> tuple[System, Call]:
    """A call that Alan talks on and that everybody at the desk sees: no team answers the system."""
    made, _token = make_system("Anlage", actor=PBX, kind="generic", organization=cast.organizations["house"])
    put_extensions(made, actor=PBX, places=[("11", cast.alan)])
    return made, take_news(made, News(ANSWERED, "c1", caller="+4922147101234", at=("11",)), actor=PBX)


def test_a_call_of_a_restricted_ticket_is_seen_by_its_own_people_only(cast: Cast) -> None:
    _made, call = rung(cast)
    alan, carl = cast.actor("alan"), cast.actor("carl")
    keep_card(call, actor=alan, caller=cast.rita, notes="Jemand liest meine Mails", subject="a\x00b")
    assert Call.objects.get().subject == "ab"
    ticket = open_ticket_from(call, actor=alan)
    assert policy.visible_to(carl).filter(pk=call.pk).exists()
    Ticket.objects.filter(pk=ticket.pk).update(is_restricted=True)
    assert not Assignment.objects.filter(ticket=ticket, team_id__in=carl.teams).exists()
    assert not policy.visible_to(carl).filter(pk=call.pk).exists()
    assert policy.visible_to(alan).filter(pk=call.pk).exists()


def test_who_asked_for_a_restricted_ticket_reads_no_notes_of_its_calls(cast: Cast) -> None:
    """Carl works at the desk, and asked himself: he knows of the ticket, as a requester."""
    _made, call = rung(cast)
    Account.objects.filter(pk=cast.carl.account_id).update(roles=["agent", "requester"])
    cast.carl.account.refresh_from_db()
    keep_card(call, actor=cast.actor("alan"), caller=cast.carl, notes="Er klingt betrunken", subject="Zugang")
    ticket = open_ticket_from(call, actor=cast.actor("alan"))
    Ticket.objects.filter(pk=ticket.pk).update(is_restricted=True)
    carl = cast.actor("carl")
    assert tickets.visible_to(carl).filter(pk=ticket.pk).exists()
    assert not policy.visible_to(carl).filter(pk=call.pk).exists()


def test_a_number_that_begins_like_an_organisation_s_offers_its_people(cast: Cast) -> None:
    _made, call = rung(cast)
    assert queries.callers_of(call, actor=cast.actor("alan")) == []
    change_organization(cast.organizations["clinic"], actor=PBX, phone="0221 / 4710 - 0")
    change_organization(cast.organizations["works"], actor=PBX, phone="0711 4710-0")
    assert {p.pk for p in queries.callers_of(call, actor=cast.actor("alan"))} == {cast.rita.pk, cast.karl.pk}
