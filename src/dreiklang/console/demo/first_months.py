"""What a desk has after its first months: own fields with values, shared views, rules, more made ready, the book."""

from __future__ import annotations

from datetime import datetime, timedelta

from dreiklang.automation.commands.keeping import switch_rule, take_ready
from dreiklang.console.demo.together import actor_of
from dreiklang.console.demo.world import SETUP, World
from dreiklang.kernel import clock
from dreiklang.kernel.permissions import Actor
from dreiklang.routines.commands.keeping import keep_macro, keep_runbook, keep_text_block
from dreiklang.shifts.commands.book import settle_point, write_entry
from dreiklang.tickets.commands.own_fields import keep_values, make_field
from dreiklang.tickets.commands.views import make_view
from dreiklang.tickets.models import Ticket

#: Name, shortcut, German, English.
TEXT_BLOCKS = (
    ("Kennwort: nie zusenden", "kennwort",
     "bitte schicken Sie uns nie ein Kennwort, auch nicht auf Nachfrage. Wir brauchen es nicht.",
     "please never send us a password, not even when asked. We do not need it."),
    ("Termin vor Ort", "termin",
     "wir kommen gern zu Ihnen. Passt es in den nächsten zwei Tagen, und zu welcher Stunde?",
     "we will come to you. Does one of the next two days suit you, and at what time?"),
    ("Zwischenstand", "stand",
     "wir arbeiten weiter an {number}. Sobald es etwas Neues gibt, schreiben wir Ihnen.",
     "we are still working on {number}. As soon as there is news, we will write."),
)  # fmt: skip
#: Name, hint, category, steps.
RUNBOOKS = (
    (
        "Konto gesperrt", "Wer fragt, ist nicht immer, wer es sagt.", "account",
        ("Identität über die hinterlegte Rufnummer prüfen", "Sperrgrund nachsehen", "Konto entsperren",
         "Anmeldung gemeinsam probieren", "Zweiten Faktor prüfen"),
    ),
    (
        "Kein Netz am Platz", "Bevor es an Level 3 geht.", "network",
        ("Raum und Dosennummer erfragen", "Andere im Raum betroffen?", "Kabel und Leuchte prüfen lassen",
         "Am WLAN probieren", "Adresse des Geräts nachsehen"),
    ),
)  # fmt: skip
#: Name, conditions, who has it, columns, grouping.
VIEWS = (
    ("VIP und dringend", "is:open (is:vip or priority:<=2)", "everyone",
     ["priority", "number", "subject", "requester", "level", "assignee", "due", "staff"], "level"),
    ("Klinikum: offen nach Kategorie", "is:open customer:Klinikum", "everyone",
     ["priority", "number", "subject", "requester", "field.room", "due"], "category"),
    ("Wartet auf Anfragende", "is:waiting", "team", ["number", "subject", "requester", "returns", "said"], ""),
    ("Meine Woche", "is:mine", "private",
     ["priority", "number", "subject", "field.inventory-number", "due", "staff"], ""),
)  # fmt: skip
RULES_ON, RULES_OFF = ("complaint", "reopened"), ("vip", "unanswered", "forgotten")


def live_in(world: World, now: datetime) -> None:
    """Everything, as a desk has it after its first months; the newest entries of the book are of this morning."""
    with clock.standing_at(now - timedelta(hours=3)):
        _make_fields()
        _fill_fields(world)
        _make_routines(world)
        _make_views(world)
        for key in (*RULES_ON, *RULES_OFF):
            rule = take_ready(key, actor=actor_of(world.persons["ada"]))
            if key in RULES_ON:
                switch_rule(rule, actor=actor_of(world.persons["ada"]), is_active=True)
    _write_book(world, now)


def _make_fields() -> None:
    make_field(
        actor=SETUP, kind="text", labels={"de": "Inventarnummer", "en": "Inventory number"},
        hints={"de": "vom Aufkleber", "en": "from the sticker"}, audience="working",
    )  # fmt: skip
    make_field(actor=SETUP, kind="text", labels={"de": "Raum", "en": "Room"}, position=1, audience="working")
    make_field(
        actor=SETUP, kind="choice", labels={"de": "Kostenstelle", "en": "Cost centre"}, position=2,
        choices=["4100 Pflege", "4200 Verwaltung", "4300 Labor", "4400 Radiologie"],
    )  # fmt: skip
    make_field(
        actor=SETUP,
        kind="yes_no",
        labels={"de": "Patientendaten betroffen", "en": "Patient data concerned"},
        position=3,
    )


