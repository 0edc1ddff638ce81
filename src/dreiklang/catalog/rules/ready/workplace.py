"""Devices and software for the place where somebody works."""

from dreiklang.catalog.rules.plan import Plan
from dreiklang.catalog.rules.ready.access import REASON
from dreiklang.catalog.rules.ready.writing import (
    CHOICE,
    CHOICES,
    DAY,
    LONG,
    NUMBER,
    TEXT,
    YES_NO,
    Ready,
    after,
    asked,
    both,
    contact,
    manager,
    step,
)

PLACE = asked("place", TEXT, ("Where is it needed?", "Wo wird es gebraucht?"),
              hint=("Building, floor, room", "Gebäude, Etage, Raum"))  # fmt: skip
COST = asked("cost", NUMBER, ("What does it cost?", "Was kostet es?"), least=0,
             hint=("In all, as far as you know", "Insgesamt, soweit bekannt"))  # fmt: skip

WORKPLACE = (
    Ready(
        "new-device", "workplace", "device-desktop", both(("New device", "Neues Gerät")),
        both(("Notebook, PC, monitor, printer, telephone.", "Notebook, PC, Bildschirm, Drucker, Telefon.")),
        (
            asked("device", CHOICE, ("What do you need?", "Was brauchen Sie?"), choices={
                "notebook": ("notebook", "Notebook"), "desktop": ("desktop PC", "Arbeitsplatz-PC"),
                "monitor": ("monitor", "Bildschirm"), "printer": ("printer", "Drucker"),
                "telephone": ("telephone", "Telefon"), "other": ("something else", "etwas anderes")}),
            asked("what", TEXT, ("What exactly?", "Was genau?"), when=after("device", "other")),
            asked("docking", YES_NO, ("With a docking station?", "Mit Dockingstation?"),
                  when=after("device", "notebook")),
            asked("replaces", TEXT, ("Number of the device it replaces", "Nummer des Geräts, das es ersetzt"),
                  needed=False),
            PLACE, COST, REASON,
        ),
        Plan((
            step(("Order", "Bestellen"), ("Look whether one is in the store, else order it",
                 "Im Lager nachsehen, sonst bestellen")),
            step(("Prepare", "Einrichten"), ("Install it and enter it in the inventory",
                 "Installieren und ins Inventar aufnehmen"), team="level-2"),
            step(("Deliver", "Aufstellen"), ("Agree on a time and put it up", "Termin vereinbaren und aufstellen"),
                 ("Take back the former device, erase its disk", "Altes Gerät zurücknehmen, Datenträger löschen")),
        ), (manager(), contact(above=1000)), None, "cost"),
    ),
    Ready(
        "install-software", "software", "download", both(("Install software", "Software installieren")),
        both(("A program on your device.", "Ein Programm auf Ihrem Gerät.")),
        (
            asked("program", TEXT, ("Which program?", "Welches Programm?")),
            asked("device", TEXT, ("On which device?", "Auf welchem Gerät?"),
                  hint=("The number on its sticker", "Die Nummer auf dem Aufkleber")),
            asked("has_licence", CHOICE, ("Is there a licence?", "Gibt es eine Lizenz?"), choices={
                "yes": ("yes", "ja"), "free": ("it needs none", "es braucht keine"), "no": ("no", "nein")}),
            asked("cost", NUMBER, ("What does a licence cost?", "Was kostet eine Lizenz?"), least=0,
                  when=after("has_licence", "no")),
            REASON,
        ),
        Plan((
            step(("Check", "Prüfen"), ("Look whether the program is released for the house",
                 "Prüfen, ob das Programm für das Haus freigegeben ist")),
            step(("Licence", "Lizenz"), ("Buy the licence and keep the receipt", "Lizenz kaufen und Beleg ablegen"),
                 when=after("has_licence", "no")),
            step(("Install", "Installieren"), ("Install it and try it with the person",
                 "Installieren und mit der Person ausprobieren"), team="level-2"),
        ), (manager(when=after("has_licence", "no")),), None, "cost"),
    ),
    Ready(
        "office-suite", "software", "file-text", both(("Office suite", "Office-Paket")),
        both(("Text, tables, slides, mail.", "Text, Tabellen, Folien, E-Mail.")),
        (
            asked("parts", CHOICES, ("What do you need of it?", "Was brauchen Sie davon?"), choices={
                "text": ("text and tables", "Text und Tabellen"), "slides": ("slides", "Folien"),
                "mail": ("mail and calendar", "E-Mail und Kalender"), "database": ("database", "Datenbank")}),
            asked("device", TEXT, ("On which device?", "Auf welchem Gerät?")),
        ),
        Plan((step(("Install", "Installieren"), ("Assign a licence", "Lizenz zuweisen"),
             ("Install the parts that were asked for", "Gewünschte Teile installieren"), team="level-2"),),
             (manager(when=after("parts", "database")),)),
    ),
    Ready(
        "loan-device", "workplace", "package", both(("Loan device", "Leihgerät")),
        both(("For some days, from the store.", "Für einige Tage, aus dem Lager.")),
        (
            asked("device", CHOICE, ("What do you need?", "Was brauchen Sie?"), choices={
                "notebook": ("notebook", "Notebook"), "projector": ("projector", "Beamer"),
                "tablet": ("tablet", "Tablet"), "phone": ("mobile phone", "Mobiltelefon")}),
            asked("from_day", DAY, ("From which day?", "Ab welchem Tag?")),
            asked("until_day", DAY, ("Until which day?", "Bis zu welchem Tag?")),
        ),
        Plan((
            step(("Hand out", "Ausgeben"), ("Reserve a device", "Gerät reservieren"),
                 ("Hand it out and note its number", "Ausgeben und Nummer vermerken")),
            step(("Take back", "Zurücknehmen"), ("Take it back, look whether it is whole, erase it",
                 "Zurücknehmen, auf Schäden prüfen, löschen")),
        )),
    ),
    Ready(
        "purchase", "workplace", "shopping-cart", both(("Purchase", "Beschaffung")),
        both(("Anything that the catalogue does not hold.", "Alles, was nicht im Katalog steht.")),
        (
            asked("what", TEXT, ("What is to be bought?", "Was soll gekauft werden?")),
            asked("count", NUMBER, ("How many?", "Wie viele?"), least=1, most=1000),
            COST, REASON, asked("link", LONG, ("Offer or address of it", "Angebot oder Adresse dazu"), needed=False),
        ),
        Plan((
            step(("Offers", "Angebote"), ("Get offers and compare them", "Angebote einholen und vergleichen")),
            step(("Order", "Bestellen"), ("Order it and note when it comes", "Bestellen und Liefertermin vermerken")),
            step(("Receive", "Annehmen"), ("Check what came and hand it out", "Lieferung prüfen und ausgeben")),
        ), (manager(), contact(above=1000)), None, "cost"),
    ),
)  # fmt: skip
