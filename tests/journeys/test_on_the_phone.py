"""A call with a warm transfer: the system's news are played, two agents sit at their screens."""

from __future__ import annotations

import urllib.parse
import urllib.request

from playwright.sync_api import expect
from tests.journeys.conftest import SignIn
from tests.journeys.served import Served

SET_UP = """
from dreiklang.channels.telephony.commands import make_system, put_extensions
from dreiklang.kernel.permissions import system
from dreiklang.organizations.commands.persons import change_person
from dreiklang.organizations.models import Organization, Person
from dreiklang.teams.models import Team
setup, person = system("test"), lambda name: Person.objects.get(name=name)
change_person(person("Karl Contact"), actor=setup, phones=["0221 4710110"])
made, token = make_system("Anlage", actor=setup, kind="sipgate", organization=Organization.objects.get(key="house"),
                          team=Team.objects.get(key="desk"))
put_extensions(made, actor=setup, places=[("11", person("Alan Yildiz")), ("22", person("Berta Krüger"))])
print(json.dumps([made.key, token]))
"""


def test_a_running_call_goes_up_with_its_card(desk: Served, sign_in: SignIn) -> None:
    key, token = desk.ask(SET_UP)  # type: ignore[misc]
    alan, berta = sign_in("alan"), sign_in("berta")
    alan.goto(f"{desk.url}/desk/")
    berta.goto(f"{desk.url}/desk/")

    def tell(event: str, **more: str) -> str:
        told = {"event": event, "callId": "77", "from": "492214710110", "to": "4970719900", "direction": "in", **more}
        address = f"{desk.url}/api/telephony/{key}/?token={token}"
        with urllib.request.urlopen(address, urllib.parse.urlencode(told).encode(), timeout=20) as answer:
            return str(answer.read().decode())

    # it rings: who calls stands on Alan's screen without a reload, and on nobody else's
    assert 'onHangup="' in tell("newCall", **{"user[]": "11"})
    ringing = alan.locator("#calls-now", has_text="Karl Contact")
    expect(ringing).to_contain_text("Es klingelt")
    expect(berta.locator(".call-now")).to_have_count(0)
    tell("answer", user="11")
    expect(alan.locator("#calls-now")).to_contain_text("Im Gespräch")

    # what is typed is kept while one talks
    alan.locator("#calls-now").get_by_role("link", name="Karte").click()
    alan.locator("#call-notes").press_sequentially("Im Labor geht seit heute kein Netz.")
    alan.locator("#call-subject").fill("Kein Netz im Labor")
    expect(alan.locator("[data-draft-target=saved]")).not_to_be_empty()
    alan.get_by_text("Laufendes Gespräch weitergeben").click()
    alan.locator("#to-team").select_option(label="2 · Arbeitsplatz & Druck")
    alan.locator("#transfer-reason").fill("Braucht Rechte am Switch")
    alan.get_by_role("button", name="Gespräch anbieten").click()
    expect(alan.locator(".notice", has_text="Angeboten an Arbeitsplatz")).to_be_visible()

    # level 2 sees the card before it takes the call; level 1 has it until then
    offered = berta.locator(".call-now.is-offered", has_text="Alan Yildiz gibt ein Gespräch weiter")
    expect(offered).to_contain_text("Kein Netz im Labor")
    offered.get_by_role("link", name="Karte ansehen").click()
    expect(berta.locator("main")).to_contain_text("Im Labor geht seit heute kein Netz.")
    berta.locator("main").get_by_role("button", name="Annehmen").click()
    expect(berta.locator("#call-state")).to_contain_text("Berta Krüger")

    # the handover is written by it, and accepted
    berta.locator(".notice-ok a").click()
    expect(berta.locator("#entries")).to_contain_text("Braucht Rechte am Switch")
    expect(alan.locator(".call-now", has_text="Kein Netz im Labor")).to_have_count(0)
    tell("hangup", cause="normalClearing")
    expect(berta.locator("#calls-now")).to_contain_text("Noch nachzubereiten")
    berta.locator("#calls-now").get_by_role("link", name="Karte").click()
    berta.locator("#call-outcome").fill("Port freigeschaltet")
    berta.get_by_role("button", name="Erledigt", exact=True).click()
    expect(berta.locator(".call-now")).to_have_count(0)
