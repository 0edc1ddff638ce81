"""Passwords, accounts, shares: who gets where."""

from dreiklang.catalog.rules.plan import Plan
from dreiklang.catalog.rules.ready.writing import (
    CHOICE,
    DAY,
    LONG,
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

REASON = asked("reason", LONG, ("What is it needed for?", "Wofür wird es gebraucht?"))

ACCESS = (
    Ready(
        "reset-password", "access", "key", both(("Reset a password", "Passwort zurücksetzen")),
        both(("Forgotten or locked: you get a new way in.", "Vergessen oder gesperrt: Sie kommen wieder hinein.")),
        (
            asked("system", TEXT, ("For which system?", "Für welches System?"),
                  hint=("Such as Windows, mail, the patient system", "Etwa Windows, E-Mail, das Patientensystem")),
            asked("login", TEXT, ("Sign-in name, if you know it", "Anmeldename, falls bekannt"), needed=False),
            asked("reach", TEXT, ("How do we reach you now?", "Wie erreichen wir Sie jetzt?"),
                  hint=("A telephone number, best that of your place", "Am besten die Telefonnummer an Ihrem Platz")),
        ),
        Plan((step(("Reset", "Zurücksetzen"), ("Make sure that it is this person: call back on a known number",
             "Identität prüfen: über eine bekannte Nummer zurückrufen"), (("Set a new password, to be changed at the "
             "first sign-in"), "Neues Passwort setzen, bei der ersten Anmeldung zu ändern")),)),
        urgency=2,
    ),
    Ready(
        "new-account", "access", "user-plus", both(("New account", "Neues Konto")),
        both(("An account in one more system.", "Ein Konto in einem weiteren System.")),
        (
            asked("system", TEXT, ("In which system?", "In welchem System?")),
            asked("person", TEXT, ("For whom?", "Für wen?"), hint=("First and last name", "Vor- und Nachname")),
            asked("role", CHOICE, ("What shall the person be able to do?", "Was soll die Person können?"), choices={
                "read": ("read", "lesen"), "write": ("read and write", "lesen und schreiben"),
                "administer": ("administer", "verwalten")}),
            asked("from_day", DAY, ("From which day?", "Ab welchem Tag?")),
            asked("is_limited", YES_NO, ("Does it end on a certain day?", "Endet es an einem bestimmten Tag?")),
            asked("until_day", DAY, ("Until which day?", "Bis zu welchem Tag?"), when=after("is_limited", "yes")),
            REASON,
        ),
        Plan((
            step(("Make the account", "Konto anlegen"), ("Make the account with the role asked for",
                 "Konto mit der gewünschten Rolle anlegen"), team="level-2"),
            step(("Hand over", "Übergeben"), ("Give name and first password to the person themself",
                 "Anmeldename und erstes Passwort der Person selbst geben")),
        ), (manager(), contact(when=after("role", "administer")))),
    ),
    Ready(
        "share-access", "access", "lock-open", both(("Access to a share", "Zugriff auf eine Freigabe")),
        both(("Folders and mailboxes of a team.", "Ordner und Postfächer eines Teams.")),
        (
            asked("kind", CHOICE, ("Access to what?", "Zugriff worauf?"), choices={
                "folder": ("a folder", "einen Ordner"), "mailbox": ("a mailbox", "ein Postfach")}),
            asked("path", TEXT, ("Which folder?", "Welcher Ordner?"), when=after("kind", "folder"),
                  hint=("The path as you see it", "Der Pfad, wie Sie ihn sehen")),
            asked("address", TEXT, ("Which mailbox?", "Welches Postfach?"), when=after("kind", "mailbox")),
            asked("right", CHOICE, ("Which right?", "Welches Recht?"), choices={
                "read": ("read", "lesen"), "write": ("read and write", "lesen und schreiben")}),
            REASON,
        ),
        Plan((step(("Give access", "Zugriff geben"), ("Put the person into the group of the share",
             "Person in die Gruppe der Freigabe aufnehmen"), ("Note group and date in the ticket",
             "Gruppe und Datum im Ticket vermerken"), team="level-2"),), (manager(),)),
    ),
)  # fmt: skip
