"""Outages are told to those whom they concern, and to nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.cast import Cast
from tests.conftest import MONDAY_MORNING

from dreiklang.assets.models import ConfigurationItem, Use
from dreiklang.communication.commands.outages import end_outage, go_on, join_outage, keep_outage, leave_outage
from dreiklang.communication.models import AlsoAffected, AnnouncedOutage
from dreiklang.communication.policy import visible_to
from dreiklang.communication.queries.outages import fitting, shown_to
from dreiklang.communication.rules.outages import BEFORE_AGENTS, Standing
from dreiklang.kernel import clock
from dreiklang.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, WrongState
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.models import Ticket

pytestmark = pytest.mark.usefixtures("frozen")
OUTSIDE = ("zoe", "eve", "victor")


def announced(cast: Cast, **changes: Any) -> AnnouncedOutage:
    asked = {
        "kind": "disruption",
        "titles": {"de": "Orbis ist gestört", "en": "Orbis is down"},
        "audience": "customers",
        "customers": [cast.organizations["clinic"]],
        "from_at": clock.now(),
        **changes,
    }
    return keep_outage(None, actor=cast.actor("alan"), **asked)


def test_p28_an_outage_of_one_customer_is_told_to_no_other(cast: Cast) -> None:
    announced(cast)
    inside = announced(cast, audience="inside", customers=[])
    assert inside.customers.count() == 0
    for reader in ("rita", "karl"):
        assert visible_to(cast.actor(reader)).count() == 1
    for stranger in OUTSIDE:
        actor = cast.actor(stranger)
        assert not visible_to(actor).exists()
        assert not fitting(actor, "Orbis geht nicht")
        assert not shown_to(actor, ahead=BEFORE_AGENTS)
        with pytest.raises(NotAllowed):
            keep_outage(None, actor=actor, kind="disruption", titles={"de": "Alles"}, from_at=clock.now())
    announced(cast, audience="everybody", customers=[])
    assert [visible_to(cast.actor(reader)).count() for reader in (*OUTSIDE, "rita", "alan")] == [1, 1, 1, 2, 3]


def test_those_who_use_a_service_are_told_where_no_customer_is_chosen(cast: Cast) -> None:
    orbis = ConfigurationItem.objects.create(key="orbis", name="Orbis KIS", sort_key="orbis kis")
    with pytest.raises(Invalid) as refused:
        announced(cast, customers=[], services=[orbis])
    assert set(refused.value.fields) == {"customers"}
    Use.objects.create(item=orbis, organization=cast.organizations["works"], people=5)
    outage = announced(cast, customers=[], services=[orbis])
    assert list(outage.customers.all()) == [cast.organizations["works"]]
    zoe = cast.actor("zoe")
    assert fitting(zoe, "", service_id=orbis.pk) == fitting(zoe, "orbis") == [outage]
    assert not fitting(zoe, "Der Drucker klemmt")
    assert not fitting(cast.actor("alan"), "orbis", organization=cast.organizations["clinic"])


def test_bad_words_are_refused_at_their_field(cast: Cast) -> None:
    for changes, field in (
        ({"titles": {"de": "  "}}, "title"),
        ({"titles": {"de": "x" * 151}}, "title_de"),
        ({"texts": {"en": "No title"}, "titles": {"de": "Nur deutsch"}}, "title_en"),
        ({"kind": "planned"}, "until_at"),
        ({"until_at": MONDAY_MORNING - timedelta(hours=1)}, "until_at"),
        ({"customers": [cast.organizations["maker"]]}, "customers"),
    ):
        with pytest.raises(Invalid) as refused:
            announced(cast, **changes)
        assert field in refused.value.fields
    assert not AnnouncedOutage.objects.exists()


def test_a_ticket_that_one_may_not_see_cannot_be_named(cast: Cast) -> None:
    secret = open_ticket(cast.rita, actor=cast.actor("alan"), subject="X", channel="phone")
    Ticket.objects.filter(pk=secret.pk).update(is_restricted=True)
    secret.refresh_from_db()
    asked = {"kind": "disruption", "titles": {"de": "X"}, "from_at": clock.now(), "ticket": secret}
    with pytest.raises(Invalid) as refused:
        keep_outage(None, actor=cast.actor("carl"), **asked)
    assert set(refused.value.fields) == {"ticket"}


def test_an_end_can_be_taken_back_and_two_do_not_overwrite_each_other(cast: Cast) -> None:
    outage, alan = announced(cast), cast.actor("alan")
    ended = end_outage(outage, actor=alan, version=outage.version)
    assert ended.standing == Standing.ENDED
    assert not shown_to(alan, ahead=BEFORE_AGENTS)
    with pytest.raises(WrongState):
        end_outage(ended, actor=alan)
    assert shown_to(alan, ahead=BEFORE_AGENTS) == []
    again = go_on(ended, actor=alan)
    assert shown_to(alan, ahead=BEFORE_AGENTS) == [outage]
    with pytest.raises(Conflict):
        end_outage(again, actor=alan, version=1)
    with pytest.raises(WrongState):
        go_on(again, actor=alan)


def test_planned_work_is_told_before_and_is_over_by_itself(cast: Cast) -> None:
    begin = MONDAY_MORNING + timedelta(hours=30)
    outage = announced(cast, kind="planned", from_at=begin, until_at=begin + timedelta(hours=2))
    alan = cast.actor("alan")
    told = []
    for hours in (0, 7, 31, 33):
        with clock.standing_at(MONDAY_MORNING + timedelta(hours=hours)):
            told.append(len(shown_to(alan, ahead=BEFORE_AGENTS)))
    assert told == [0, 1, 1, 0]
    with pytest.raises(WrongState):
        join_outage(outage, actor=cast.actor("rita"), person=cast.rita)


def test_who_is_hit_says_so_once_and_may_take_it_back(cast: Cast) -> None:
    outage, rita = announced(cast), cast.actor("rita")
    for words in ("Seit acht", "", "Auch auf 4B"):
        join_outage(outage, actor=rita, person=cast.rita, words=words)
    assert AlsoAffected.objects.get().words == "Auch auf 4B"
    join_outage(outage, actor=cast.actor("alan"), person=cast.karl)
    for name, whom in (("rita", cast.karl), ("zoe", cast.rita)):
        with pytest.raises(NotAllowed):
            leave_outage(outage, actor=cast.actor(name), person=whom)
    with pytest.raises(NotFound):
        join_outage(outage, actor=cast.actor("zoe"), person=cast.zoe)
    leave_outage(outage, actor=rita, person=cast.rita)
    assert list(AlsoAffected.objects.values_list("person", flat=True)) == [cast.karl.pk]
