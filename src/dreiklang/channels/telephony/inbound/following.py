"""From the events of an Asterisk to news of calls. Pure; keeps only what the calls that run now need.

An Asterisk tells of every channel of the house. A *call* here is what bears one ``Linkedid``; it is told to the desk
only once it rings at, or begins from, an extension the desk knows: what others speak on the phone is not its business.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from .packets import Packet
from .reading import ANSWERED, HUNG_UP, RANG, News

#: Calls the desk asked for itself bear a name that begins so (``ChannelId``): their card is there already.
OURS: Final = "dreiklang-"
#: Calls followed at once; beyond, the oldest are forgotten.
MOST_CALLS: Final = 5_000
_CHANNEL: Final = re.compile(r"^(?P<at>[^/]+/.+?)(-[0-9a-f]{8,})?(;\d)?$", re.IGNORECASE)
_NO_NUMBER: Final = frozenset({"s", "<unknown>", "h", "i", "t"})


@dataclass(frozen=True, slots=True)
class Told:
    """News, and whether they are only worth something where the desk knows of the call already."""

    news: News
    is_of_known: bool = False


@dataclass(slots=True)
class _Call:
    ref: str
    caller: str = ""
    called: str = ""
    place: str = ""
    channels: set[str] = field(default_factory=set)
    rung: set[str] = field(default_factory=set)
    is_outgoing: bool = False
    is_told: bool = False
    is_answered: bool = False


class Following:
    """What runs in one Asterisk. ``places``: the desk's extensions in one spelling."""

    def __init__(self, places: Iterable[str]) -> None:
        self._places = frozenset(places)
        self._calls: dict[str, _Call] = {}
        self._of_channel: dict[str, str] = {}

    @property
    def running(self) -> frozenset[str]:
        """Names of the calls that run, as far as it was told of them."""
        return frozenset(self._calls)

    def hear(self, event: Packet) -> list[Told]:
        """What an event says about calls of the desk; nothing for most."""
        name = event.get("event", "").lower()
        if name == "originateresponse":
            return self._not_begun(event)
        channel, ref = event.get("uniqueid", ""), event.get("linkedid", "")
        if name == "dialbegin" and not channel:  # nobody calls: the system itself does
            channel, ref = event.get("destuniqueid", ""), event.get("destlinkedid", "")
        if not channel or not ref:
            return []
        told = self._moved(channel, ref)
        match name:
            case "newchannel" | "coreshowchannel":
                self._noted(event, channel, ref)
            case "dialbegin":
                told += self._rings(event, ref)
            case "dialend" if event.get("dialstatus", "").upper() == "ANSWER":
                told += self._talks(event, ref)
            case "hangup":
                told += self._left(channel)
        return told

    def _call(self, ref: str) -> _Call:
        if ref not in self._calls:
            while len(self._calls) >= MOST_CALLS:
                self._forget(next(iter(self._calls)))
            self._calls[ref] = _Call(ref)
        return self._calls[ref]

    def _moved(self, channel: str, ref: str) -> list[Told]:
        """A transfer makes one call of two: a channel goes over to the older, and the younger may be over by it."""
        before = self._of_channel.get(channel)
        if before is None or before == ref:
            return []
        told = self._left(channel)
        self._enter(channel, ref)
        return told

    def _enter(self, channel: str, ref: str) -> None:
        self._of_channel[channel] = ref
        self._call(ref).channels.add(channel)

    def _noted(self, event: Packet, channel: str, ref: str) -> None:
        """A channel is there. The first of a call says who calls whom."""
        self._enter(channel, ref)
        if channel != ref or (call := self._call(ref)).caller:
            return
        call.caller = event.get("calleridnum", "")
        wanted = event.get("exten", "")
        call.called = "" if wanted.lower() in _NO_NUMBER else wanted
        call.place = self._place(event.get("channel", ""))

    def _rings(self, event: Packet, ref: str) -> list[Told]:
        call, there = self._call(ref), self._place(event.get("destchannel", ""))
        if ref.startswith(OURS) or (there and there in call.rung) or (call.is_told and not there):
            return []
        if not there and not call.place:
            return []
        call.is_outgoing = call.is_outgoing or (not there and not call.is_told)
        call.is_told = True
        if there:
            call.rung.add(there)
        caller = call.place if call.is_outgoing else call.caller
        rung = (there,) if there else (call.place,)
        return [Told(News(RANG, ref, call.is_outgoing, caller=caller, called=call.called, rung=rung))]

    def _talks(self, event: Packet, ref: str) -> list[Told]:
        """Somebody answered. In a call from the desk the other side has to, not one's own telephone."""
        call, there = self._call(ref), self._place(event.get("destchannel", ""))
        is_ours = ref.startswith(OURS)
        is_outgoing = call.is_outgoing or is_ours
        if call.is_answered or (is_outgoing and self._is_own_leg(event, there)):
            return []
        call.is_answered = call.is_told or is_ours
        at = (there,) if there and not is_outgoing else (call.place,) if is_outgoing and call.place else ()
        caller = call.place if is_outgoing else call.caller
        news = News(ANSWERED, ref, is_outgoing, caller=caller, called=call.called, at=at)
        return [Told(news, is_of_known=not call.is_told)]

    @staticmethod
    def _is_own_leg(event: Packet, there: str) -> bool:
        return bool(there) or event.get("destchannel", "").lower().startswith("local/")

    def _left(self, channel: str) -> list[Told]:
        """A channel is gone; with the last of its channels the call is."""
        ref = self._of_channel.pop(channel, "")
        call = self._calls.get(ref)
        if call is None:
            return [Told(News(HUNG_UP, channel), is_of_known=True)]
        call.channels.discard(channel)
        if call.channels:
            return []
        self._forget(ref)
        # 'normal clearing' also ends calls that nobody answered: only an answer says that somebody did
        cause = "answered" if call.is_answered else "noanswer"
        return [Told(News(HUNG_UP, ref, call.is_outgoing, cause=cause), is_of_known=not call.is_told)]

    def _not_begun(self, event: Packet) -> list[Told]:
        ref = event.get("actionid", "")
        if event.get("response", "").lower() != "failure" or not ref.startswith(OURS) or ref in self._calls:
            return []
        return [Told(News(HUNG_UP, ref, True, cause="noanswer"), is_of_known=True)]

    def _forget(self, ref: str) -> None:
        for channel in self._calls.pop(ref).channels:
            self._of_channel.pop(channel, None)

    def _place(self, channel: str) -> str:
        """The extension of the desk a channel belongs to: ``PJSIP/23-0000001b`` is ``pjsip/23`` or ``23``."""
        found = _CHANNEL.match(channel)
        if found is None:
            return ""
        whole = found["at"].partition("@")[0].lower()
        bare = whole.partition("/")[2]
        return next((name for name in (whole, bare) if name in self._places), "")
