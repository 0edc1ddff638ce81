"""What the levels of the demo desk learn from each other: what is said at hand-back, and what becomes of it.

In the middle of the history level 1 gets what it needed for two kinds of cases; from then on it solves nearly all of
them itself, so that the effect can be seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from dreiklang.console.demo.world import World
from dreiklang.kernel.permissions import Actor
from dreiklang.knowledge.commands.writing import publish
from dreiklang.skills.commands.keeping import keep_skill, set_need
from dreiklang.skills.commands.noting import confirm_ability, keep_certificate, note_ability
from dreiklang.skills.models import Ability
from dreiklang.teams.queries import today
from dreiklang.tickets.models import Ticket
from dreiklang.training.commands import articles, lessons
from dreiklang.training.commands.exercises import keep_exercise
from dreiklang.training.commands.processes import name_keeper, propose
from dreiklang.training.lifecycle import UNSETTLED
from dreiklang.training.models import Lesson
from dreiklang.training.queries.drafting import prepared_from
from dreiklang.training.queries.processes import one_process
from dreiklang.training.rules.exercises import Step

#: story → with what the first level could have solved it.
TAUGHT = {
    "slow": ("article",),
    "scanner": ("permission",),
    "labels": ("article", "tool"),
    "wifi": ("training",),
    "calendar": ("permission",),
    "kis": ("tool",),
}
#: At which part of the history level 1 gets what it needed, and for which stories.
LEARNED_AFTER = 0.45
LEARNED = ("slow", "scanner")
#: Of the cases that level 1 could solve since then, one in so many goes up all the same.
STILL_UP = 9


def remedies_for(world: World, story: str) -> tuple[str, ...]:
    """What is said at this hand-back: each kind of case once."""
    if story in world.taught:
        return ()
    world.taught.add(story)
    return TAUGHT.get(story, ())


def is_learned(world: World, story: str, ticket: Ticket) -> bool:
    """Whether level 1 solves this one itself by now."""
    return story in world.learned and ticket.number % STILL_UP != 0


@dataclass
class Learning:
    """The day on which level 1 gets what it needed; played among the stories."""

    world: World
    begins: datetime

    def steps(self) -> Iterator[datetime]:
        """One step: articles are written and published, permissions are given."""
        yield self.begins
        berta, most = self.world.actors["berta"], self.world.actors["max"]
        waiting = Lesson.objects.filter(state__in=UNSETTLED, category=self.world.categories["device"])
        for lesson in waiting.select_related("ticket").order_by("pk"):
            if lesson.remedy == Lesson.Remedy.ARTICLE:
                _write(lesson.ticket, berta, most)
            else:
                lessons.settle(lesson, actor=berta, outcome="Der Service Desk darf Scanprofile jetzt selbst zuordnen.")
        self.world.learned.update(set(LEARNED) & self.world.taught)


def _write(ticket: Ticket, author: Actor, reviewer: Actor) -> None:
    """The prepared article of a case, kept inside and published."""
    found = prepared_from(ticket, actor=author)
    parts = articles.Parts(found.symptom, found.cause, found.solution, found.environment)
    draft = articles.write_up(ticket, actor=author, title=found.title, parts=parts, language=found.language)
    publish(draft.edition, actor=reviewer)


def see_to_lessons(world: World) -> None:
    """What the second level made of the rest: one is in hand, one declined, the others are open."""
    berta = world.actors["berta"]
    for lesson in Lesson.objects.filter(state__in=UNSETTLED).order_by("pk"):
        if lesson.remedy == Lesson.Remedy.ARTICLE:
            lessons.take(lesson, actor=berta)
        elif lesson.remedy == Lesson.Remedy.PERMISSION:
            lessons.decline(
                lesson, actor=berta, because="Rechte auf Sammelpostfächern bleiben bei den Server-Fachleuten."
            )


def prepare_learning(world: World) -> None:
    """Exercises, proposals and skills, as a desk has them after some months."""
    alan, berta, most = (world.actors[key] for key in ("alan", "berta", "max"))
    desk, printing = world.teams["desk"], world.categories["printing"]
    steps = (
        Step("Fragen, ob alle im Raum betroffen sind", True, "Ein Gerät allein ist meist das Gerät."),
        Step("Zugangspunkt im Betriebsbild ansehen", True, "Dort steht, ob er läuft und wie viele er trägt."),
        Step("Das Notebook neu aufsetzen", False, "Dauert zwei Stunden und hilft hier nie."),
        Step("An Netz übergeben, wenn der ganze Raum betroffen ist", True),
    )
    keep_exercise(
        None, actor=berta, team=desk, title="WLAN bricht im Besprechungsraum ab", is_published=True, position=1,
        question="Im Besprechungsraum bricht das WLAN ständig ab. Was tun Sie, in welcher Reihenfolge auch immer?",
        steps=steps, explanation="Bei Abbrüchen eines ganzen Raums gleich an Netz.",
        lesson=Lesson.objects.filter(remedy=Lesson.Remedy.TRAINING).first(),
    )  # fmt: skip
    for kind in ("information", "routing"):
        if (process := one_process(kind, printing.pk, actor=berta)) is not None:
            name_keeper(process, actor=berta, person=world.persons["berta"])
    if (process := one_process("information", printing.pk, actor=alan)) is not None:
        propose(process, actor=alan, words="Gleich fragen, ob auch das Nachbargerät betroffen ist.")
    day = today()
    for name, needed in (("Druck und Etiketten", 3), ("Verzeichnisdienst", 2)):
        skill = keep_skill(None, actor=most, name=name)
        set_need(desk, skill, actor=most, grade=2, persons=needed)
        note_ability(world.persons["alan"], skill, actor=alan, grade=2, proof="Einarbeitung")
    for ability in Ability.objects.filter(person=world.persons["alan"], skill__name="Verzeichnisdienst"):
        confirm_ability(ability, actor=most)
    keep_certificate(
        None, actor=alan, person=world.persons["alan"], name="ITIL Foundation", issuer="PeopleCert",
        issued_on=day - timedelta(days=1055), expires_on=day + timedelta(days=40),
    )  # fmt: skip
