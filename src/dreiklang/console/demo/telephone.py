"""The telephone of the demo desk: a system, who sits where, what is said, and two calls of this morning."""

from __future__ import annotations

from datetime import datetime, timedelta

from dreiklang.channels.telephony.commands import (
    change_script,
    keep_card,
    make_system,
    put_extensions,
    take_news,
    wrap_up,
)
from dreiklang.channels.telephony.inbound import ANSWERED, HUNG_UP, RANG, News
from dreiklang.channels.telephony.models import System
from dreiklang.console.demo.together import actor_of
from dreiklang.console.demo.world import SETUP, World
from dreiklang.kernel import clock
from dreiklang.kernel.permissions import system

PBX = system("telephony")
PLACES = {"11": "alan", "12": "quirin", "13": "sabine", "14": "tom", "15": "ute", "21": "berta", "22": "lena",
          "31": "carl", "32": "dora"}  # fmt: skip
USUAL_END = ("Gelöst", "Auskunft gegeben", "Ticket eröffnet", "Falsch verbunden")


def set_up_telephone(world: World, now: datetime) -> None:
    """Let the telephone system tell of two calls: one that Alan wrote up, one that rang for a moment only."""
    pbx, _token = make_system(
        "Telefonanlage", actor=SETUP, kind="generic", organization=world.organizations["talwerk"],
        team=world.teams["desk"], area_code="7071",
    )  # fmt: skip
    put_extensions(pbx, actor=SETUP, places=[(place, world.persons[key]) for place, key in PLACES.items()])
    ada = actor_of(world.persons["ada"])
    change_script(
        None, actor=ada, outcomes=list(USUAL_END),
        words="Talwerk IT-Service, guten Tag.\nWer ruft an, von wo, und wer ist noch betroffen?\n"
        "Am Ende: Ticketnummer nennen.",
    )  # fmt: skip
    change_script(
        world.categories["printing"], actor=ada, outcomes=[*USUAL_END, "Ersatzgerät genannt"],
        words="Welche Nummer steht auf dem Aufkleber?\nWas steht auf der Anzeige?\n"
        "Druckt ein anderes Gerät in der Nähe?",
    )  # fmt: skip
    _talk(pbx, world, now)


def _talk(pbx: System, world: World, now: datetime) -> None:
    alan = actor_of(world.persons["alan"])
    with clock.standing_at(now - timedelta(minutes=50)):
        call = take_news(pbx, News(RANG, "demo-1", caller="4412", called="1000", rung=("11", "12")), actor=PBX)
    with clock.standing_at(now - timedelta(minutes=49)):
        call = take_news(pbx, News(ANSWERED, "demo-1", at=("11",)), actor=PBX)
        keep_card(
            call,
            actor=alan,
            subject="Öffnungszeiten der Ausleihe",
            notes="Fragt, bis wann heute Leihgeräte ausgegeben werden.",
        )
    with clock.standing_at(now - timedelta(minutes=46)):
        call = take_news(pbx, News(HUNG_UP, "demo-1", cause="normalClearing"), actor=PBX)
        wrap_up(call, actor=alan, outcome="Auskunft gegeben")
    with clock.standing_at(now - timedelta(minutes=31)):
        slip = News(RANG, "demo-2", caller="+49 221 4710 110", called="1000", rung=("11", "12"))
        take_news(pbx, slip, actor=PBX)
        take_news(pbx, News(HUNG_UP, "demo-2", cause="cancel"), actor=PBX)
