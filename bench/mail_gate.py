"""How many mails a second go through the whole gate, all guarantees on: kept and committed, understood, settled once.

One process, one mail after the other, on the embedded PostgreSQL with its usual settings (fsync on). Six mails in ten
open tickets, three answer one (References), one comes from somebody new, one bears a 200 kB attachment.

In the same run django-helpdesk takes in the same mails: from its package, in an environment of its own, by its own
``extract_email_metadata``, on the same server, with none of the guarantees. If it cannot be installed, the run says so,
and only the budget of 50 a second counts.

``python bench/mail_gate.py [--mails N] [--profile] [--alone]`` prints one JSON object, exits 1 below the budget.
"""

import argparse
import cProfile
import json
import os
import pickle
import pstats
import random
import subprocess
import sys
import tempfile
import time
import venv
from email.message import EmailMessage
from pathlib import Path

BUDGET_PER_SECOND = 50.0
ATTACHMENT = 200_000
HERE = Path(__file__).resolve().parent


def mails(count: int, seed: int = 7) -> list[bytes]:
    """The mails of a run; the same for everybody who is measured."""
    chance = random.Random(seed)
    made = []
    sent: list[tuple[int, str]] = []
    for number in range(count):
        kind = number % 10
        who = chance.randrange(300)
        message = EmailMessage()
        message["To"] = "Service Desk <desk@haus.example>"
        message["Message-ID"] = f"<bench-{seed}-{number}@klinikum.example>"
        message["Date"] = f"Mon, 16 Nov 2026 {8 + number // 3600 % 12:02}:{number // 60 % 60:02}:{number % 60:02} +0100"
        if kind in (2, 5, 8) and sent:
            who, earlier = sent[chance.randrange(max(0, len(sent) - 200), len(sent))]
            message["In-Reply-To"] = f"<{earlier}>"
            message["References"] = f"<{earlier}>"
            message["Subject"] = "AW: Drucker auf Station 3 druckt nicht"
        else:
            message["Subject"] = f"Drucker auf Station {chance.randrange(40)} druckt nicht mehr"
            sent.append((who, f"bench-{seed}-{number}@klinikum.example"))
        address = f"neu{seed}-{number}@klinikum.example" if kind == 9 else f"person{who}@klinikum.example"
        if kind == 9 and sent:
            sent.pop()
        message["From"] = f"Person {who} <{address}>"
        words = " ".join(chance.choice(WORDS) for _ in range(chance.randrange(20, 160)))
        message.set_content(f"Guten Tag,\n\n{words}\n\nMit freundlichen Grüßen\nPerson {who}\n-- \nKlinikum\n")
        if kind % 2:
            message.add_alternative(f"<html><body><p>Guten Tag,</p><p>{words}</p></body></html>", subtype="html")
        if kind == 4:
            content = chance.randbytes(ATTACHMENT)
            message.add_attachment(content, maintype="application", subtype="pdf", filename=f"bericht-{number}.pdf")
        made.append(message.as_bytes())
    return made


SENTENCES = (
    "seit heute Morgen druckt das Gerät auf der Station nicht mehr und zeigt nur eine Fehlermeldung an bitte um Hilfe "
    "wir haben Papier nachgelegt den Stecker gezogen und neu gestartet ohne Erfolg Patientenakten müssen raus danke"
)
WORDS = SENTENCES.split()


def measured(raws: list[bytes], *, is_profiled: bool, is_alone: bool) -> dict[str, object]:
    """Both desks on one server, one after the other: mails a second by the clock, milliseconds of CPU for each."""
    from dreiklang.console import cluster

    os.environ["DREIKLANG_HOME"] = str(cluster.home_for("bench"))
    os.environ["DREIKLANG_DB_ROLE"] = "owner"
    os.environ["DJANGO_SETTINGS_MODULE"] = "dreiklang.config.settings"
    with cluster.ensure_running(), tempfile.TemporaryDirectory() as files:
        import django

        django.setup()
        from django.conf import settings
        from django.db import connection

        settings.FILES_ROOT = Path(files)
        connection.settings_dict["TEST"]["NAME"] = "bench_mail_gate"  # other measurements may use this server too
        others = {} if is_alone else helpdesk(raws)
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            return {**_through(raws, is_profiled=is_profiled), **others}
        finally:
            connection.creation.destroy_test_db(cluster.connection.DATABASE, verbosity=0)


