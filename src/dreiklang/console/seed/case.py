"""One seeded ticket: plays its story until now and leaves the rows that the commands would have left."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from random import Random
from typing import NamedTuple

from dreiklang.console.seed.blocks import Block, Blocks
from dreiklang.console.seed.cast import Cast, Holder, Requester
from dreiklang.console.seed.promises import Promises
from dreiklang.console.seed.rows import NULL, Rows, stamp
from dreiklang.console.seed.stories import Story, at_work
from dreiklang.tickets import lifecycle, rules

SILENCE = int(timedelta(days=7).total_seconds())
KINDS, KIND_SHARES = (
    (rules.INCIDENT, rules.REQUEST, rules.QUESTION, rules.COMPLAINT, rules.SECURITY),
    (62, 24, 10, 3, 1),
)
CHANNELS, CHANNEL_SHARES = ("mail", "phone", "portal"), (62, 25, 13)
IMPACTS = ((3, 2), (3, 2), (3, 3), (3, 1), (2, 2), (2, 1), (1, 2))


class Plan(NamedTuple):
    """What is decided before a ticket is written, so that its words can be looked up for a whole batch."""

    id: int
    number: int
    opened: int
    story: Story
    requester: Requester
    device: str
    usual: list[str]
    is_frequent: bool

    def words(self) -> list[str]:
        """Every word that comes from the vocabulary, and the number."""
        return [self.device, *self.usual, str(self.number)]


class Present(NamedTuple):
    """What holds for the whole run."""

    now: int
    cast: Cast
    blocks: Blocks
    random: Random
    priorities: Mapping[tuple[int, int], int]
    promises: Promises


class Case:
    """A ticket on its way. Methods named like the steps of ``stories`` do them."""

    def __init__(self, plan: Plan, run: Present, rows: Rows) -> None:
        self.plan, self.run, self.rows = plan, run, rows
        self.language = plan.requester.language
        self.at, self.stamp = 0, ""
        self.state = lifecycle.NEW
        self.person: int | None = None
        self.name = ""
        self.awaits = False
        self.last_word, self.last_word_at = "requester", ""
        self.returns_at = self.resolved_at = self.closed_at = self.closes_at = NULL
        self.trail: list[str] = []
        self.changes = 0
        self.public: list[str] = []
        self.inside: list[str] = []
        self.way: list[tuple[str, Holder, int | None, str]] = []
        self.handovers: list[list[str]] = []
        self.pending: str | None = None
        self.resolution: list[str] | None = None
        self.since = ""

    def play(self) -> None:
        """From the first words to the end of the story, or to now, whichever comes first."""
        self.rows.told.clear()
        self._move_to(self.plan.opened)
        self._open()
        for step, least, most in self.plan.story.steps:
            moment = at_work(self.at + 60 * (least + int(self.run.random.random() * (most - least))) + 7)
            if moment >= self.run.now:
                break
            self._move_to(moment)
            self.changes += 1
            getattr(self, step)()
        self._finish()

    def _move_to(self, moment: int) -> None:
        self.at, self.stamp = moment, stamp(moment)

    def _open(self) -> None:
        run, plan, who = self.run, self.plan, self.plan.requester
        random, blocks = run.random, run.blocks
        self.kind = random.choices(KINDS, KIND_SHARES)[0]
        self.channel = random.choices(CHANNELS, CHANNEL_SHARES)[0]
        self.impact, self.urgency = random.choice(IMPACTS)
        self.priority = run.priorities[self.impact, self.urgency]
        self.category = random.choice(run.cast.categories)
        self.holder = random.choice(run.cast.teams[1])
        subject, told = random.choice(blocks.topics[self.language])
        self.subject = f"{subject.text}: {plan.device.capitalize()}"
        self.opened = self.since = self.stamp
        self._mark("stay")
        self.public += [
            who.lexemes, subject.lexemes, told.lexemes, blocks.lexemes(plan.words(), self.language),
        ]  # fmt: skip
        self._tell(
            "ticket.opened",
            f'{{"channel":"{self.channel}","customer_id":{who.organization_id},"holder_level":1,'
            f'"holder_team_id":{self.holder.id},"kind":"{self.kind}","level":0,"number":{plan.number},'
            f'"priority":{self.priority},"requester_id":{who.id}}}',
            f'{{"subject":"{self.subject}"}}',
            self._their_side,
        )
        parts = [blocks.some("greeting", self.language), told, blocks.some("detail", self.language)]
        if plan.is_frequent:
            parts.append(blocks.some("frequent", self.language))
        self.public += [part.lexemes for part in (parts[0], *parts[2:])]
        text = "\\n\\n".join([part.text for part in parts])
        self._receive(f"{text}\\n\\n{' '.join(plan.usual)}", told.gist)

    @property
    def _their_side(self) -> int | None:
        """Mail comes through the gate, a part of the desk; the portal is used by the requester."""
        if self.channel == "portal":
            return self.plan.requester.id
        return self.holder.members[0][0] if self.channel == "phone" else None

    # What is said

    def _receive(self, text: str, gist: str) -> None:
        who, message = self.plan.requester, self.rows.next_id("tickets_message")
        self.rows.of["tickets_message"].append(
            f"{message}\t{self.plan.id}\tin\t{who.id}\t{who.name}\t{who.address}\t{NULL}\t[]\t[]\t{self.subject}\t"
            f"{text}\t\t{self.channel}\tnone\tt\tnone\t{self.stamp}\n"
        )
        self.last_word, self.last_word_at = "requester", self.stamp
        self._mark("in")
        self._tell(
            "message.received",
            f'{{"auto":"none","channel":"{self.channel}","is_sender_proven":true,"level":0,"message_id":{message}}}',
            f'{{"gist":"{gist}"}}',
            self._their_side,
        )

    def _write(self, block: Block) -> int:
        who, message = self.plan.requester, self.rows.next_id("tickets_message")
        is_mailed = bool(who.address)
        channel = "mail" if is_mailed else "desk"
        self.rows.of["tickets_message"].append(
            f"{message}\t{self.plan.id}\tout\t{self.person}\t{self.name}\t\t{self.holder.level}\t{who.recipients}\t[]\t"
            f"{self.subject}\t{block.text}\t\t{channel}\tnone\tt\t{'sent' if is_mailed else 'none'}\t{self.stamp}\n"
        )
        self.last_word, self.last_word_at = "desk", self.stamp
        self.public.append(block.lexemes)
        self._mark("out")
        self._tell("message.written", f'"channel":"{channel}",{self._at}"message_id":{message}', block.gist)
        return message

    def ask(self) -> None:
        """Level's question to the requester."""
        self._write(self._some("ask"))

    def reply(self) -> None:
        """The requester answers; a pause that waited for it ends."""
        block = self._some("reply")
        self.public.append(block.lexemes)
        self._receive(block.text, block.gist)
        self.state = lifecycle.OPEN
        self._end_pending()
        self._tell("ticket.resumed", '{"because":"requester_answered","level":0}', "", self._their_side)

    def note(self) -> None:
        """A word inside."""
        block, note = self._some("note"), self.rows.next_id("tickets_note")
        self.inside.append(block.lexemes)
        self.rows.of["tickets_note"].append(
            f"{note}\t{self._by}\t{block.text}\tdesk\t{self.stamp}\n"
        )  # fmt: skip
        self._tell("note.written", f'{self._at}"note_id":{note}', block.gist)

    def check(self) -> None:
        """A step of work with its result."""
        done, result = self._some("check"), self._some("result")
        step = self.rows.next_id("tickets_intervention")
        minutes = 5 + 5 * int(self.run.random.random() * 9)
        self.inside += (done.lexemes, result.lexemes)
        self.rows.of["tickets_intervention"].append(
            f"{step}\t{self._by}\tcheck\t{done.text}\t{result.text}\tfound\t{minutes}\t{self.stamp}\n"
        )
        plain = f'"intervention_id":{step},"kind":"check",{self._at}"minutes":{minutes}.0,"outcome":"found"'
        self._tell(
            "intervention.logged", f"{{{plain}}}", f'{{"gist":"{done.gist}","result":"{result.gist}"}}', self.person
        )

    # Who has it

    def take(self) -> None:
        """Somebody of the team takes it."""
        former = self.person
        self._give(self.holder, *self.run.random.choice(self.holder.members))
        self.state = lifecycle.OPEN
        before = f'"former_person_id":{former},' if former else ""
        self._tell(
            "ticket.assigned",
            f'{before}"holder_level":{self.holder.level},"holder_team_id":{self.holder.id},{self._at}'
            f'"person_id":{self.person}',
        )

    def up_to_2(self) -> None:
        """To the second level."""
        self._hand_over(self.run.random.choice(self.run.cast.teams[2]))

    def up_to_3(self) -> None:
        """To the experts."""
        self._hand_over(self.run.random.choice(self.run.cast.teams[3]))

    def up_outside(self) -> None:
        """To an external provider or a vendor."""
        self._hand_over(self.run.random.choice(self.run.cast.outside))

    def _hand_over(self, to: Holder) -> None:
        handover, before, author, at = str(self.rows.next_id("escalation_handover")), self.holder, self.person, self._at
        some = [self._some(part) for part in ("reason", "observations", "check", "ruled_out", "question")]
        reason, observed, tried, ruled_out, question = some
        self.inside += [block.lexemes for block in some]
        steps = f'[{{"text":"{tried.text}","result":"","outcome":"no_effect"}}]'
        record = (
            f"{handover}\t{self.plan.id}\t{before.level}\t{before.id}\t{to.level}\t{to.id}\t{author}\t{reason.text}\t"
            f"{observed.text}\t{steps}\t{ruled_out.text}\t\t{question.text}\t[]\t\t{{}}\t{self.stamp}"
        )
        self.handovers.append([record, NULL, NULL, NULL, handover])
        self.way.append((handover, before, author, self.name))
        self._give(to, None, "")
        self._mark("stay")
        self.awaits, self.state = True, lifecycle.OPEN
        plain = (
            f'{{"at_once":false,"from_level":{before.level},"from_team_id":{before.id},"handover_id":{handover},{at}'
            f'"to_level":{to.level},"to_team_id":{to.id}}}'
        )
        self._tell("handover.made", plain, f'{{"gist":"{question.gist}"}}', author)

    def accept(self) -> None:
        """Somebody of the team it was handed to takes it over."""
        person, name = self.run.random.choice(self.holder.members)
        self.handovers[-1][1:3] = self.stamp, str(person)
        self._give(self.holder, person, name)
        self.awaits = False
        self._mark("go")
        self._tell("handover.accepted", f'"handover_id":{self.handovers[-1][4]},{self._at}"person_id":{person}')

    def hand_back_incomplete(self) -> None:
        """Back: something is missing."""
        block = self._some("incomplete")
        self._hand_back("incomplete", block, f"{block.text}\t\t", "")

    def hand_back_solved(self) -> None:
        """Back with the solution, which the level below puts into its own words."""
        block, hint = self._some("solution"), self._some("hint")
        self.inside.append(hint.lexemes)
        self._hand_back("solved", block, f"\t{block.text}\t{hint.text}", f',"hint":"{hint.gist}"')

    def _hand_back(self, kind: str, block: Block, texts: str, hint: str) -> None:
        handover, to, person, name = self.way.pop()
        before, back, at = self.holder, self.rows.next_id("escalation_handback"), self._at
        author = self.person or before.members[0][0]
        self.inside.append(block.lexemes)
        next(record for record in self.handovers if record[4] == handover)[3] = self.stamp
        self.rows.of["escalation_handback"].append(
            f"{back}\t{self.plan.id}\t{handover}\t{kind}\t{before.level}\t{before.id}\t{to.level}\t{to.id}\t{author}\t"
            f"{texts}\t{self.stamp}\n"
        )
        self._give(to, person, name)
        self._mark("stay")
        self.awaits = False
        plain = (
            f'{{"from_level":{before.level},"from_team_id":{before.id},"hand_back_id":{back},"handover_id":{handover},'
            f'"kind":"{kind}",{at}"to_level":{to.level},"to_team_id":{to.id}}}'
        )
        self._tell("handover.handed_back", plain, f'{{"gist":"{block.gist}"{hint}}}', author)

    def _give(self, to: Holder, person: int | None, name: str) -> None:
        self._leave(self.stamp)
        self.holder, self.person, self.name, self.since = to, person, name, self.stamp

    def _leave(self, until: str) -> None:
        self.rows.of["tickets_assignment"].append(
            f"{self.rows.next_id('tickets_assignment')}\t{self.plan.id}\t{self.holder.level}\t{self.holder.id}\t"
            f"{self.person or NULL}\t{self.since}\t{until}\n"
        )

    # Waiting

    def await_requester(self) -> None:
        """Wait for the requester's answer."""
        self._pause("requester")

    def await_vendor(self) -> None:
        """Wait for a third party."""
        self._pause("vendor", self._some("vendor").text)

    def await_date(self) -> None:
        """Put aside until a date; comes back by itself."""
        self._pause("date", self._some("date").text, stamp(at_work(self.at + 60 * 2880)))

    def _pause(self, reason: str, note: str = "", until: str = "") -> None:
        self.pending = f"{self.plan.id}\t{reason}\t{note}\t{self.stamp}\t{until or NULL}"
        self.state, self.returns_at = lifecycle.WAITING, until or NULL
        self._mark("wait")
        moment = f',"until":"{until}"' if until else ""
        plain = f'{{{self._at}"reason":"{reason}"{moment}}}'
        self._tell("ticket.paused", plain, f'{{"note":"{note}"}}' if note else "", self.person)

    def resume(self) -> None:
        """Go on after a pause, at its date or because the other side moved."""
        because = "date" if self.returns_at != NULL else "vendor_answered"
        self.state = lifecycle.OPEN
        self._end_pending()
        self._mark("go")
        self._tell("ticket.resumed", f'{{"because":"{because}","level":0}}', "", None)

    def _end_pending(self, ended: str = "") -> None:
        if self.pending is not None:
            line = f"{self.rows.next_id('tickets_pending')}\t{self.pending}\t{ended or self.stamp}\n"
            self.rows.of["tickets_pending"].append(line)
            self.pending, self.returns_at = None, NULL

    # The end

    def resolve(self) -> None:
        """The solution goes to the requester."""
        block = self._some("solution")
        message, resolution = self._write(block), self.rows.next_id("tickets_resolution")
        self.state, self.resolved_at = lifecycle.RESOLVED, self.stamp
        self.closes_at = stamp(self.at + SILENCE)
        self.resolution = [f"{resolution}\t{self._by}\t{block.text}\t{message}\t{self.stamp}", NULL, NULL]
        self._tell("ticket.resolved", f'{self._at}"message_id":{message},"resolution_id":{resolution}', block.gist)

    def reopen(self) -> None:
        """It does not work after all; goes back to the first team of its way."""
        block = self._some("again")
        self.public.append(block.lexemes)
        self._receive(block.text, block.gist)
        self._end_resolution(2)
        self.state = lifecycle.OPEN
        self.resolved_at = self.closes_at = NULL
        self._mark("open")
        self._tell("ticket.reopened", '{"because":"requester","level":0}', "", self._their_side)

    def confirm(self) -> None:
        """The requester says that it works."""
        if self.resolution is not None:
            self.resolution[1] = self.stamp
        self._close("confirmed", self.plan.requester.id)

    def close(self) -> None:
        """After some days of silence."""
        self._close("silence", None)

    def _close(self, because: str, actor: int | None) -> None:
        self.state, self.closed_at, self.closes_at = lifecycle.CLOSED, self.stamp, NULL
        self._mark("close")
        self._tell("ticket.closed", f'{{"because":"{because}","level":0}}', "", actor)

    def _end_resolution(self, place: int = 0) -> None:
        if self.resolution is not None:
            if place:
                self.resolution[place] = self.stamp
            self.rows.of["tickets_resolution"].append("\t".join(self.resolution) + "\n")
            self.resolution = None

    def _finish(self) -> None:
        plan, who, of = self.plan, self.plan.requester, self.rows.of
        self._leave(NULL)
        self._end_resolution()
        returns_at = self.returns_at
        self._end_pending(NULL)
        promise = self.run.promises.write(plan.id, self.rows.told, self.category, self.rows)
        of["escalation_handover"] += ["\t".join(record[:4]) + "\n" for record in self.handovers]
        of["tickets_ticket"].append(
            f"{plan.id}\t{plan.number}\t{self.kind}\t{self.subject}\t{self.language}\t{self.channel}\t{self.state}\t"
            f"{lifecycle.TICKET.groups[self.state]}\t{who.id}\t{who.organization_id}\t{self.category}\t{self.impact}\t"
            f"{self.urgency}\t{self.priority}\t{self.holder.level}\t{self.holder.id}\t{self.person or NULL}\t"
            f"{'t' if self.kind == rules.SECURITY else 'f'}\tf\t{'t' if self.awaits else 'f'}\t{self.last_word}\t"
            f"{self.last_word_at}\t{promise}\t{returns_at}\t{self.opened}\t{self.stamp}\t{self.resolved_at}\t"
            f"{self.closed_at}\t{self.closes_at}\t[{','.join(self.trail)}]\t{self.changes + 2}\n"
        )
        public = " ".join(self.public)
        of["tickets_ticketwords"].append(f"{plan.id}\t{public}\t{public} {' '.join(self.inside)}\n")

    # Small words

    def _some(self, purpose: str) -> Block:
        return self.run.blocks.some(purpose, self.language)

    @property
    def _at(self) -> str:
        return f'"level":{self.holder.level},"team_id":{self.holder.id},'

    @property
    def _by(self) -> str:
        return f"{self.plan.id}\t{self.person}\t{self.holder.level}\t{self.holder.id}"

    def _mark(self, sign: str) -> None:
        self.trail.append(f'["{sign}",{self.holder.level},{self.at // 60}]')

    def _tell(self, code: str, plain: str, words: str = "", actor: int | None = -1) -> None:
        """A journal line. Bare fields (no braces) are somebody's deed at the level that has the ticket."""
        if plain[0] != "{":
            plain, actor = f"{{{plain}}}", self.person
            words = f'{{"gist":"{words}"}}' if words else ""
        self.rows.tell(self.plan.id, self.stamp, code, actor, plain, words)
