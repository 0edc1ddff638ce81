"""Who is in the demo desk. All names are invented for it."""

from __future__ import annotations

from dataclasses import dataclass

#: key → (name, kind, language, region, mail domains)
ORGANIZATIONS: dict[str, tuple[str, str, str, str, list[str]]] = {
    "talwerk": ("Talwerk IT-Service", "provider", "de", "DE-BW", ["talwerk.example"]),
    "klinikum": ("Klinikum Aschertal", "customer", "de", "DE-BW", ["klinikum-aschertal.example"]),
    "bergroth": ("Berg & Roth Engineering", "customer", "en", "DE-BY", ["bergroth.example"]),
    "lindenau": ("Stadt Lindenau", "customer", "de", "DE-SN", ["lindenau.example"]),
    "fachpunkt": ("Fachpunkt Anwendungsbetreuung", "external", "de", "DE-NW", ["fachpunkt.example"]),
    "labelwerk": ("Labelwerk Drucksysteme", "vendor", "de", "DE-HH", ["labelwerk.example"]),
    "unsorted": ("Noch nicht zugeordnet", "customer", "de", "", []),
}

SITES: dict[str, list[str]] = {
    "klinikum": ["Haus A", "Haus B", "Haus C"],
    "bergroth": ["Augsburg", "Test hall"],
    "lindenau": ["Rathaus", "Bauhof"],
}

#: key → (name, level, organisation, subject)
TEAMS: dict[str, tuple[str, int, str, str]] = {
    "desk": ("Service Desk", 1, "talwerk", "Annahme, schnelle Hilfe"),
    "workplace": ("Arbeitsplatz & Druck", 2, "talwerk", "Arbeitsplätze, Drucker, Konten"),
    "network": ("Netz", 3, "talwerk", "Netz, WLAN, Firewall"),
    "servers": ("Server", 3, "talwerk", "Server, Speicher, Mail"),
    "applications": ("Fachanwendungen", 3, "talwerk", "KIS, Schnittstellen, Datenbanken"),
    "records": ("Fachpunkt Aktensysteme", 3, "fachpunkt", "E-Akte, Dokumentenarchiv"),
    "labels": ("Labelwerk Hotline", 4, "labelwerk", "Etikettendrucker"),
}


@dataclass(frozen=True)
class Someone:
    """A person of the demo desk."""

    key: str
    name: str
    organization: str
    roles: tuple[str, ...]
    team: str = ""
    is_lead: bool = False
    function: str = ""
    site: str = ""
    place: str = ""
    language: str = "de"
    is_vip: bool = False
    phone: str = ""


AGENT = ("agent",)
LEAD = ("agent", "lead")
ASKS = ("requester",)
CONTACT = ("requester", "contact")

PEOPLE: tuple[Someone, ...] = (
    Someone("alan", "Alan Yildiz", "talwerk", AGENT, "desk"),
    Someone("quirin", "Quirin Roth", "talwerk", AGENT, "desk"),
    Someone("sabine", "Sabine Bauer", "talwerk", AGENT, "desk"),
    Someone("tom", "Tom Wagner", "talwerk", AGENT, "desk"),
    Someone("ute", "Ute Haas", "talwerk", LEAD, "desk", is_lead=True),
    Someone("berta", "Berta Krüger", "talwerk", LEAD, "workplace", is_lead=True),
    Someone("lena", "Lena Zimmermann", "talwerk", AGENT, "workplace"),
    Someone("nils", "Nils Petersen", "talwerk", AGENT, "workplace"),
    Someone("olga", "Olga Tessmer", "talwerk", AGENT, "workplace"),
    Someone("carl", "Carl Thomsen", "talwerk", LEAD, "network", is_lead=True),
    Someone("dora", "Dora Nowak", "talwerk", AGENT, "network"),
    Someone("erik", "Erik Lang", "talwerk", AGENT, "servers"),
    Someone("franka", "Franka Busch", "talwerk", LEAD, "servers", is_lead=True),
    Someone("georg", "Georg Voss", "talwerk", AGENT, "servers"),
    Someone("hanna", "Hanna Keller", "talwerk", LEAD, "applications", is_lead=True),
    Someone("ina", "Ina Seidel", "talwerk", AGENT, "applications"),
    Someone("jules", "Jules Moreau", "talwerk", AGENT, "applications"),
    Someone("max", "Max Okafor", "talwerk", ("agent", "lead", "manager"), function="Service-Management"),
    Someone("ada", "Ada Lindner", "talwerk", ("agent", "administrator"), function="Administration"),
    Someone("emil", "Emil Fuchs", "fachpunkt", AGENT, "records"),
    Someone("greta", "Greta Pohl", "fachpunkt", AGENT, "records"),
    Someone("viktor", "Viktor Brandt", "labelwerk", AGENT, "labels"),
    Someone("rita", "Rita Weber", "klinikum", ASKS, function="Stationsleitung Chirurgie", site="Haus C", place="4B",
            phone="4412"),
    Someone("amir", "Dr. Amir Sahin", "klinikum", ASKS, function="Radiologie", site="Haus A", place="U1"),
    Someone("jana", "Jana Petrović", "klinikum", ASKS, function="Verwaltung", site="Haus B", place="2.14"),
    Someone("mehmet", "Mehmet Arslan", "klinikum", ASKS, function="Pflegedienst", site="Haus C", place="3A"),
    Someone("ingrid", "Prof. Ingrid Lohmann", "klinikum", ASKS, function="Ärztliche Direktion", site="Haus A",
            place="5.01", is_vip=True),
    Someone("bernd", "Bernd Fiedler", "klinikum", ASKS, function="Zentrallabor", site="Haus B", place="Labor"),
    Someone("sven", "Sven Albers", "klinikum", ASKS, function="Apotheke", site="Haus A", place="E.20"),
    Someone("karin", "Karin Vogt", "klinikum", CONTACT, function="IT-Koordination", site="Haus B", place="1.02"),
    Someone("emma", "Emma Clarke", "bergroth", ASKS, function="Structural analysis", site="Augsburg", language="en"),
    Someone("oliver", "Oliver Hughes", "bergroth", ASKS, function="Test bench", site="Test hall", language="en"),
    Someone("sofia", "Sofia Rossi", "bergroth", ASKS, function="Purchasing", site="Augsburg", language="en"),
    Someone("pieter", "Pieter de Vries", "bergroth", ASKS, function="Project lead", site="Augsburg", language="en"),
    Someone("anna", "Anna Bergmann", "bergroth", CONTACT, function="Managing partner", site="Augsburg",
            language="en", is_vip=True),
    Someone("heike", "Heike Sommer", "lindenau", ASKS, function="Bürgeramt", site="Rathaus", place="E.03"),
    Someone("juergen", "Jürgen Pfaff", "lindenau", ASKS, function="Bauhof", site="Bauhof"),
    Someone("monika", "Monika Stein", "lindenau", ASKS, function="Standesamt", site="Rathaus", place="1.11"),
    Someone("tobias", "Tobias Kern", "lindenau", ASKS, function="Kämmerei", site="Rathaus", place="2.08"),
    Someone("claudia", "Claudia Mayer", "lindenau", CONTACT, function="Hauptamt", site="Rathaus", place="2.01"),
)  # fmt: skip

