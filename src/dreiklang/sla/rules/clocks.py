"""From a log to clocks: one walk through what happened, in the order of time, that counts every clock at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from dreiklang.calendars.rules import working_seconds_between
from dreiklang.sla.rules.agreement import FIRST_RESPONSE, RESOLUTION, UPDATE, Priority, Terms
from dreiklang.sla.rules.log import SETS_THE_SCENE, Happening, Type, in_order
from dreiklang.sla.rules.measure import PAUSED, Measured, Running


def clocks_of(terms: Terms, log: Iterable[Happening], now: datetime, *, explain: bool = True) -> list[Measured]:
    """Every clock of a ticket at a moment: first response, updates (each round), resolution, then the levels' shares.

    The log may be in any order. What lies after ``now`` has not happened yet; a log without an opening until then has
    no clocks. All moments need an offset. Without ``explain`` the events are left out of ``why``, which is quicker.
    """
    walk = _Walk(terms, explain=explain)
    for happening in in_order(log):
        if happening.at > now:
            break
        walk.take(happening)
    return walk.finish(now)


class _Walk:
    """Where the walk has come to: the ticket's situation, and its clocks."""

    def __init__(self, terms: Terms, *, explain: bool) -> None:
        self.terms = terms
        self.explain = explain
        self.kind: str | None = None
        self.priority: Priority = None
        self.level = 1
        self.reason: str | None = None
        self.is_settled = self.is_discarded = False
        self.at: datetime | None = None
        self.updates: list[Running] = []
        self.shares: dict[int, Running] = {}

    def take(self, happening: Happening) -> None:
        """Count up to something that happened, and let it happen."""
        if happening.type is Type.OPENED:
            if self.at is None:
                self._open(happening)
        elif self.at is None:
            if happening.type in SETS_THE_SCENE:
                self._set_scene(happening)
        else:
            self._count_until(happening.at)
            _DEEDS[happening.type](self, happening)

    def finish(self, now: datetime) -> list[Measured]:
        """Count up to now and read every clock."""
        if self.at is None:
            return []
        self._count_until(now)
        stands = self._stands_still()
        found = [self.first.measured(now, is_paused=stands)]
        # A round that ends as it begins was none: the reply that began it was the solution.
        rounds = [clock for clock in self.updates if clock.round == 1 or clock.met_at != clock.started_at]
        found += [clock.measured(now, is_paused=stands) for clock in rounds]
        found.append(self.resolution.measured(now, is_paused=stands))
        found += [clock.measured(now, is_paused=stands) for _level, clock in sorted(self.shares.items())]
        if self.is_discarded:
            found = [clock for clock in found if clock and (clock.met_at or clock.breached_at)]
        return [clock for clock in found if clock is not None]

    def _open(self, happening: Happening) -> None:
        at = self.at = happening.at
        self._set_scene(happening)
        self.first = Running(FIRST_RESPONSE, None, at)
        self.resolution = Running(RESOLUTION, None, at)
        self.updates.append(Running(UPDATE, None, at))
        self._hold()
        self._aim()
        self._tell(happening)

    def _set_scene(self, happening: Happening) -> None:
        """Take over what a happening says of priority, kind, level, reason and terms."""
        if happening.priority is not None:
            self.priority = happening.priority
        if happening.kind is not None:
            self.kind = happening.kind
        if happening.level is not None:
            self.level = happening.level
        if happening.terms is not None:
            self.terms = happening.terms
        if happening.type is Type.PENDING:
            self.reason = happening.reason
        elif happening.type is Type.RESUMED:
            self.reason = None

    def _running(self) -> list[Running]:
        """The clocks that wait for their deed, without the shares."""
        return [clock for clock in (self.first, self.updates[-1], self.resolution) if clock.met_at is None]

    def _stands_still(self) -> bool:
        return self.reason is not None and self.reason in self.terms.pauses

    def _count_until(self, until: datetime) -> None:
        since = self.at
        if since is None or until <= since:
            return
        self.at = until
        if self.is_settled:
            for clock in (self.resolution, *self.shares.values()):
                clock.stand(since, until, 0, "settled")
            return
        seconds = working_seconds_between(self.terms.calendar, since, until)
        stands = self._stands_still()
        for clock in self._running():
            if stands:
                clock.stand(since, until, seconds, PAUSED)
            else:
                clock.run(since, until, seconds, holder=self.level)
        for level, share in self.shares.items():
            own = share.calendar
            passed = seconds if own is self.terms.calendar else working_seconds_between(own, since, until)  # type: ignore[arg-type]
            if level != self.level:
                share.stand(since, until, 0, "elsewhere")
            elif stands:
                share.stand(since, until, passed, PAUSED)
            else:
                share.run(since, until, passed, holder=level)

    def _aim(self) -> None:
        """Point every clock that runs at the target that holds now."""
        assert self.at is not None
        terms, share_of_warning = self.terms, self.terms.warn_percent / 100
        for clock in (self.first, self.updates[-1], self.resolution):
            target = terms.seconds_for(clock.metric, self.kind, self.priority)
            clock.aim(target, at=self.at, holder=self.level, warn_share=share_of_warning, hours=terms.calendar)
        promised = terms.seconds_for(RESOLUTION, self.kind, self.priority)
        for level, clock in self.shares.items():
            share = terms.share_of(level)
            hours = share.calendar if share and share.calendar else terms.calendar
            target = share.of(promised) if share else None
            clock.aim(target, at=self.at, holder=level, warn_share=share_of_warning, hours=hours)

    def _hold(self) -> None:
        """The level that has the ticket now begins to use its share, or goes on with it."""
        assert self.at is not None
        share = self.shares.get(self.level)
        if share is None:
            self.shares[self.level] = Running(RESOLUTION, self.level, self.at)
        else:
            share.go_on()

    def _tell(self, happening: Happening) -> None:
        if not self.explain:
            return
        said = happening.priority if happening.type in (Type.OPENED, Type.PRIORITY) else happening.reason
        if happening.type is Type.HANDOVER:
            said = happening.level
        words = "" if said is None else str(said)
        for clock in (self.first, self.updates[-1], self.resolution):
            if clock.met_at is None or clock.met_at == happening.at:
                clock.hear(happening.at, happening.type.value, words)
        for clock in self.shares.values():
            clock.hear(happening.at, happening.type.value, words)

    def _change(self, happening: Happening) -> None:
        self._set_scene(happening)
        self._aim()
        self._tell(happening)

    def _reply(self, happening: Happening) -> None:
        self.first.meet(happening.at)
        if not self.is_settled:
            self.updates[-1].meet(happening.at)
        self._tell(happening)
        if not self.is_settled:
            self._begin_round(happening)

    def _begin_round(self, happening: Happening) -> None:
        former = self.updates[-1]
        clock = Running(UPDATE, None, happening.at, former.round + 1)
        clock.hear(happening.at, happening.type.value)
        self.updates.append(clock)
        self._aim()

    def _wait(self, happening: Happening) -> None:
        if not self.is_settled:
            self.reason = happening.reason
            self._tell(happening)

    def _resume(self, happening: Happening) -> None:
        if self.reason is not None:
            self.reason = None
            self._tell(happening)

    def _hand(self, happening: Happening) -> None:
        if happening.level is None or happening.level == self.level:
            return
        if not self.is_settled:
            self.shares[self.level].meet(happening.at)
        self.level = happening.level
        if not self.is_settled:
            self._hold()
            self._aim()
        self._tell(happening)

    def _settle(self, happening: Happening) -> None:
        if self.is_settled:
            return
        self.is_settled, self.reason = True, None
        for clock in (*self._running(), self.shares[self.level]):
            clock.meet(happening.at)
        self._tell(happening)

    def _discard(self, happening: Happening) -> None:
        self.is_settled = self.is_discarded = True
        self.reason = None
        self._tell(happening)

    def _reopen(self, happening: Happening) -> None:
        if not self.is_settled:
            return
        self.is_settled = self.is_discarded = False
        if happening.level is not None:
            self.level = happening.level
        self.resolution.go_on()
        self._hold()
        self._tell(happening)
        self._begin_round(happening)


_DEEDS = {
    Type.PRIORITY: _Walk._change,
    Type.TERMS: _Walk._change,
    Type.REPLIED: _Walk._reply,
    Type.PENDING: _Walk._wait,
    Type.RESUMED: _Walk._resume,
    Type.HANDOVER: _Walk._hand,
    Type.RESOLVED: _Walk._settle,
    Type.CLOSED: _Walk._settle,
    Type.REOPENED: _Walk._reopen,
    Type.DISCARDED: _Walk._discard,
}
