"""Tags, links and followers: what they do, and what those outside never learn of them."""

from __future__ import annotations

import pytest
from tests.cast import Cast
from tests.domain.tickets.conftest import Make

from dreiklang.accounts.models import Account
from dreiklang.communication.models import Notification
from dreiklang.kernel.errors import Invalid, NotAllowed, NotFound
from dreiklang.teams.models import Membership
from dreiklang.tickets.commands.conversation import receive_message, write_note
from dreiklang.tickets.commands.following import follow, unfollow
from dreiklang.tickets.commands.linking import link, unlink
from dreiklang.tickets.commands.tagging import delete_tag, merge_tags, rename_tag, tag, untag
from dreiklang.tickets.models import Tag, Ticket, TicketLink
from dreiklang.tickets.queries.search import search_tickets
from dreiklang.tickets.queries.together import followers_who_see, tags_of, tags_offered, ties_of


def names(ticket: Ticket) -> list[str]:
    return [t.name for t in tags_of(ticket)]


def test_a_tag_is_one_however_it_is_typed_and_the_ticket_is_found_by_it(cast: Cast, make: Make) -> None:
    alan, first, second = cast.actor("alan"), make(), make()
    tag(first, actor=alan, name="  #Umzug   2027 ")
    tag(second, actor=alan, name="UMZUG 2027")
    assert names(first) == names(second) == ["Umzug 2027"]
    with pytest.raises(Invalid, match="bears"):
        tag(first, actor=alan, name="umzug 2027")
    assert {t.pk for t in search_tickets("umzug", actor=alan).tickets} == {first.pk, second.pk}
    assert search_tickets("umzug", actor=cast.actor("rita")).tickets == []
    untag(first, actor=alan, name="umzug 2027")
    assert names(first) == []
    with pytest.raises(Invalid):
        tag(first, actor=alan, name=" , # ")


def test_tags_are_tidied_up_in_control(cast: Cast, make: Make) -> None:
    alan, ada, first, second = cast.actor("alan"), cast.actor("ada"), make(), make()
    tag(first, actor=alan, name="Drucker")
    tag(first, actor=alan, name="Printer")
    tag(second, actor=alan, name="Printer")
    drucker, printer = Tag.objects.get(folded="drucker"), Tag.objects.get(folded="printer")
    with pytest.raises(NotAllowed):
        rename_tag(printer, actor=alan, name="Drucken")
    with pytest.raises(Invalid):
        rename_tag(printer, actor=ada, name="drucker")
    merge_tags(printer, actor=ada, into=drucker)
    assert names(first) == names(second) == ["Drucker"]
    rename_tag(drucker, actor=ada, name="Drucken")
    assert names(second) == ["Drucken"]
    delete_tag(drucker, actor=ada)
    assert names(first) == []


def test_p28_tags_of_others_change_no_proposal(cast: Cast, make: Make) -> None:
    hers, foreign = make(), make("zoe")
    Ticket.objects.filter(pk=hers.pk).update(team=cast.teams["outside"])
    tag(hers, actor=cast.actor("eve"), name="Fachanwendung")
    before = tags_offered("", actor=cast.actor("eve"))
    tag(foreign, actor=cast.actor("alan"), name="Fusion geheim")
    assert [t.name for t in before] == [t.name for t in tags_offered("", actor=cast.actor("eve"))] == ["Fachanwendung"]
    assert tags_offered("fus", actor=cast.actor("eve")) == []
    assert tags_offered("", actor=cast.actor("zoe")) == []
    assert [t.name for t in tags_offered("geh", actor=cast.actor("alan"))] == ["Fusion geheim"]


def test_links_are_told_on_both_tickets_and_read_both_ways(cast: Cast, make: Make) -> None:
    alan, first, second = cast.actor("alan"), make(), make("zoe")
    made = link(first, actor=alan, other=second, kind="caused_by")
    assert [(t.other.pk, t.is_origin) for t in ties_of(first, actor=alan)] == [(second.pk, True)]
    assert [(t.other.pk, t.is_origin) for t in ties_of(second, actor=alan)] == [(first.pk, False)]
    for other_way in ({"ticket": first, "other": second}, {"ticket": second, "other": first}):
        with pytest.raises(Invalid):
            link(other_way["ticket"], actor=alan, other=other_way["other"], kind="caused_by")
    with pytest.raises(Invalid):
        link(first, actor=alan, other=first)
    unlink(made, actor=alan)
    assert not TicketLink.objects.exists()


def test_p28_a_link_to_a_ticket_out_of_sight_is_not_shown(cast: Cast, make: Make) -> None:
    hers, foreign = make(), make("zoe")
    link(hers, actor=cast.actor("alan"), other=foreign)
    Ticket.objects.filter(pk=hers.pk).update(team=cast.teams["outside"])
    assert ties_of(hers, actor=cast.actor("eve")) == []
    assert ties_of(hers, actor=cast.actor("rita")) == []
    with pytest.raises(NotFound):
        link(hers, actor=cast.actor("eve"), other=foreign, kind="duplicate")


def test_a_follower_hears_once_and_not_of_own_deeds(cast: Cast, make: Make) -> None:
    ticket = make()
    follow(ticket, actor=cast.actor("berta"))
    with pytest.raises(Invalid):
        follow(ticket, actor=cast.actor("berta"))
    write_note(ticket, actor=cast.actor("berta"), text="own")
    write_note(ticket, actor=cast.actor("alan"), text="look", mentioned=[cast.berta])
    receive_message(ticket, actor=cast.actor("rita"), author=cast.rita, text="Noch immer.")
    told = Notification.objects.filter(person=cast.berta).order_by("id").values_list("kind", flat=True)
    assert list(told) == ["mentioned", "followed"]
    unfollow(ticket, actor=cast.actor("berta"))
    receive_message(ticket, actor=cast.actor("rita"), author=cast.rita, text="Hallo?")
    assert Notification.objects.filter(person=cast.berta).count() == 2


def test_p29_who_may_no_longer_see_a_ticket_hears_nothing_more(cast: Cast, make: Make) -> None:
    ticket = make()
    for name in ("berta", "carl"):
        follow(ticket, actor=cast.actor(name))
    with pytest.raises(Invalid):
        follow(ticket, actor=cast.actor("alan"), person=cast.eve)
    Ticket.objects.filter(pk=ticket.pk).update(team=cast.teams["outside"])
    follow(Ticket.objects.get(pk=ticket.pk), actor=cast.actor("eve"))
    write_note(ticket, actor=cast.actor("alan"), text="not for eve")
    assert not Notification.objects.filter(person=cast.eve).exists()
    receive_message(ticket, actor=cast.actor("rita"), author=cast.rita, text="Hallo")
    assert Notification.objects.filter(person=cast.eve).count() == 1
    Ticket.objects.filter(pk=ticket.pk).update(team=cast.teams["network"], is_restricted=True)
    Account.objects.filter(pk=cast.berta.account_id).update(is_active=False)
    Membership.objects.filter(person=cast.eve).delete()
    ticket.refresh_from_db()
    assert [p.name for p, _actor in followers_who_see(ticket)] == [cast.carl.name]
    receive_message(ticket, actor=cast.actor("rita"), author=cast.rita, text="Hallo?")
    assert Notification.objects.filter(person=cast.eve).count() == 1
