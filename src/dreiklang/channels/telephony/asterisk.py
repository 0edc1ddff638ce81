"""A session at Asterisk's manager interface (AMI): sign in by challenge, ask, listen, have a call made."""

from __future__ import annotations

import hashlib
import secrets
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NoReturn
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from dreiklang.channels.telephony.inbound import OURS, Packet, Packets, TooLong, written
from dreiklang.channels.telephony.models import System
from dreiklang.kernel import outgoing
from dreiklang.kernel.errors import Refusal, Unavailable

#: Seconds for an answer; the port where an address names none, with TLS and without.
PATIENCE = 8.0
PORTS = {"tcp": 5038, "tls": 5039}
#: Milliseconds in which one's own telephone is to be picked up.
PICK_UP = "30000"


class Session:
    """One signed-in connection. What comes meanwhile and is no answer is kept for ``events``."""

    def __init__(self, line: socket.socket) -> None:
        self._line, self._packets = line, Packets()
        self._waiting: list[Packet] = []
        self.banner = ""

    def send(self, action: str, fields: Mapping[str, str]) -> None:
        """Say one thing, without waiting for what comes of it."""
        try:
            self._line.sendall(written(action, fields))
        except ValueError as wrong:
            raise Unavailable(_("A line break cannot be sent to a telephone system."), code="refused") from wrong

    def ask(self, action: str, fields: Mapping[str, str] | None = None, *, name: str = "") -> Packet:
        """Say one thing and wait for its answer. Raises Unavailable if none comes within some seconds."""
        name = name or secrets.token_hex(8)
        self.send(action, {"ActionID": name, **(fields or {})})
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            answer: Packet | None = None
            for packet in self.heard(until - time.monotonic()):
                if "response" in packet and packet.get("actionid") == name and "event" not in packet:
                    answer = packet
                else:
                    self._waiting.append(packet)
            if answer is not None:
                return answer
        raise Unavailable(_("The telephone system does not answer."), code="slow")

    def heard(self, seconds: float) -> list[Packet]:
        """What came within some seconds, at once where something is there. Raises Unavailable at the line's end."""
        self._line.settimeout(max(0.05, seconds))
        try:
            part = self._line.recv(65_536)
        except TimeoutError:
            return []
        if not part:
            self.gone()
        try:
            found = list(self._packets.feed(part))
        except TooLong as wrong:
            raise _no_manager() from wrong
        self.banner = next((packet["banner"] for packet in found if "banner" in packet), self.banner)
        return [packet for packet in found if "banner" not in packet]

    @staticmethod
    def gone() -> NoReturn:
        """Nothing comes any more."""
        raise Unavailable(_("The telephone system broke the connection off."), code="broken_off")

    def events(self, seconds: float) -> list[Packet]:
        """What was put aside before, else what comes within some seconds."""
        if self._waiting:
            found, self._waiting = self._waiting, []
            return found
        return self.heard(seconds)

    def sign_in(self, user: str, secret: str, *, events: str) -> None:
        """By challenge, so that the secret itself never goes over the line (AMI ``Challenge``, MD5)."""
        until = time.monotonic() + PATIENCE
        while not self.banner:
            self._waiting += self.heard(until - time.monotonic())
            if time.monotonic() >= until:
                raise _no_manager()
        challenge = self.ask("Challenge", {"AuthType": "MD5"}).get("challenge", "")
        key = hashlib.md5((challenge + secret).encode(), usedforsecurity=False).hexdigest()
        reply = self.ask("Login", {"AuthType": "MD5", "Username": user, "Key": key, "Events": events})
        if reply.get("response", "").lower() != "success":
            raise Unavailable(_("The telephone system refuses the desk: its sign-in is wrong."), code="refused")

    def running(self) -> list[Packet] | None:
        """Every channel there is now, or None where the desk may not ask (it needs *reporting* or *system*)."""
        name = secrets.token_hex(8)
        if self.ask("CoreShowChannels", name=name).get("response", "").lower() != "success":
            return None
        found: list[Packet] = []
        aside: list[Packet] = []
        until = time.monotonic() + PATIENCE
        is_whole = False
        while not is_whole and time.monotonic() < until:
            for packet in self.events(until - time.monotonic()):
                if packet.get("actionid") != name:
                    aside.append(packet)
                elif packet.get("event") == "CoreShowChannelsComplete":
                    is_whole = True
                else:
                    found.append(packet)
        self._waiting = aside
        return found if is_whole else None


