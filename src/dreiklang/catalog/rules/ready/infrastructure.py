"""Network, servers, security."""

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

INFRASTRUCTURE = (
    Ready(
        "network-release", "infrastructure", "world", both(("Network release", "Netzfreischaltung")),
        both(("A way through the firewall.", "Ein Weg durch die Firewall.")),
        (
            asked("source", TEXT, ("From where?", "Von wo?"), hint=("Address or name", "Adresse oder Name")),
            asked("target", TEXT, ("To where?", "Wohin?"), hint=("Address or name", "Adresse oder Name")),
            asked("port", TEXT, ("Which port and protocol?", "Welcher Port, welches Protokoll?")),
            asked("is_outside", YES_NO, ("Does it go into the internet?", "Geht es ins Internet?")),
            asked("until_day", DAY, ("Until when?", "Bis wann?"), needed=False,
                  hint=("Empty: it stays", "Leer: bleibt bestehen")),
            REASON,
        ),
        Plan((
            step(("Check", "Prüfen"), ("Look whether it fits the rules of the house",
                 "Prüfen, ob es zu den Regeln des Hauses passt"), team="level-3", takes_over=True),
            step(("Release", "Freischalten"), ("Set the rule, with an end and the ticket's number",
                 "Regel mit Ablaufdatum und Ticketnummer setzen"), ("Test it together", "Gemeinsam testen"),
                 team="level-3"),
        ), (manager(), contact(when=after("is_outside", "yes")))),
    ),
    Ready(
        "server-setup", "infrastructure", "server", both(("Server set-up", "Server einrichten")),
        both(("A virtual machine for a project or a system.", "Eine virtuelle Maschine für Projekt oder System.")),
        (
            asked("name", TEXT, ("What is it for?", "Wofür ist er?")),
            asked("system", CHOICE, ("Which operating system?", "Welches Betriebssystem?"), choices={
                "linux": ("Linux", "Linux"), "windows": ("Windows Server", "Windows Server")}),
            asked("cores", NUMBER, ("Processor cores", "Prozessorkerne"), least=1, most=64),
            asked("memory", NUMBER, ("Memory in GB", "Arbeitsspeicher in GB"), least=1, most=1024),
            asked("disk", NUMBER, ("Disk in GB", "Speicherplatz in GB"), least=10, most=100_000),
            asked("backup", YES_NO, ("Shall it be backed up?", "Soll er gesichert werden?")),
            asked("cost", NUMBER, ("What does it cost a year?", "Was kostet er im Jahr?"), least=0, needed=False),
            REASON,
        ),
        Plan((
            step(("Set up", "Einrichten"), ("Make the machine, patch it, add it to the monitoring",
                 "Maschine anlegen, aktualisieren, in die Überwachung aufnehmen"), team="level-3", takes_over=True),
            step(("Backup", "Sicherung"), ("Set up the backup and restore a file once",
                 "Sicherung einrichten und einmal eine Datei wiederherstellen"), team="level-3",
                 when=after("backup", "yes")),
            step(("Hand over", "Übergeben"), ("Hand over access and responsibility in writing",
                 "Zugang und Verantwortung schriftlich übergeben"), team="level-3"),
        ), (manager(), contact(when=after("system", "windows"))), None, "cost"),
    ),
    Ready(
        "malware", "security", "shield-lock", both(("Malware suspected", "Verdacht auf Schadsoftware")),
        both(("Do not switch it off; take it off the network. Then report it here.",
              "Nicht ausschalten; vom Netz trennen. Dann hier melden.")),
        (
            asked("device", TEXT, ("Which device?", "Welches Gerät?"),
                  hint=("The number on its sticker", "Die Nummer auf dem Aufkleber")),
            asked("seen", CHOICES, ("What did you notice?", "Was ist Ihnen aufgefallen?"), choices={
                "link": ("I opened a link or file", "Ich habe einen Link oder eine Datei geöffnet"),
                "message": ("a strange message", "eine seltsame Meldung"),
                "files": ("files are gone or renamed", "Dateien sind weg oder umbenannt"),
                "password": ("I typed in a password", "Ich habe ein Passwort eingegeben")}),
            asked("is_off", YES_NO, ("Is it off the network?", "Ist es vom Netz getrennt?")),
            asked("story", LONG, ("What happened, and when?", "Was ist wann geschehen?")),
            asked("reach", TEXT, ("How do we reach you now?", "Wie erreichen wir Sie jetzt?")),
        ),
        Plan((
            step(("Contain", "Eindämmen"), ("Take the device off the network, keep it switched on",
                 "Gerät vom Netz trennen, eingeschaltet lassen"), ("Change passwords that were typed in",
                 "Eingegebene Passwörter ändern")),
            step(("Examine", "Untersuchen"), ("Secure traces, look for other devices that are hit",
                 "Spuren sichern, nach weiteren betroffenen Geräten suchen"), team="level-3"),
            step(("Clean", "Bereinigen"), ("Install the device anew, restore its data",
                 "Gerät neu aufsetzen, Daten wiederherstellen"), team="level-2"),
        )),
        kind="security", urgency=1,
    ),
)  # fmt: skip
