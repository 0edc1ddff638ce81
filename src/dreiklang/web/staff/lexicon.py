"""All words of the staff, looked up once per language: a picture has hundreds of them, and gettext is slow to ask."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import npgettext, override, pgettext

from dreiklang.web.staff.score import MarkKind


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words in one language; what they mean stands beside their English form in ``lexicon``."""

    weekdays: tuple[str, ...]
    date_format: str
    minutes: str
    hours: str
    hours_minutes: str
    full_hour: str
    outward: str
    internal: str
    check: str
    automatic: str
    requester: str
    level: str
    level_short: str
    share: str
    share_title: str
    solution: str
    answer: str
    update: str
    stretch: str
    late: str
    overdue: str
    paused: str
    due_in: str
    of_service_time: str
    time_paused: str
    kept_at: str
    replaced: str
    due: str
    solution_row: str
    answers_row: str
    shares_row: str
    way: str
    not_yet_accepted: str
    not_accepted: str
    accepted: str
    after: str
    hand_back: str
    handover: str
    lying: str
    closed_at: str
    closed: str
    now: str
    until_now: str
    earlier: str
    night: str
    weekend: str
    closed_days: str
    key_handover: str
    key_hand_back: str
    key_sitting: str
    key_pause: str
    show_earlier: str
    marks_by_time: str
    title: str
    read_as_text: str
    opening: str
    stay: str
    waited: str
    handed_back: str
    handed_over: str
    kept: str
    broken: str
    nothing_open: str
    held_by: str
    open: str
    promise_due: str
    back_to: str
    then: str
    share_broken: str
    promise_broken: str
    closed_with: str
    now_with: str
    withdrawn: str
    undeliverable: str
    waits_for: str
    waits_for_requester: str
    waits_for_third: str
    put_aside: str
    waits: str
    date_came: str
    took_over: str
    through_level: str
    direct_line: str
    solved: str
    waits_for_yes: str
    merged_into: str
    absorbed: str
    parted: str
    split_off: str
    condition_met: str


