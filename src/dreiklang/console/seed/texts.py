"""What people write in seeded tickets, in German and English. No quotation marks: they go into JSON as they are."""

from __future__ import annotations

from typing import NamedTuple


class Topic(NamedTuple):
    """A trouble: how it is called, and how somebody tells of it."""

    subject: str
    told: str


TOPICS: dict[str, tuple[Topic, ...]] = {
    "de": (
        Topic(
            "Drucker druckt nicht", "Seit heute Morgen druckt unser Drucker nicht mehr, die Aufträge bleiben stehen."
        ),
        Topic("Anmeldung nicht möglich", "Nach dem Wechsel des Kennworts kann ich mich nicht mehr anmelden."),
        Topic("WLAN bricht ab", "Im Besprechungsraum bricht das WLAN alle paar Minuten ab."),
        Topic("Mail kommt nicht an", "Eine Mail unseres Lieferanten kommt seit gestern nicht an."),
        Topic("Laufwerk fehlt", "Das Laufwerk der Abteilung wird nicht mehr verbunden."),
        Topic("Fachanwendung sehr langsam", "Die Fachanwendung braucht für jede Maske fast eine Minute."),
        Topic("Neues Gerät einrichten", "Für eine neue Kollegin soll ein Gerät eingerichtet werden."),
        Topic("Telefon ohne Ton", "Mein Telefon klingelt, aber ich höre niemanden."),
        Topic("Schnittstelle überträgt keine Befunde", "Die Schnittstelle überträgt seit der Nacht keine Befunde."),
        Topic("Bildschirm flackert", "Der zweite Bildschirm flackert und wird dann schwarz."),
    ),
    "en": (
        Topic("Printer does not print", "Since this morning our printer has stopped, all jobs stay in the queue."),
        Topic("Cannot sign in", "After changing my password I cannot sign in any more."),
        Topic("Wi-Fi drops", "In the meeting room the Wi-Fi drops every few minutes."),
        Topic("Mail does not arrive", "A mail of our supplier has not arrived since yesterday."),
        Topic("Drive is missing", "The drive of our department is no longer connected."),
        Topic("Application very slow", "The application needs almost a minute for every form."),
        Topic("Set up a new device", "A new colleague needs a device by the end of the month."),
        Topic("Phone without sound", "My phone rings but I hear nobody."),
        Topic("Interface transfers nothing", "The interface has transferred nothing since last night."),
        Topic("Screen flickers", "The second screen flickers and then turns black."),
    ),
}

#: purpose → language → variants. Each is one paragraph.
PARAGRAPHS: dict[str, dict[str, tuple[str, ...]]] = {
    "greeting": {"de": ("Guten Tag,", "Hallo,", "Sehr geehrte Damen und Herren,"), "en": ("Hello,", "Good morning,")},
    "frequent": {
        "de": ("Wir arbeiten über den Terminalserver.", "Das betrifft alle, die am Terminalserver angemeldet sind."),
        "en": ("We work on the terminalserver.", "It concerns everybody on the terminalserver."),
    },
    "detail": {
        "de": (
            "Ein Neustart hat nichts geändert.", "Bei der Kollegin nebenan geht es.", "Gestern ging noch alles.",
            "Es ist dringend, wir können nicht weiterarbeiten.", "Eine Meldung erscheint nicht.",
        ),
        "en": (
            "A restart did not help.", "It works for the colleague next to me.", "Yesterday everything worked.",
            "It is urgent, we cannot go on working.", "No message is shown.",
        ),
    },
    "ask": {
        "de": ("Seit wann tritt das auf, und an welchen Geräten noch?", "Bitte nennen Sie uns die Nummer des Geräts."),
        "en": ("Since when does it happen, and on which other devices?", "Please tell us the number of the device."),
    },
    "reply": {
        "de": ("Es tritt seit Montag auf, nur an diesem Gerät.", "Die Nummer steht auf dem Aufkleber unten."),
        "en": ("It has happened since Monday, on this device only.", "The number is on the sticker below."),
    },
    "again": {
        "de": ("Leider tritt der Fehler wieder auf.", "Es ging einen Tag lang, jetzt ist es wie vorher."),
        "en": ("Unfortunately the fault is back.", "It worked for a day, now it is as before."),
    },
    "check": {
        "de": ("Ereignisanzeige gelesen", "Verbindung zum Server gemessen", "Treiber neu eingespielt",
               "Rechte der Gruppe verglichen", "Protokoll der Schnittstelle geprüft"),
        "en": ("Read the event log", "Measured the connection to the server", "Installed the driver again",
               "Compared the rights of the group", "Checked the log of the interface"),
    },
    "result": {
        "de": ("keine Auffälligkeit", "Zertifikat abgelaufen", "danach zunächst in Ordnung", "Zeitüberschreitung"),
        "en": ("nothing unusual", "certificate expired", "fine at first", "time-out"),
    },
    "note": {
        "de": ("Mit dem Standort telefoniert, Zugang ist ab morgen früh möglich.", "Gleiche Ursache wie letzte Woche?",
               "Austauschgerät ist im Lager reserviert."),
        "en": ("Called the site, access is possible from tomorrow.", "Same cause as last week?",
               "A spare device is reserved in the store."),
    },
    "reason": {
        "de": ("Mit den Mitteln unserer Stufe nicht zu klären.", "Es braucht Rechte, die wir nicht haben."),
        "en": ("Cannot be settled with the means of our level.", "It needs rights that we do not have."),
    },
    "observations": {
        "de": ("Der Fehler tritt nur am Vormittag auf.", "Betroffen ist nur ein Teil des Gebäudes."),
        "en": ("The fault appears in the morning only.", "Only a part of the building is affected."),
    },
    "ruled_out": {
        "de": ("Kabel und Anschluss sind in Ordnung.", "Am Konto liegt es nicht."),
        "en": ("Cable and socket are fine.", "It is not the account."),
    },
    "question": {
        "de": ("Bitte prüfen, warum der Dienst abbricht.", "Bitte die Regel der Firewall ansehen."),
        "en": ("Please find out why the service stops.", "Please look at the rule of the firewall."),
    },
    "incomplete": {
        "de": ("Es fehlt, welches Gerät betroffen ist.", "Bitte erst den Zeitpunkt erfragen."),
        "en": ("It is missing which device is affected.", "Please ask for the time first."),
    },
    "solution": {
        "de": ("Der Dienst wurde neu eingerichtet, es geht wieder.", "Das Zertifikat ist erneuert, bitte neu anmelden.",
               "Der Treiber ist ersetzt, der Auftrag läuft durch."),
        "en": ("The service was set up again, it works.", "The certificate is renewed, please sign in again.",
               "The driver is replaced, the job runs through."),
    },
    "hint": {
        "de": ("Beim nächsten Mal zuerst das Ablaufdatum ansehen.",),
        "en": ("Next time look at the date of expiry first.",),
    },
    "vendor": {"de": ("Ersatzteil ist bestellt.",), "en": ("Spare part is ordered.",)},
    "date": {"de": ("Termin vor Ort vereinbart.",), "en": ("A visit is agreed.",)},
}  # fmt: skip
