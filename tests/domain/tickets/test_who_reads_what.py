"""Who may read which kind of words, and the files that came with them (P31)."""

import pytest
from tests.cast import Cast

from dreiklang.tickets import policy
from dreiklang.tickets.commands.attaching import Upload
from dreiklang.tickets.commands.conversation import write_message, write_note
from dreiklang.tickets.commands.corresponding import write_to_third_party
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.models import Ticket


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """A case with a message, a note and a letter to the vendor, each with a file."""
    alan = cast.actor("alan")
    opened = open_ticket(cast.rita, actor=alan, subject="Drucker", channel="phone")
    file = Upload("plan.txt", "text/plain", b"what is inside")
    write_message(opened, actor=alan, text="Wir sehen nach.", attachments=[file])
    write_note(opened, actor=alan, text="Netz prüfen", attachments=[file])
    to = {"party_name": "Hersteller", "party_address": "help@hersteller.example"}
    write_to_third_party(opened, actor=alan, text="Bitte prüfen", attachments=[file], **to)
    return opened


@pytest.mark.parametrize(
    ("who", "notes", "files"), [("rita", 0, 1), ("karl", 0, 1), ("zoe", 0, 0), ("eve", 0, 0), ("berta", 1, 3)]
)
def test_p31_files_go_to_those_who_read_the_words(cast: Cast, ticket: Ticket, who: str, notes: int, files: int) -> None:
    actor = cast.actor(who)
    assert policy.notes_visible_to(actor, ticket).count() == notes
    assert policy.attachments_visible_to(actor, ticket).count() == files


def test_p31_an_agent_who_reports_a_security_incident_reads_as_a_requester(cast: Cast) -> None:
    cast.berta.account.roles = ["agent", "requester"]
    cast.berta.account.save()
    reported = open_ticket(cast.berta, actor=cast.actor("berta"), subject="Anhang geöffnet", kind="security")
    write_note(reported, actor=cast.actor("alan"), text="Verdacht auf Innentäter")
    assert policy.may_see(cast.actor("berta"), reported)
    assert not policy.notes_visible_to(cast.actor("berta"), reported).exists()
    assert not policy.may_see(cast.actor("carl"), reported)
    assert not policy.visible_to(cast.actor("carl")).filter(pk=reported.pk).exists()
    assert policy.notes_visible_to(cast.actor("alan"), reported).exists()


def test_p29_what_a_team_has_is_for_everybody_what_they_may_know_of_it(cast: Cast, ticket: Ticket) -> None:
    open_ticket(cast.rita, actor=cast.actor("alan"), subject="Anhang geöffnet", kind="security")
    assert cast.teams["desk"].tickets.count() == 2
    for who in cast.persons:
        for team in cast.teams.values():
            actor = cast.actor(who)
            seen = policy.visible_to(actor).filter(team=team)
            assert set(policy.visible_of_team(actor, team.pk)) == set(seen), (who, team)
            assert set(policy.visible_of_team(actor.limited_to(frozenset()), team.pk)) == set()


def test_p28_what_customers_have_is_for_everybody_what_they_may_know_of_it(cast: Cast, ticket: Ticket) -> None:
    open_ticket(cast.rita, actor=cast.actor("alan"), subject="Anhang geöffnet", kind="security")
    for who in cast.persons:
        actor = cast.actor(who)
        seen = policy.visible_to(actor).filter(customer__in=actor.organizations)
        assert set(policy.visible_of_customers(actor)) == set(seen), who
    assert policy.visible_of_customers(cast.actor("karl")).get() == ticket
    assert not policy.visible_of_customers(cast.actor("zoe")).exists()
