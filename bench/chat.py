"""Visitors of the chat on one live process, with every fifth line dropped: none lost, none doubled, none foreign (P15).

``python bench/chat.py [--visitors N]`` serves a fresh desk in a home of its own. Each visitor begins a chat, holds a
stream, says three lines and is answered three times; every fifth stream is cut and every fifth line is sent without
waiting for what the desk says to it, and then again. It prints one JSON object and exits with 1 where a page at the end
has other lines than it should.
"""

import argparse
import asyncio
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.alerts import environment, free_port, inside, wait_for

ORIGIN, SAID, DROPPED, PATIENCE = "https://intranet.example", 3, 0.2, 240
PREPARE = """
from dreiklang.console.desk import open_desk
with open_desk():
    from tests.cast import make_cast
    from dreiklang.calendars.models import ServiceCalendar
    from dreiklang.channels.chat.commands import make_widget, switch_availability
    from dreiklang.kernel.permissions import system
    cast = make_cast()
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    team = cast.teams["desk"]
    team.calendar = ServiceCalendar.objects.create(name="Always", week={day: [["00:00", "24:00"]] for day in days})
    team.save()
    made, _secret = make_widget("Bench", actor=system("bench"), organization=cast.organizations["clinic"], team=team,
                                origins=["ORIGIN"])
    switch_availability(actor=cast.actor("alan"), is_available=True)
    print(made.key)
""".replace("ORIGIN", ORIGIN)
#: Takes whatever waits and answers it, until every chat has had its answers.
ANSWER = """
import sys, time
from dreiklang.console.desk import open_desk
with open_desk():
    from dreiklang.channels.chat.commands import answer_visitor, take_chat
    from dreiklang.channels.chat.models import Chat
    from dreiklang.organizations.models import Person
    from dreiklang.teams.queries import actor_for
    alan, wanted, given = actor_for(Person.objects.get(name="Alan Yildiz").account), int(sys.argv[1]), {}
    while sum(given.values()) < wanted * 3:
        for chat in Chat.objects.filter(stage="waiting").order_by("begun_at")[:20]:
            take_chat(chat, actor=alan)
            given[chat.pk] = 0
        for pk in [pk for pk, count in given.items() if count < 3][:40]:
            chat = Chat.objects.get(pk=pk)
            first = chat.lines.get(seq=1).text
            answer_visitor(chat, actor=alan, text=f"answer {given[pk]} to {first}", client_id=f"a{given[pk]}")
            given[pk] += 1
        time.sleep(0.05)
    print(len(given))
"""


