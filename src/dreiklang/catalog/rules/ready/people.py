"""Somebody starts, moves or leaves."""

from dreiklang.catalog.rules.plan import Plan
from dreiklang.catalog.rules.ready.writing import (
    CHOICES,
    DAY,
    LONG,
    TEXT,
    YES_NO,
    Ready,
    after,
    asked,
    both,
    manager,
    step,
)

PERSON = asked("person", TEXT, ("Who is it about?", "Um wen geht es?"), hint=("First and last name",
               "Vor- und Nachname"))  # fmt: skip
UNIT = asked("unit", TEXT, ("Ward or department", "Station oder Abteilung"))

PEOPLE = (
    Ready(
        "starter", "people", "users", both(("Somebody starts", "Eintritt")),
        both(("Everything ready on the first day.", "Am ersten Tag ist alles bereit.")),
        (
            PERSON, UNIT,
            asked("function", TEXT, ("What will the person do?", "Was wird die Person tun?")),
            asked("first_day", DAY, ("First day", "Erster Tag")),
            asked("needs", CHOICES, ("What does the person need?", "Was braucht die Person?"), choices={
                "account": ("account and mail", "Konto und E-Mail"), "device": ("a device", "ein Gerät"),
                "phone": ("a telephone", "ein Telefon"), "systems": ("specialist systems", "Fachsysteme")}),
            asked("systems", LONG, ("Which systems, with which rights?", "Welche Systeme, mit welchen Rechten?"),
                  when=after("needs", "systems")),
            asked("place", TEXT, ("Where will it stand?", "Wo wird es stehen?"),
                  when=after("needs", "device", "phone")),
        ),
        Plan((
            step(("Account and mail", "Konto und E-Mail"), ("Make the account and the mailbox",
                 "Konto und Postfach anlegen"), ("Put the person into the groups of the department",
                 "Person in die Gruppen der Abteilung aufnehmen"), team="level-2", when=after("needs", "account")),
            step(("Systems", "Fachsysteme"), ("Set up the rights in the systems named",
                 "Rechte in den genannten Systemen einrichten"), team="level-3", when=after("needs", "systems")),
            step(("Workplace", "Arbeitsplatz"), ("Prepare device and telephone and put them up",
                 "Gerät und Telefon vorbereiten und aufstellen"), when=after("needs", "device", "phone")),
            step(("First day", "Erster Tag"), ("Hand over name, password and a short introduction",
                 "Anmeldename, Passwort und eine kurze Einführung übergeben")),
        ), (manager(),)),
    ),
    Ready(
        "leaver", "people", "user-off", both(("Somebody leaves", "Austritt")),
        both(("Accounts end in time, devices come back.", "Konten enden rechtzeitig, Geräte kommen zurück.")),
        (
            PERSON, UNIT,
            asked("last_day", DAY, ("Last day", "Letzter Tag")),
            asked("keeps_mail", YES_NO, ("Shall somebody else read the mail for a while?",
                  "Soll jemand anderes eine Zeit lang die E-Mails lesen?")),
            asked("reader", TEXT, ("Who?", "Wer?"), when=after("keeps_mail", "yes")),
        ),
        Plan((
            step(("Lock accounts", "Konten sperren"), ("Lock every account on the last day, in the evening",
                 "Alle Konten am Abend des letzten Tages sperren"), team="level-2"),
            step(("Mail", "E-Mail"), ("Set up the reading for the person named, with an end",
                 "Lesezugriff für die genannte Person befristet einrichten"), team="level-2",
                 when=after("keeps_mail", "yes")),
            step(("Devices", "Geräte"), ("Take back devices, keys and cards; erase the devices",
                 "Geräte, Schlüssel und Karten zurücknehmen; Geräte löschen")),
        ), (manager(when=after("keeps_mail", "yes")),)),
    ),
    Ready(
        "move", "people", "home", both(("Move", "Umzug")),
        both(("A workplace goes to another room.", "Ein Arbeitsplatz zieht in einen anderen Raum.")),
        (
            PERSON,
            asked("from_place", TEXT, ("From where?", "Von wo?")),
            asked("to_place", TEXT, ("To where?", "Wohin?")),
            asked("day", DAY, ("On which day?", "An welchem Tag?")),
            asked("what", CHOICES, ("What moves along?", "Was zieht mit um?"), choices={
                "device": ("PC or notebook", "PC oder Notebook"), "phone": ("telephone", "Telefon"),
                "printer": ("printer", "Drucker")}),
        ),
        Plan((
            step(("Prepare", "Vorbereiten"), ("Look whether the new room has sockets and a network",
                 "Prüfen, ob im neuen Raum Steckdosen und Netz vorhanden sind")),
            step(("Network", "Netz"), ("Patch the sockets, move the telephone number",
                 "Dosen patchen, Rufnummer umziehen"), team="level-3", when=after("what", "phone", "printer")),
            step(("Move", "Umziehen"), ("Move the devices and try them", "Geräte umziehen und ausprobieren")),
        )),
    ),
)  # fmt: skip
