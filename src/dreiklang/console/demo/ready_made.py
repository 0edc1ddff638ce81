"""What the demo desk has ready: text blocks, a macro, a runbook, words for the next shift, a team's signature."""

from __future__ import annotations

from dreiklang.catalog.commands import add_ready_entries
from dreiklang.console.demo.together import actor_of
from dreiklang.console.demo.world import SETUP, World
from dreiklang.organizations.commands.persons import change_person
from dreiklang.routines.commands.keeping import keep_macro, keep_runbook, keep_text_block
from dreiklang.shifts.commands.book import write_entry
from dreiklang.teams.commands.teams import change_team


def make_ready(world: World) -> None:
    """Let the lead of level 1 and the administrator make what everybody uses."""
    add_ready_entries(actor=SETUP)
    change_person(world.persons["rita"], actor=SETUP, manager=world.persons["karin"], cost_centre="4711")
    desk, workplace = world.teams["desk"], world.teams["workplace"]
    ada, ute, tom = (actor_of(world.persons[key]) for key in ("ada", "ute", "tom"))
    keep_text_block(
        None, actor=ada, name="Rückfrage Gerätenummer", shortcut="nr", sharing="all",
        words={"de": "welche Nummer steht auf dem Aufkleber des Geräts? Sie beginnt mit TW.",
               "en": "which number is on the sticker of the device? It begins with TW."},
    )  # fmt: skip
    keep_text_block(
        None, actor=ada, name="Neu starten", shortcut="neu", sharing="all",
        words={"de": "bitte starten Sie das Gerät einmal neu und schreiben Sie uns, ob es danach geht.",
               "en": "please restart the device once and tell us whether it works afterwards."},
    )  # fmt: skip
    keep_macro(
        None, actor=ada, name="Passwort zurückgesetzt", words_as="message", state="resolve", sharing="all",
        category=world.categories["account"],
        words={"de": "Ihr Passwort ist zurückgesetzt. Bitte vergeben Sie bei der Anmeldung ein neues.",
               "en": "your password has been reset. Please choose a new one when you sign in."},
    )  # fmt: skip
    keep_runbook(
        None, actor=ada, name="Drucker druckt nicht", categories=[world.categories["printing"]],
        hint="Der Reihe nach, bis etwas hilft.",
        steps=["Warteschlange geprüft", "Papier und Farbe geprüft", "Port 9100 geprüft", "Gerät neu gestartet"],
    )  # fmt: skip
    write_entry(
        desk, actor=tom, is_open=True,
        text="Das Bürgeramt meldet sich bis 16 Uhr wegen der Kasse. Bitte gleich an die Fachanwendungen.",
    )  # fmt: skip
    write_entry(desk, actor=ute, text="Donnerstag ab 18 Uhr Wartung der Mailserver, Ansage liegt bereit.")
    for team in (desk, workplace):
        change_team(team, actor=SETUP, signature="Talwerk IT-Service\nHilfe: Telefon 1000, hilfe@talwerk.example")
