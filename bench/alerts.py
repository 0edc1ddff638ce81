"""A flood of alarms on a served desk: calls of Alertmanager from eight clients at once, shuffled and repeated (P12).

``python bench/alerts.py [--calls N]`` serves a fresh desk in a home of its own, posts, and prints one JSON object; it
exits with 1 where the slowest twentieth takes longer than 250 ms, or a trouble has two tickets.
"""

import argparse
import http.client
import json
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

CLIENTS, TROUBLES, P95_MS = 8, 200, 250.0
PREPARE = """
from dreiklang.console.desk import open_desk
with open_desk():
    from dreiklang.channels.monitoring.commands import make_source
    from dreiklang.kernel.permissions import system
    from dreiklang.organizations.models import Organization
    source, token = make_source("bench", actor=system("bench"), kind="alertmanager", storm_at=0,
                                organization=Organization.objects.first())
    print(source.key, token)
"""
COUNT = """
from dreiklang.console.desk import open_desk
with open_desk():
    from dreiklang.channels.monitoring.models import Alert
    alerts = Alert.objects.exclude(ticket=None)
    print(Alert.objects.count(), alerts.count(), alerts.values("ticket").distinct().count())
"""


def inside(home: Path, script: str) -> list[str]:
    """Run some lines inside the desk; the words of the last line they print."""
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment(home), capture_output=True, text=True, check=True
    )
    return done.stdout.strip().splitlines()[-1].split()


def environment(home: Path) -> dict[str, str]:
    """Of every process of the bench's own desk."""
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return {**kept, "DREIKLANG_HOME": str(home)}


def free_port() -> int:
    """A port of loopback whose next one is free as well, for live news."""
    while True:
        with socket.socket() as one, socket.socket() as next_one:
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
            try:
                next_one.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


def posts(number: int) -> list[bytes]:
    """Shuffled calls, one alert each, of some troubles that begin and end in turn."""
    dice, start = random.Random(8), datetime.now(UTC) - timedelta(hours=6)
    found = []
    for place in range(number):
        turn = dice.randrange(4)
        began = (start + timedelta(minutes=turn * 40)).isoformat()
        ended = (start + timedelta(minutes=turn * 40 + 10)).isoformat()
        fires = dice.random() < 0.6
        alert = {
            "status": "firing" if fires else "resolved",
            "labels": {"alertname": f"trouble {place % TROUBLES}", "instance": "host:9100", "severity": "warning"},
            "annotations": {"summary": f"Trouble {place % TROUBLES}", "description": "It does not work." * 10},
            "startsAt": began,
            "endsAt": "0001-01-01T00:00:00Z" if fires else ended,
        }
        found.append(json.dumps({"status": alert["status"], "alerts": [alert]}).encode())
    dice.shuffle(found)
    return found


def client(port: int, path: str, token: str, share: list[bytes], times: list[float], refused: list[int]) -> None:
    """Post a share one after the other over one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for body in share:
        begun = time.perf_counter()
        connection.request("POST", path, body, {"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        times.append((time.perf_counter() - begun) * 1000)
        if answer.status != 200:
            refused.append(answer.status)
    connection.close()


def flood(port: int, key: str, token: str, number: int) -> tuple[list[float], list[int], float]:
    """All clients at once: milliseconds of each call, refused ones, seconds in all."""
    bodies, times, refused = posts(number), [], []
    begun = time.perf_counter()
    threads = [
        threading.Thread(
            target=client, args=(port, f"/api/monitoring/{key}/", token, bodies[n::CLIENTS], times, refused)
        )
        for n in range(CLIENTS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times, refused, time.perf_counter() - begun


def wait_for(port: int) -> None:
    """Until the desk answers."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in/", timeout=5).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
        else:
            return
    raise SystemExit("the desk did not start")


def main() -> int:
    """Serve, flood, count."""
    words = argparse.ArgumentParser()
    words.add_argument("--calls", type=int, default=10_000)
    calls = words.parse_args().calls
    folder = Path(tempfile.mkdtemp(prefix="dreiklang-bench-", dir="/tmp"))
    folder.chmod(0o711)
    home, port = folder / "home", free_port()
    run = [sys.executable, "-m", "dreiklang"]
    subprocess.run([*run, "init"], env=environment(home), check=True, stdout=subprocess.DEVNULL)
    key, token = inside(home, PREPARE)
    served = subprocess.Popen([*run, "serve", "--port", str(port)], env=environment(home), stderr=subprocess.DEVNULL)
    try:
        wait_for(port)
        times, refused, seconds = flood(port, key, token, calls)
        known, ticketed, tickets = map(int, inside(home, COUNT))
    finally:
        served.terminate()
        served.wait(60)
        shutil.rmtree(folder, ignore_errors=True)
    p95 = statistics.quantiles(times, n=20)[-1]
    kept = p95 <= P95_MS and not refused and ticketed == tickets and known == min(TROUBLES, calls)
    print(
        json.dumps(
            {
                "calls": len(times),
                "clients": CLIENTS,
                "per_second": round(len(times) / seconds, 1),
                "median_ms": round(statistics.median(times), 1),
                "p95_ms": round(p95, 1),
                "budget_p95_ms": P95_MS,
                "refused": len(refused),
                "troubles": known,
                "with_ticket": ticketed,
                "tickets": tickets,
                "load_before": round(os.getloadavg()[2], 1),
            }
        )
    )
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