def helpdesk(raws: list[bytes]) -> dict[str, object]:
    """django-helpdesk with the same mails, or why it could not be measured."""
    from django.db import connection

    server = connection.settings_dict
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = f"{folder}/bin/python"
        packages = ["django-helpdesk", "psycopg[binary]"]
        installed = subprocess.run([python, "-m", "pip", "install", "-q", *packages], capture_output=True, check=False)
        if installed.returncode:
            return {"helpdesk": "not measured: its package could not be installed here"}
        mails_file = Path(folder) / "mails.pickle"
        mails_file.write_bytes(pickle.dumps(raws))
        script = str(HERE / "_django_helpdesk.py")
        done = subprocess.run(
            [python, script, str(mails_file), str(server["HOST"]), str(server["PORT"]), str(server["USER"])],
            capture_output=True, text=True, check=False, cwd=folder,
        )  # fmt: skip
    if done.returncode:
        return {"helpdesk": f"not measured: {done.stderr.strip().splitlines()[-1][:200]}"}
    found: dict[str, object] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def _desk() -> None:
    from dreiklang.channels.mail.settings.commands import make_mailbox
    from dreiklang.kernel.permissions import system
    from dreiklang.organizations.models import Address, Organization, Person
    from dreiklang.teams.models import Team

    house = Organization.objects.create(name="Haus", sort_key="haus", key="haus", kind="provider")
    clinic = Organization.objects.create(
        name="Klinikum", sort_key="klinikum", key="klinikum", kind="customer", mail_domains=["klinikum.example"]
    )
    team = Team.objects.create(organization=house, name="Service Desk", key="desk", level=1)
    make_mailbox("desk@haus.example", name="Service Desk", team=team, is_catch_all=True, actor=system("bench"))
    people = Person.objects.bulk_create(
        Person(organization=clinic, name=f"Person {n}", sort_key=f"person {n}", language="de") for n in range(300)
    )
    Address.objects.bulk_create(
        Address(person=p, value=f"person{n}@klinikum.example", folded=f"person{n}@klinikum.example")
        for n, p in enumerate(people)
    )


def _through(raws: list[bytes], *, is_profiled: bool) -> dict[str, float]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from dreiklang.channels.gate.commands import take_in
    from dreiklang.kernel.permissions import system

    _desk()
    actor = system("mail")
    warm, rest = raws[:50], raws[50:]
    for raw in warm:
        take_in(raw, mailbox="desk@haus.example", door="file", actor=actor)
    profile = cProfile.Profile(time.process_time)  # waiting for the server and for other programs is not ours
    if is_profiled:
        profile.enable()
    outcomes: dict[str, int] = {}
    server = server_cpu(connection)
    cpu, begun = time.process_time(), time.perf_counter()
    for raw in rest:
        outcome = take_in(raw, mailbox="desk@haus.example", door="file", actor=actor)
        outcomes[outcome.outcome] = outcomes.get(outcome.outcome, 0) + 1
    seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
    server = server_cpu(connection) - server
    if is_profiled:
        profile.disable()
        pstats.Stats(profile, stream=sys.stderr).sort_stats("cumtime").print_stats(90)
    with CaptureQueriesContext(connection) as queries:
        take_in(mails(51, seed=8)[50], mailbox="desk@haus.example", door="file", actor=actor)
    if is_profiled:
        for query in queries:
            print(query["sql"][:220].replace("\n", " "), file=sys.stderr)
    return {
        "mails_per_second": round(len(rest) / seconds, 1),
        "cpu_ms_per_mail": round(cpu / len(rest) * 1000, 2),
        "server_cpu_ms_per_mail": round(server / len(rest) * 1000, 2),
        "statements_for_a_new_mail": len(queries),
        **{f"of_which_{name}": count for name, count in sorted(outcomes.items())},
    }


def server_cpu(connection: object) -> float:
    """Seconds of CPU that this connection's server process has used so far (Linux: proc(5), fields 14 and 15)."""
    with connection.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> int:
    """Measure, print, judge."""
    options = argparse.ArgumentParser()
    options.add_argument("--mails", type=int, default=1_050)
    options.add_argument("--profile", action="store_true")
    options.add_argument("--alone", action="store_true", help="do not measure django-helpdesk")
    chosen = options.parse_args()
    figures = measured(mails(chosen.mails), is_profiled=chosen.profile, is_alone=chosen.alone)
    own = float(str(figures["mails_per_second"]))
    other = float(str(figures.get("helpdesk_mails_per_second", 0)))
    if other:
        figures["ratio"] = round(own / other, 2)
    print(json.dumps(figures))
    return 0 if own >= (other or BUDGET_PER_SECOND) else 1


if __name__ == "__main__":
    sys.exit(main())