@contextmanager
def signed_in(system: System, *, events: str = "off") -> Iterator[Session]:
    """A session at a system's manager interface. ``events``: the classes it shall tell of, or ``off``.

    Raises ForbiddenTarget (P35) or Unavailable with a plain sentence. Certificates are verified.
    """
    host, port, is_tls = address_of(system.dial_url)
    line = outgoing.open_socket(host, port, timeout=PATIENCE)
    try:
        line.settimeout(PATIENCE)
        if is_tls:
            line = ssl.create_default_context().wrap_socket(line, server_hostname=host)
        session = Session(line)
        session.sign_in(system.dial_user, system.dial_secret, events=events)
        yield session
    except ssl.SSLCertVerificationError as wrong:
        sentence = _("The certificate of “%(host)s” is not trusted: %(why)s.")
        raise Unavailable(sentence % {"host": host, "why": wrong.verify_message}, code="certificate") from wrong
    except OSError as broken:
        raise Unavailable(_("“%(host)s” broke the connection off.") % {"host": host}, code="broken_off") from broken
    finally:
        line.close()


def address_of(url: str) -> tuple[str, int, bool]:
    """Host, port, and whether TLS, of ``tcp://pbx.example:5038`` or ``tls://…``. Raises Unavailable."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        host, port, parts = "", 0, urlsplit("")
    is_plain = parts.path in ("", "/") and not parts.query and not parts.username and url.isprintable()
    if not host or not port or parts.scheme not in PORTS or not is_plain:
        raise Unavailable(_("An address such as tls://pbx.example.org:5039 is needed."), code="no_address")
    return host, port, parts.scheme == "tls"


@dataclass(frozen=True, slots=True)
class Trial:
    """What a connection test found: who answers and how many channels there are (None: it may not be asked)."""

    is_ok: bool
    banner: str = ""
    channels: int | None = None
    problem: str = ""


def tried(system: System) -> Trial:
    """Sign in, ask for the running channels, sign off. Changes nothing, calls nobody."""
    try:
        with signed_in(system) as session:
            running = session.running()
            return Trial(True, session.banner[:100], None if running is None else len(running))
    except Refusal as refused:
        return Trial(False, problem=str(refused))


def originate(system: System, place: str, number: str) -> str:
    """Let one's own telephone ring, and the number once it is picked up; the name of the call.

    ``place`` with a ``/`` is a channel (``PJSIP/23``); else an extension of the dial plan's context. Raises
    Unavailable.
    """
    ref = OURS + secrets.token_hex(10)
    context = system.dial_context
    wanted = system.dial_plus + number[1:] if number.startswith("+") else number
    fields = {
        "Channel": place if "/" in place else f"Local/{place}@{context}",
        "Exten": wanted, "Context": context, "Priority": "1", "CallerID": wanted, "Timeout": PICK_UP, "Async": "true",
        "ChannelId": ref, "OtherChannelId": ref + "-2",
    }  # fmt: skip
    with signed_in(system) as session:
        reply = session.ask("Originate", fields, name=ref)
    if reply.get("response", "").lower() != "success":
        said = reply.get("message", "")[:200]
        raise Unavailable(_("The telephone system could not call: %(said)s") % {"said": said}, code="refused")
    return ref


def _no_manager() -> Unavailable:
    return Unavailable(_("No manager interface of an Asterisk answers there."), code="strange_answer")