def _fill_fields(world: World) -> None:
    """Some of the running tickets of the first level have them filled."""
    alan = actor_of(world.persons["alan"])
    running = Ticket.objects.unsettled().filter(team=world.teams["desk"]).order_by("-pk")[:12]
    centres = ("4100 Pflege", "4200 Verwaltung", "4300 Labor", "4400 Radiologie")
    for n, ticket in enumerate(running):
        values = {
            "inventory-number": f"TW-{20310 + 7 * n}", "room": f"{'ABC'[n % 3]}{1 + n % 4}.{10 + n}",
            "cost-centre": centres[n % 4], "patient-data-concerned": "yes" if n % 5 == 0 else "no",
        }  # fmt: skip
        keep_values(ticket, actor=alan, values=values)


def _make_routines(world: World) -> None:
    alan, max_ = actor_of(world.persons["alan"]), actor_of(world.persons["max"])
    for name, shortcut, german, english in TEXT_BLOCKS:
        words = {"de": german, "en": english}
        keep_text_block(None, actor=max_, name=name, shortcut=shortcut, words=words, sharing="all")
    keep_text_block(
        None, actor=alan, name="Meine Durchwahl", shortcut="ruf", words={"de": "Sie erreichen mich unter -117."}
    )
    keep_macro(
        None, actor=max_, name="Drucker: Nummer erfragen", key="d", sharing="all", words_as="message", state="wait",
        assign_to="me", category=world.categories["printing"], tags=["Drucker"],
        words={
            "de": "welche Nummer steht auf dem Aufkleber am Drucker? Damit finden wir ihn sofort.",
            "en": "which number is on the sticker of the printer? With it we find it at once.",
        },
    )  # fmt: skip
    keep_macro(
        None, actor=max_, name="Übernehmen und notieren", key="u", sharing="all", words_as="note", assign_to="me",
        words={"de": "Übernommen am {day}, melde mich telefonisch.", "en": "Taken on {day}, will call."},
    )  # fmt: skip
    keep_macro(
        None, actor=max_, name="Netz: an Level 3 vorbereiten", key="n", sharing="all", words={},
        category=world.categories["network"], handover={
            "reason": "Am Platz ist alles geprüft, der Fehler liegt dahinter.",
            "question": "Ist der Port am Verteiler aktiv, und in welchem Netz?",
        },
    )  # fmt: skip
    for name, hint, category, steps in RUNBOOKS:
        keep_runbook(None, actor=max_, name=name, hint=hint, steps=steps, categories=[world.categories[category]])


def _make_views(world: World) -> None:
    alan, max_ = actor_of(world.persons["alan"]), actor_of(world.persons["max"])
    for name, conditions, audience, columns, grouping in VIEWS:
        actor = alan if audience == "private" else max_
        more = {"team": world.teams["desk"]} if audience == "team" else {}
        make_view(
            actor=actor, name=name, conditions=conditions, columns=columns, grouping=grouping, audience=audience, **more
        )


def _write_book(world: World, now: datetime) -> None:
    """Two days of the first level's book; one point is carried on, one is settled."""
    alan, team = actor_of(world.persons["alan"]), world.teams["desk"]
    colleague = next((key for key in world.members["desk"] if key != "alan"), "alan")
    other = actor_of(world.persons[colleague])
    numbers = list(Ticket.objects.unsettled().filter(team=team).order_by("-pk").values_list("number", flat=True)[:3])
    entries: tuple[tuple[int, Actor, str, list[int], bool], ...] = (
        (30, other, "Etikettendrucker im Labor: Hersteller schickt morgen ein Ersatzgerät.", numbers[:1], True),
        (27, alan, "Wartungsfenster KIS heute 20 bis 22 Uhr, Ansage am Telefon läuft.", [], True),
        (6, other, "Ruhige Nacht, zwei Anrufe wegen gesperrter Konten, beide gelöst.", [], False),
        (2, alan, "WLAN in Haus B schwankt wieder: bitte sammeln und an das Netz geben.", numbers[1:], True),
    )
    for hours, actor, text, about, is_open in entries:
        with clock.standing_at(now - timedelta(hours=hours)):
            made = write_entry(team, actor=actor, text=text, numbers=about, is_open=is_open)
        if hours == 27:
            with clock.standing_at(now - timedelta(hours=5)):
                settle_point(made, actor=other)