#: key → (German name, English name, parent, kinds, questions: (German, English, needed for level, in portal))
CATEGORIES: dict[str, tuple[str, str, str, list[tuple[str, str, int, bool]]]] = {
    "workplace": ("Arbeitsplatz", "Workplace", "", []),
    "printing": ("Drucken", "Printing", "workplace", [
        ("Welches Gerät (Nummer auf dem Aufkleber)?", "Which device (number on the sticker)?", 2, True),
        ("Druckt ein anderes Gerät in der Nähe?", "Does another device nearby print?", 3, False),
    ]),
    "device": ("Gerät", "Device", "workplace", [
        ("Nummer des Geräts", "Number of the device", 2, True),
    ]),
    "account": ("Konto & Anmeldung", "Account & sign-in", "", [
        ("Anmeldename", "Sign-in name", 2, True),
    ]),
    "network": ("Netz & WLAN", "Network & Wi-Fi", "", [
        ("Wo genau (Gebäude, Raum)?", "Where exactly (building, room)?", 2, True),
    ]),
    "mail": ("Mail & Kalender", "Mail & calendar", "", []),
    "applications": ("Fachanwendungen", "Applications", "", [
        ("Welche Anwendung?", "Which application?", 2, True),
    ]),
    "storage": ("Dateien & Laufwerke", "Files & drives", "", []),
    "access": ("Zugänge & Rechte", "Access & rights", "", []),
    "security": ("Sicherheit", "Security", "", []),
}  # fmt: skip

#: key → (name, criticality, cost per hour, around the clock, customer → people)
SERVICES: dict[str, tuple[str, int, int | None, bool, dict[str, int]]] = {
    "kis": ("KIS", 1, 4800, True, {"klinikum": 820}),
    "pacs": ("PACS", 1, 2600, True, {"klinikum": 140}),
    "printing": ("Drucken und Etiketten", 2, 900, True, {"klinikum": 640, "bergroth": 60, "lindenau": 110}),
    "network": ("Netz und WLAN", 1, 3200, True, {"klinikum": 900, "bergroth": 85, "lindenau": 150}),
    "mail": ("Mail und Kalender", 2, 700, False, {"klinikum": 700, "bergroth": 85, "lindenau": 150}),
    "records": ("E-Akte", 2, 480, False, {"lindenau": 95}),
    "files": ("Dateien und Laufwerke", 2, 350, False, {"klinikum": 500, "bergroth": 85, "lindenau": 120}),
    "accounts": ("Konten und Anmeldung", 2, 1200, True, {"klinikum": 900, "bergroth": 85, "lindenau": 150}),
}
#: key of a story → (service, people affected; 0: not counted)
SERVICE_OF: dict[str, tuple[str, int]] = {
    "password": ("accounts", 1), "locked": ("accounts", 1), "paper-jam": ("printing", 4), "labels": ("printing", 28),
    "wifi": ("network", 9), "wifi-en": ("network", 14), "drive": ("files", 1), "mailbox": ("mail", 1),
    "calendar": ("mail", 7), "kis": ("kis", 46), "pacs": ("pacs", 1), "archive": ("records", 6),
    "ribbon": ("printing", 12),
}  # fmt: skip
