"""Tickets opened by the API on a served desk, from eight clients at once: at least 100 a second.

``python bench/api.py [--calls N]`` serves a fresh desk in a home of its own, posts, and prints one JSON object; it
exits with 1 where fewer than 100 tickets a second are opened, one is refused, or a number is given twice.
"""

import argparse
import http.client
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from alerts import environment, free_port, inside, wait_for

CLIENTS, LEAST_PER_SECOND = 8, 100.0
PREPARE = """
from dreiklang.console.desk import open_desk
with open_desk():
    from dreiklang.accounts.commands.tokens import make_token
    from dreiklang.accounts.models import Account
    from dreiklang.kernel import clock
    from dreiklang.organizations.models import Organization, Person
    from dreiklang.teams.queries import actor_for
    house = Organization.objects.get(kind="provider")
    account = Account.objects.create(login="bench@x.example", roles=["agent"], created_at=clock.now())
    Person.objects.create(organization=house, name="Bench", sort_key="bench", account=account)
    asker = Person.objects.create(organization=house, name="Asker", sort_key="asker")
    print(make_token(account, name="bench", scopes=["tickets.work"], actor=actor_for(account))[1], asker.pk)
"""


def client(port: int, token: str, asker: int, share: int, times: list[float], numbers: list[int]) -> None:
    """Open a share of tickets one after the other over one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for place in range(share):
        body = {"subject": f"Printer {place}", "text": "It does not print. " * 10, "requester_id": asker}
        begun = time.perf_counter()
        connection.request(
            "POST",
            "/api/v1/tickets",
            json.dumps(body),
            {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        )
        answer = connection.getresponse()
        said = answer.read()
        times.append((time.perf_counter() - begun) * 1000)
        if answer.status == 201:
            numbers.append(json.loads(said)["number"])
    connection.close()


def main() -> int:
    """Serve, open, count."""
    words = argparse.ArgumentParser()
    words.add_argument("--calls", type=int, default=4_000)
    calls = words.parse_args().calls
    folder = Path(tempfile.mkdtemp(prefix="dreiklang-bench-", dir="/tmp"))
    folder.chmod(0o711)
    home, port = folder / "home", free_port()
    run = [sys.executable, "-m", "dreiklang"]
    subprocess.run([*run, "init"], env=environment(home), check=True, stdout=subprocess.DEVNULL)
    token, asker = inside(home, PREPARE)
    unlimited = {**environment(home), "DREIKLANG_API_CALLS": "1000000", "DREIKLANG_LMTP": ""}
    served = subprocess.Popen([*run, "serve", "--port", str(port)], env=unlimited, stderr=subprocess.DEVNULL)
    times: list[float] = []
    numbers: list[int] = []
    try:
        wait_for(port)
        client(port, token, int(asker), 20, [], [])
        load, begun = os.getloadavg()[0], time.perf_counter()
        threads = [
            threading.Thread(target=client, args=(port, token, int(asker), calls // CLIENTS, times, numbers))
            for _n in range(CLIENTS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seconds = time.perf_counter() - begun
    finally:
        served.terminate()
        served.wait(60)
        shutil.rmtree(folder, ignore_errors=True)
    per_second = len(numbers) / seconds
    print(
        json.dumps(
            {
                "tickets": len(numbers),
                "clients": CLIENTS,
                "per_second": round(per_second, 1),
                "budget_per_second": LEAST_PER_SECOND,
                "median_ms": round(statistics.median(times), 1),
                "p95_ms": round(statistics.quantiles(times, n=20)[-1], 1),
                "refused": len(times) - len(numbers),
                "load_before": round(load, 1),
            }
        )
    )
    kept = per_second >= LEAST_PER_SECOND and len(set(numbers)) == len(times) == len(numbers)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
