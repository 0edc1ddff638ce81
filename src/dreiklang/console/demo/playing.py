"""Plays a story: the commands that people would have given, at the moments at which they would have given them.

Each play is a generator that yields the moment of its next step; ``building`` runs all plays together in the order of
time, so that the journal is in order as if it had happened.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from dreiklang.calendars.rules import WorkingCalendar, add_working_time
from dreiklang.console.demo.people import SERVICE_OF
from dreiklang.console.demo.stories import Story
from dreiklang.console.demo.teaching import is_learned, remedies_for
from dreiklang.console.demo.world import World
from dreiklang.escalation.commands.handing_back import hand_back
from dreiklang.escalation.commands.handing_over import accept, hand_over
from dreiklang.escalation.commands.relaying import offer_relay, use_relay
from dreiklang.escalation.models import Handover, Relay
from dreiklang.escalation.rules import Case, Step
from dreiklang.kernel import clock
from dreiklang.kernel.permissions import Actor, system
from dreiklang.organizations.models import Person
from dreiklang.tickets.commands.affected import name_service
from dreiklang.tickets.commands.assignment import assign
from dreiklang.tickets.commands.classification import answer_question, classify
from dreiklang.tickets.commands.complaints import decide_measure, take_complaint
from dreiklang.tickets.commands.conversation import receive_message, write_message, write_note
from dreiklang.tickets.commands.interventions import log_intervention
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.commands.pausing import pause
from dreiklang.tickets.commands.resolution import close, confirm, reopen, resolve
from dreiklang.tickets.models import Ticket
from dreiklang.tickets.rules import COMPLAINT
from dreiklang.training.commands import returning
from dreiklang.training.commands.articles import use_article
from dreiklang.training.lifecycle import DONE
from dreiklang.training.models import Lesson

#: Where a play can stop, so that the desk has a handful in every state now.
STOPS = ("new", "assigned", "waiting", "handed_over", "upper", "relayed", "returned", "resolved", "parked")
Moments = Iterator[datetime]

GREETING = {"de": "Guten Tag {name},\n\n", "en": "Hello {name},\n\n"}
#: How much quicker than in the past a step follows in what is open now: recent, and yet somewhere on its way.
BRISK = 0.5


@dataclass
class Play:
    """One ticket's way: the story, who asks, when it begins, where it stops (empty: at its end)."""

    story: Story
    requester: str
    begins: datetime
    world: World
    random: Random
    hours: WorkingCalendar
    channel: str = "mail"
    stop: str = ""
    ticket: Ticket = field(init=False)
    first: str = field(init=False, default="")

    def steps(self) -> Moments:
        """The whole way, from the first word to the last."""
        yield self.begins
        self._open()
        if self.stop == "new":
            return
        yield self._later(2, 45)
        self._take_at_first_level()
        if self.stop == "assigned":
            return
        if self.story.ask:
            yield from self._ask_back()
            if self.stop == "waiting":
                return
        else:
            yield from self._say_it_is_in_work()
        yield from self._work(self.first, self.story.steps)
        if self.stop == "parked":
            yield self._later(5, 20)
            until = add_working_time(self.hours, clock.now(), 60 * 60 * 22)
            pause(
                self.ticket,
                actor=self._actor(self.first),
                reason="date",
                until=until,
                note=self._words("Gerät kommt am Donnerstag", "Part arrives on Thursday"),
            )
            return
        if not self.stop and is_learned(self.world, self.story.key, self.ticket):
            yield from self._solve_below()
        else:
            yield from self._upward()
        if self.stop in ("handed_over", "upper", "relayed", "returned"):
            return
        yield from self._end()

    # – the first level –

    def _open(self) -> None:
        person = self.world.persons[self.requester]
        place = person.place or (person.site.name if person.site else "")
        subject = self.story.subject.format(place=place or "4B")
        channel = system("mail") if self.channel == "mail" else self._asker()
        if self.channel == "phone":
            channel = self._actor(self._somebody("desk"))
        self.ticket = open_ticket(
            person, actor=channel, subject=subject, kind=self.story.kind, channel=self.channel,
            language=self.story.language,
        )  # fmt: skip
        address = person.addresses.filter(kind="mail").values_list("value", flat=True).first() or ""
        receive_message(
            self.ticket, actor=channel if self.channel != "phone" else system("desk"), author=person,
            text=self.story.text, subject=subject, channel=self.channel, author_address=address,
        )  # fmt: skip

    def _take_at_first_level(self) -> None:
        self.first = self._somebody("desk")
        actor = self._actor(self.first)
        assign(self.ticket, actor=actor, person=self.world.persons[self.first])
        category = self.world.categories[self.story.category]
        classify(
            self.ticket, actor=actor, category=category,
            impact=self.story.impact if self.story.impact != 3 else None,
            urgency=self.story.urgency if self.story.urgency != 2 else None,
        )  # fmt: skip
        if self.story.kind == COMPLAINT:
            owner = self.world.persons["max"]
            complaint = take_complaint(self.ticket, actor=actor, owner=owner, about_level=2)
            decide_measure(
                complaint, actor=actor, owner=owner, due_date=(clock.now() + timedelta(days=10)).date(),
                text=self._words("Ersatzgeräte für die Visite bereitlegen", "Keep spare devices for the ward round"),
            )  # fmt: skip
        if self.story.key in SERVICE_OF:
            service, people = SERVICE_OF[self.story.key]
            name_service(self.ticket, actor=actor, service=self.world.services[service], people=people or None)
        if self.story.way:
            for question in self.world.questions[self.story.category]:
                answer_question(self.ticket, actor=actor, question=question, text=self._known(question.key))

    def _ask_back(self) -> Moments:
        yield self._later(3, 15)
        actor = self._actor(self.first)
        write_message(self.ticket, actor=actor, text=self._greeting() + self.story.ask)
        pause(self.ticket, actor=actor, reason="requester")
        if self.stop == "waiting":
            return
        yield self._later(15, 160)
        receive_message(
            self.ticket, actor=system("mail"), author=self.world.persons[self.requester], text=self.story.answer,
            channel=self.channel if self.channel != "phone" else "mail",
        )  # fmt: skip

    def _say_it_is_in_work(self) -> Moments:
        yield self._later(2, 20)
        words = self._words(
            "wir haben Ihre Meldung und sehen es uns jetzt an. Sie hören heute noch von uns.",
            "we have your report and are looking into it now. You will hear from us today.",
        )
        write_message(self.ticket, actor=self._actor(self.first), text=self._greeting() + words)

    def _work(self, who: str, steps: tuple[tuple[str, str, str], ...]) -> Moments:
        for text, result, outcome in steps:
            minutes = self.random.choice((3, 4, 5, 8, 10, 15, 20))
            yield self._later(minutes, minutes + 12)
            log_intervention(
                self.ticket, actor=self._actor(who), text=text, result=result, outcome=outcome, minutes=minutes,
                kind="work" if outcome == "helped" else "check",
            )  # fmt: skip

    def _solve_below(self) -> Moments:
        """What the levels above taught: the steps they would have made, on the first level."""
        steps = [step for key in self.story.way for step in self.story.upper_steps.get(key, ())]
        yield from self._work(self.first, tuple(steps[-1:]))
        actor = self._actor(self.first)
        taught = Lesson.objects.filter(category=self.ticket.category, state=DONE, article__isnull=False)
        if self.story.key == "slow" and (lesson := taught.select_related("article").first()) and lesson.article:
            use_article(self.ticket, lesson.article, actor=actor)

    # – up, and back –

    def _upward(self) -> Moments:
        holders = [self.first]
        for position, team in enumerate(self.story.way):
            is_last = position == len(self.story.way) - 1
            if self.random.random() < 0.08 and not self.stop and position == 0:
                yield from self._come_back_incomplete(team)
            yield self._later(3, 12)
            handover = self._hand_over(holders[-1], team)
            if is_last and self.stop == "handed_over":
                return
            yield self._later(4, 95)
            holders.append(self._somebody(team))
            accept(handover, actor=self._actor(holders[-1]))
            if self.random.random() < 0.25:
                yield self._later(5, 25)
                write_note(
                    self.ticket,
                    actor=self._actor(holders[-1]),
                    text=self._words(
                        "Ich schaue es mir jetzt an und melde mich hier.", "Looking at it now, will report here."
                    ),
                )
            if is_last and self.stop == "upper":
                return
            yield from self._work(holders[-1], self.story.upper_steps.get(team, ()))
        yield from self._downward(holders)

    def _come_back_incomplete(self, team: str) -> Moments:
        yield self._later(3, 10)
        handover = self._hand_over(self.first, team)
        yield self._later(6, 50)
        who = self._somebody(team)
        accept(handover, actor=self._actor(who))
        yield self._later(4, 15)
        hand_back(
            self.ticket, actor=self._actor(who), kind="incomplete",
            reason=self._words("Die Nummer des Geräts stimmt nicht.", "The number of the device is wrong."),
            hint=self._words("Die Nummer steht auf dem Aufkleber links.", "The number is on the sticker, bottom left."),
        )  # fmt: skip
        yield self._later(5, 40)
        assign(self.ticket, actor=self._actor(self.first), person=self.world.persons[self.first])

    def _hand_over(self, who: str, team: str) -> Handover:
        own = [*self.story.steps, *(step for key in self.story.way for step in self.story.upper_steps.get(key, ()))]
        case = Case(
            reason=self.story.reason,
            observations=self.story.observations,
            steps=[Step(text, result, outcome) for text, result, outcome in own[: len(self.story.steps)]],
            ruled_out=self.story.ruled_out,
            affected=self._words("Die ganze Abteilung", "The whole department") if self.story.impact < 3 else
            self.world.persons[self.requester].name,
            question=self.story.question,
        )  # fmt: skip
        return hand_over(self.ticket, actor=self._actor(who), to_team=self.world.teams[team], case=case)

    def _downward(self, holders: list[str]) -> Moments:
        if self.story.relay:
            yield self._later(3, 12)
            relay = offer_relay(self.ticket, actor=self._actor(holders[-1]), text=self.story.relay)
            if self.stop == "relayed":
                return
            yield self._later(5, 35)
            self._use(relay, holders[-2])
        while len(holders) > 1:
            yield self._later(2, 10)
            who = holders.pop()
            hint = self.story.hint if len(holders) == 1 else ""
            returning.hand_back(
                self.ticket, actor=self._actor(who), kind="solved", solution=self.story.cause or self.story.solution,
                hint=hint, remedies=remedies_for(self.world, self.story.key) if hint else (),
            )  # fmt: skip
            if self.stop == "returned":
                return
            yield self._later(3, 30)
            assign(self.ticket, actor=self._actor(holders[-1]), person=self.world.persons[holders[-1]])

    def _use(self, relay: Relay, who: str) -> None:
        text = self._words(
            "die Ursache ist gefunden und behoben. Wir prüfen noch, ob alles wieder läuft, und melden uns.",
            "we found the cause and mended it. We are checking that everything works again and will get back to you.",
        )
        use_relay(relay, actor=self._actor(who), text=self._greeting() + text, confirmed=True)

    # – the end –

    def _end(self) -> Moments:
        yield self._later(4, 40)
        actor = self._actor(self.first)
        resolve(self.ticket, actor=actor, text=self._greeting() + self.story.solution)
        if self.stop == "resolved":
            return
        chance = self.random.random()
        if chance < 0.06:
            yield self._later(60, 500)
            reopen(
                self.ticket,
                actor=system("link"),
                because="requester",
                reason=self._words("Es tritt wieder auf.", "It happens again."),
            )
            yield self._later(10, 60)
            assign(self.ticket, actor=actor, person=self.world.persons[self.first])
            yield from self._work(self.first, self.story.steps[-1:])
            yield self._later(5, 20)
            resolve(self.ticket, actor=actor, text=self._greeting() + self.story.solution)
        if chance < 0.6:
            yield self._later(20, 700)
            confirm(self.ticket, actor=self._asker() if self.channel == "portal" else system("link"))
            return
        self.ticket.refresh_from_db()
        assert self.ticket.closes_at is not None
        yield self.ticket.closes_at
        close(self.ticket, actor=system("schedule"), because="silence")

    # – small things –

    def _later(self, least: int, most: int) -> datetime:
        """A moment some working minutes from now."""
        minutes = self.random.uniform(least, most) * (BRISK if self.stop else 1)
        return add_working_time(self.hours, clock.now(), minutes * 60) + timedelta(seconds=self.random.randrange(50))

    def _somebody(self, team: str) -> str:
        members = [key for key in self.world.members[team] if key not in ("olga", "jules")]
        return self.random.choice(members)

    def _actor(self, key: str) -> Actor:
        return self.world.actors[key]

    def _asker(self) -> Actor:
        return self.world.actors[self.requester]

    def _greeting(self) -> str:
        person: Person = self.world.persons[self.requester]
        return GREETING[self.story.language].format(name=person.name)

    def _words(self, german: str, english: str) -> str:
        return german if self.story.language == "de" else english

    def _known(self, key: str) -> str:
        number = self.random.randrange(1000, 9999)
        if "num" in key or "gerat" in key or "device" in key:
            return f"TW-{number}"
        person = self.world.persons[self.requester]
        return self._words(f"{person.place or 'siehe Standort'} ({number})", f"{person.place or 'on site'} ({number})")