@lru_cache(maxsize=16)
def lexicon(language: str) -> Lexicon:
    """The words of a language."""
    with override(language):
        return Lexicon(
            weekdays=tuple(str(WEEKDAYS_ABBR[day]) for day in range(7)),
            date_format=pgettext("staff date format", "j M"),
            minutes=pgettext("staff", "%d min"),
            hours=pgettext("staff", "%d h"),
            hours_minutes=pgettext("staff", "%(hours)d h %(minutes)d min"),
            full_hour=pgettext("staff", "%d:00"),
            outward=pgettext("staff", "to the outside"),
            internal=pgettext("staff", "internal"),
            check=pgettext("staff", "check"),
            automatic=pgettext("staff", "automatic"),
            requester=pgettext("staff", "requester"),
            level=pgettext("staff", "Level %d"),
            level_short=pgettext("staff", "L%d"),
            share=pgettext("staff", "share of Level %d"),
            share_title=pgettext("staff", "Share of Level %d"),
            solution=pgettext("staff", "solution"),
            answer=pgettext("staff", "answer"),
            update=pgettext("staff", "update"),
            stretch=pgettext("staff", "%(since)s to %(until)s"),
            late=pgettext("staff", "%s late"),
            overdue=pgettext("staff", "%s overdue"),
            paused=pgettext("staff", "paused"),
            due_in=pgettext("staff", "in %s"),
            of_service_time=pgettext("staff", "%s of service time"),
            time_paused=pgettext("staff", "%s paused"),
            kept_at=pgettext("staff", "kept at %s"),
            replaced=pgettext("staff", "replaced"),
            due=pgettext("staff", "due %s"),
            solution_row=pgettext("staff", "Solution"),
            answers_row=pgettext("staff", "Answer, update"),
            shares_row=pgettext("staff", "Shares of the levels"),
            way=pgettext("staff", "Level %(from)d to %(to)d"),
            not_yet_accepted=pgettext("staff", "not yet accepted"),
            not_accepted=pgettext("staff", "not accepted"),
            accepted=pgettext("staff", "accepted %s"),
            after=pgettext("staff", "after %s"),
            hand_back=pgettext("staff", "Hand-back"),
            handover=pgettext("staff", "Handover"),
            lying=pgettext("staff", "%(name)s, %(span)s not accepted"),
            closed_at=pgettext("staff", "closed %s"),
            closed=pgettext("staff", "closed"),
            now=pgettext("staff", "now %s"),
            until_now=pgettext("staff", "now, %s"),
            earlier=pgettext("staff", "earlier"),
            night=pgettext("staff", "night"),
            weekend=pgettext("staff", "weekend"),
            closed_days=pgettext("staff", "closed days"),
            key_handover=pgettext("staff", "handover, slope = waiting"),
            key_hand_back=pgettext("staff", "hand-back"),
            key_sitting=pgettext("staff", "one sitting"),
            key_pause=pgettext("staff", "pause with its reason"),
            show_earlier=pgettext("staff", "Show earlier days, %d marks"),
            marks_by_time=pgettext("staff", "Marks by time"),
            title=pgettext("staff", "Course of ticket %s over the levels"),
            read_as_text=pgettext("staff", "Read as text"),
            opening=pgettext("staff", "Ticket %(number)s, %(since)s to %(until)s, %(age)s of service time."),
            stay=pgettext("staff", "%(who)s, %(since)s to %(until)s, %(span)s"),
            waited=pgettext("staff", "paused %s"),
            handed_back=pgettext("staff", "handed back to %s"),
            handed_over=pgettext("staff", "handed over to %s"),
            kept=pgettext("staff", "Promises kept: %s"),
            broken=pgettext("staff", "promises broken: %s"),
            nothing_open=pgettext("staff", "Nothing is open."),
            held_by=pgettext("staff", "with %s"),
            open=pgettext("staff", "Open: %s."),
            promise_due=pgettext("staff", "%(promise)s due %(due)s"),
            back_to=pgettext("staff", "back to %d"),
            then=pgettext("staff", "then %d"),
            share_broken=pgettext("staff", "share of Level %d broken"),
            promise_broken=pgettext("staff", "promise broken at Level %d"),
            closed_with=pgettext("staff", "closed at Level %d"),
            now_with=pgettext("staff", "now Level %d"),
            withdrawn=pgettext("staff", "called back before it left"),
            undeliverable=pgettext("staff", "could not be delivered to %s"),
            waits_for=pgettext("staff", "waiting for %s"),
            waits_for_requester=pgettext("staff", "waiting for the requester"),
            waits_for_third=pgettext("staff", "waiting for a third party"),
            put_aside=pgettext("staff", "put aside"),
            waits=pgettext("staff", "waiting"),
            date_came=pgettext("staff", "goes on, the date has come"),
            took_over=pgettext("staff", "accepted"),
            through_level=pgettext("staff", "answer through Level %d"),
            direct_line=pgettext("staff", "direct line to the requester"),
            solved=pgettext("staff", "solution sent"),
            merged_into=pgettext("staff", "goes on in %d"),
            absorbed=pgettext("staff", "%d goes on here"),
            parted=pgettext("staff", "parted again from %d"),
            split_off=pgettext("staff", "split off into %d"),
            condition_met=pgettext("staff", "came back by itself"),
            waits_for_yes=pgettext("staff", "waiting for confirmation"),
        )


@lru_cache(maxsize=2048)
def counted(language: str, kind: MarkKind, number: int) -> str:
    """How many marks of a kind: '3 checks'."""
    with override(language):
        if kind is MarkKind.OUTWARD:
            return npgettext("staff", "%d to the outside", "%d to the outside", number) % number
        if kind is MarkKind.INTERNAL:
            return npgettext("staff", "%d internal", "%d internal", number) % number
        if kind is MarkKind.CHECK:
            return npgettext("staff", "%d check", "%d checks", number) % number
        if kind is MarkKind.AUTOMATIC:
            return npgettext("staff", "%d automatic", "%d automatic", number) % number
        return npgettext("staff", "%d from the requester", "%d from the requester", number) % number


@lru_cache(maxsize=512)
def silence(language: str, days: int) -> tuple[str, str]:
    """How long nothing happened, in words and in short."""
    with override(language):
        return (
            npgettext("staff", "%d day of silence", "%d days of silence", days) % days,
            npgettext("staff", "%d d", "%d d", days) % days,
        )
