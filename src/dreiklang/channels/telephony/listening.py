"""The desk's ear at an Asterisk: one thread a system, that connects again whatever happens, and loses no end."""

from __future__ import annotations

import logging
import threading
import time

from django.db import DatabaseError, close_old_connections, connection

from dreiklang.channels.telephony import queries
from dreiklang.channels.telephony.asterisk import Session, signed_in
from dreiklang.channels.telephony.commands import take_news
from dreiklang.channels.telephony.inbound import HUNG_UP, Following, News, Told
from dreiklang.channels.telephony.models import System
from dreiklang.kernel import clock
from dreiklang.kernel.errors import Refusal
from dreiklang.kernel.permissions import Actor

log = logging.getLogger(__name__)

#: Seconds: between two looks whether to stop; of silence until the other side is asked whether it is there; between
#: two notes that it is; between tries after trouble (doubled, up to the second).
LOOK_EVERY, SILENCE, NOTED_EVERY = 1.0, 20.0, 30.0
PAUSE, LONGEST_PAUSE = 2.0, 60.0


class Listener(threading.Thread):
    """Listens to one Asterisk until told to stop; its trouble stays its own (P44)."""

    def __init__(self, system: System, *, actor: Actor) -> None:
        super().__init__(name=f"asterisk-{system.pk}", daemon=True)
        self.system, self.version = system, system.version
        self._actor = actor
        self._stop_asked = threading.Event()

    def stop(self) -> None:
        """Ask it to end; it does so within seconds."""
        self._stop_asked.set()

    def run(self) -> None:
        """Connect, hear, take in; after trouble wait longer each time."""
        pause = PAUSE
        while not self._stop_asked.is_set():
            has_heard = self.sit()
            close_old_connections()
            if not self._stop_asked.is_set():
                pause = PAUSE if has_heard else min(pause * 2, LONGEST_PAUSE)
                self._stop_asked.wait(pause)
        connection.close()

    def sit(self) -> bool:
        """Listen once, until the line breaks or the end is asked for; whether it came to listening at all."""
        has_heard = False
        try:
            with signed_in(self.system, events="call") as session:
                has_heard = True
                self._listen(session)
        except (Refusal, DatabaseError) as trouble:
            log.warning("telephone system %s: %s", self.system.pk, trouble)
            self._tell(str(trouble))
        return has_heard

    def _listen(self, session: Session) -> None:
        following = Following(queries.places_of(self.system))
        self._catch_up(session, following)
        self._tell("")
        heard_at = told_at = time.monotonic()
        is_asked = False
        while not self._stop_asked.is_set():
            packets = session.events(LOOK_EVERY)
            now = time.monotonic()
            for told in (told for packet in packets for told in following.hear(packet)):
                self._take(told)
            if packets:
                heard_at, is_asked = now, False
            elif now - heard_at > SILENCE * 2:
                session.gone()
            elif now - heard_at > SILENCE and not is_asked:
                session.send("Ping", {"ActionID": "still-there"})
                is_asked = True
            if now - told_at > NOTED_EVERY:
                self._tell("")
                told_at = now

    def _catch_up(self, session: Session, following: Following) -> None:
        """What ended while nobody listened has ended: calls the desk holds for running and the system does not."""
        channels = session.running()
        if channels is None:
            return
        for packet in channels:
            following.hear(packet)
        for ref in queries.live_refs(self.system):
            if ref not in following.running:
                self._take(Told(News(HUNG_UP, ref, cause="noanswer")))

    def _take(self, told: Told) -> None:
        """Take news in; as long as the database is away they wait here, and the others on the line."""
        while not self._stop_asked.is_set():
            try:
                if not told.is_of_known or told.news.ref in queries.live_refs(self.system):
                    take_news(self.system, told.news, actor=self._actor)
                return
            except DatabaseError as trouble:
                log.warning("telephone system %s: %s", self.system.pk, str(trouble).strip().partition("\n")[0])
                connection.close()
                self._stop_asked.wait(PAUSE)

    def _tell(self, problem: str) -> None:
        """What stands in the way goes beside the system where administrators look. No news for anybody."""
        values = {"last_problem": problem[:300]} if problem else {"last_problem": "", "listened_at": clock.now()}
        try:
            System.objects.filter(pk=self.system.pk).update(**values)
        except DatabaseError:
            log.warning("telephone system %s: the database does not answer", self.system.pk)