@dataclass
class Visitor:
    """A page: its token, what it has, and what it is told."""

    number: int
    web: int
    live: int
    key: str
    lines: dict[int, str] = field(default_factory=dict)
    doubled: int = 0
    cuts: int = 0
    delays: list[float] = field(default_factory=list)

    @property
    def token(self) -> str:
        """Of this page alone."""
        return f"{self.number:064d}"

    @property
    def last(self) -> int:
        """The number of the last line without a gap before it."""
        return max(self.lines, default=0)

    async def ask(self, path: str, body: dict[str, object], *, is_cut: bool = False) -> dict[str, object]:
        """Post; with ``is_cut`` the line drops before the answer is read."""
        content = json.dumps({"token": self.token, **body}).encode()
        head = (
            f"POST /chat/{self.key}/{path}/ HTTP/1.1\r\nHost: 127.0.0.1:{self.web}\r\nOrigin: {ORIGIN}\r\n"
            f"Authorization: Bearer {self.token}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(content)}\r\nConnection: close\r\n\r\n"
        )
        reader, writer = await asyncio.open_connection("127.0.0.1", self.web)
        try:
            writer.write(head.encode() + content)
            await writer.drain()
            if is_cut:
                self.cuts += 1
                return {}
            answer = await reader.read()
        finally:
            writer.close()
        status, _sep, said = answer.partition(b"\r\n\r\n")
        if b" 200 " not in status.split(b"\r\n", 1)[0]:
            raise OSError(status[:80], said[:200])
        found: dict[str, object] = json.loads(said)
        return found

    def take(self, said: dict[str, object]) -> None:
        """Keep new lines as the widget does: only the next one, by its number."""
        for line in said.get("lines", []):  # type: ignore[attr-defined]
            if line["seq"] == self.last + 1:
                if line["text"] in self.lines.values():
                    self.doubled += 1
                self.lines[line["seq"]] = line["text"]

    async def tried(self, path: str, body: dict[str, object], dice: random.Random) -> None:
        """Send until it is answered, under one name."""
        is_cut = dice.random() < DROPPED
        while True:
            try:
                said = await self.ask(path, {**body, "after": self.last}, is_cut=is_cut)
            except OSError:
                await asyncio.sleep(0.5 + dice.random())
                continue
            if not is_cut:
                self.take(said)
                return
            is_cut = False

    async def listen(self, dice: random.Random) -> None:
        """Hold a stream and ask at each sign; every fifth stream is cut after a while and begun anew."""
        head = (
            f"GET /live/chat?key={self.key} HTTP/1.1\r\nHost: 127.0.0.1:{self.live}\r\nOrigin: {ORIGIN}\r\n"
            f"Authorization: Bearer {self.token}\r\n\r\n"
        )
        while True:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", self.live)
                writer.write(head.encode())
                until = time.monotonic() + (dice.uniform(1, 15) if dice.random() < DROPPED else PATIENCE)
                while time.monotonic() < until:
                    part = await asyncio.wait_for(reader.read(4096), max(0.1, until - time.monotonic()))
                    if not part:
                        break
                    if b"event: chat" in part:
                        begun = time.perf_counter()
                        self.take(await self.ask("news", {"after": self.last}))
                        self.delays.append(time.perf_counter() - begun)
            except (OSError, TimeoutError):
                pass
            finally:
                self.cuts += 1
                writer.close()
            await asyncio.sleep(dice.random())

    def expected(self) -> list[str]:
        """All that must stand in the page at the end."""
        own = [f"visitor {self.number}", *(f"visitor {self.number} line {n}" for n in range(SAID))]
        return [*own, "Alan Yildiz answers.", *(f"answer {n} to visitor {self.number}" for n in range(SAID))]

    async def live_through(self) -> None:
        """Begin, listen, say, until everything is there or patience ends."""
        dice = random.Random(self.number)
        await asyncio.sleep(self.number * 0.05)
        await self.tried("begin", {"text": f"visitor {self.number}", "id": "begin"}, dice)
        stream = asyncio.create_task(self.listen(dice))
        for n in range(SAID):
            await asyncio.sleep(dice.uniform(1, 10))
            await self.tried("lines", {"text": f"visitor {self.number} line {n}", "id": f"line {n}"}, dice)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and len(self.lines) < len(self.expected()):
            await asyncio.sleep(0.5)
        stream.cancel()


async def visit(visitors: list[Visitor]) -> None:
    """All visitors at once."""
    await asyncio.gather(*(one.live_through() for one in visitors))


def main() -> int:
    """Serve, visit, compare."""
    words = argparse.ArgumentParser()
    words.add_argument("--visitors", type=int, default=500)
    count = words.parse_args().visitors
    root = str(Path(__file__).resolve().parents[1])
    os.environ["PYTHONPATH"] = os.pathsep.join([root, f"{root}/src"])
    folder = Path(tempfile.mkdtemp(prefix="dreiklang-bench-", dir="/tmp"))
    folder.chmod(0o711)
    home, port = folder / "home", free_port()
    run = [sys.executable, "-m", "dreiklang"]
    subprocess.run([*run, "init"], env=environment(home), check=True, stdout=subprocess.DEVNULL)
    (key,) = inside(home, PREPARE)
    served = subprocess.Popen([*run, "serve", "--port", str(port)], env=environment(home), stderr=subprocess.DEVNULL)
    try:
        wait_for(port)
        agent = subprocess.Popen([sys.executable, "-c", ANSWER, str(count)], env=environment(home))
        visitors = [Visitor(number, port, port + 1, key) for number in range(count)]
        begun = time.monotonic()
        asyncio.run(visit(visitors))
        seconds = time.monotonic() - begun
        agent.terminate()
        agent.wait(60)
    finally:
        served.terminate()
        served.wait(60)
        shutil.rmtree(folder, ignore_errors=True)
    wanted = [set(one.expected()) for one in visitors]
    lost = sum(len(want - set(one.lines.values())) for one, want in zip(visitors, wanted, strict=True))
    foreign = sum(len(set(one.lines.values()) - want) for one, want in zip(visitors, wanted, strict=True))
    doubled = sum(one.doubled for one in visitors)
    delays = sorted(delay for one in visitors for delay in one.delays) or [0.0]
    print(
        json.dumps(
            {
                "visitors": count,
                "lines": sum(len(one.lines) for one in visitors),
                "cuts": sum(one.cuts for one in visitors),
                "lost": lost,
                "doubled": doubled,
                "foreign": foreign,
                "seconds": round(seconds, 1),
                "median_ms": round(delays[len(delays) // 2] * 1000, 1),
                "load_before": round(os.getloadavg()[2], 1),
            }
        )
    )
    return 1 if lost or doubled or foreign else 0


if __name__ == "__main__":
    sys.exit(main())
