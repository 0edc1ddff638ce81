"""Parents and children: one answer or solution of the parent goes to each child's requester, in their language.

Between the tickets flows nothing but the words typed for this: no note, no other requester's word (P31).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.conf import settings
from django.utils.translation import gettext as _

from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Conflict, Invalid, NotFound
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.tickets import lifecycle, policy
from dreiklang.tickets.commands.conversation import write_message
from dreiklang.tickets.commands.holding import acts_at, author_id, held, held_both, written
from dreiklang.tickets.commands.resolution import resolve
from dreiklang.tickets.events.joined import ChildAdopted, ChildReleased
from dreiklang.tickets.models import Kinship, Message, Resolution, Ticket
from dreiklang.tickets.queries.family import Member, family_of, languages_needed, words_for

MOST_CHILDREN = 500


@command
def adopt(child: Ticket, *, actor: Actor, parent: Ticket) -> Kinship:
    """Let a ticket wait for the solution of another one. Raises Invalid where one of the two has a family already."""
    child, parent = held_both(child, parent, actor=actor)
    require(policy.may_work(actor, child) and policy.may_work(actor, parent) and not policy.is_outside_house(actor))
    if problem := _wrong_family(child, parent):
        raise Invalid({"other": [problem]}, code="wrong_family")
    made = Kinship.objects.create(child=child, parent=parent, author_id=author_id(actor), since_at=clock.now())
    _tell(ChildAdopted, child, parent, actor=actor)
    return made


def _wrong_family(child: Ticket, parent: Ticket) -> str:
    in_force = Kinship.objects.filter(ended_at=None)
    if in_force.filter(child=child).exists():
        return _("%(number)s has a parent already.") % {"number": child.number}
    if in_force.filter(parent=child).exists():
        return _("%(number)s has children itself.") % {"number": child.number}
    if in_force.filter(child=parent).exists():
        return _("%(number)s is a child itself; choose its parent.") % {"number": parent.number}
    if parent.state not in lifecycle.UNSETTLED:
        return _("%(number)s is done already.") % {"number": parent.number}
    if in_force.filter(parent=parent).count() >= MOST_CHILDREN:
        return _("A ticket has at most %(most)s children.") % {"most": MOST_CHILDREN}
    return ""


@command
def release(child: Ticket, *, actor: Actor) -> Ticket:
    """Take a child out of its family. Raises NotFound if it has no parent."""
    kin = Kinship.objects.filter(child=child, ended_at=None).select_related("parent").first()
    if kin is None:
        raise NotFound(_("This ticket has no parent."))
    child, parent = held_both(child, kin.parent, actor=actor)
    require(policy.may_work(actor, child) or policy.may_work(actor, parent))
    Kinship.objects.filter(pk=kin.pk).update(ended_at=clock.now())
    _tell(ChildReleased, child, parent, actor=actor)
    return child


def _tell(event: type[ChildAdopted | ChildReleased], child: Ticket, parent: Ticket, *, actor: Actor) -> None:
    for one, other in ((child, parent), (parent, child)):
        written(one)
        publish(
            event(
                subject_id=one.pk,
                other_id=other.pk,
                other_number=other.number,
                is_parent=one.pk == parent.pk,
                **acts_at(actor, one),
            ),
            actor=actor,
        )


@command
def answer_family(
    parent: Ticket,
    *,
    actor: Actor,
    texts: Mapping[str, str],
    leave_out: Iterable[int] = (),
    version: int | None = None,
) -> Message:
    """Answer the requester of the parent, and those of its open children. ``texts``: language → words.

    ``leave_out``: ids of children that are not written to. Each goes out by its own ticket, in the desk's template for
    several at once, and all are called back together within the ten seconds. Raises Invalid at ``text-<language>``.
    """
    parent, members = _held_family(parent, actor=actor, version=version)
    chosen = _chosen(members, texts, frozenset(leave_out))
    message = write_message(parent, actor=actor, text=words_for(members[0], texts))
    for member in chosen:
        write_message(member.ticket, actor=actor, text=words_for(member, texts), with_message=message)
    return message


@command
def resolve_family(
    parent: Ticket,
    *,
    actor: Actor,
    texts: Mapping[str, str],
    leave_out: Iterable[int] = (),
    version: int | None = None,
) -> Resolution:
    """Solve the parent and with it its open children; see ``answer_family``."""
    parent, members = _held_family(parent, actor=actor, version=version)
    chosen = _chosen(members, texts, frozenset(leave_out))
    solved = resolve(parent, actor=actor, text=words_for(members[0], texts))
    assert solved.message is not None  # resolving writes one
    for member in chosen:
        resolve(member.ticket, actor=actor, text=words_for(member, texts), with_message=solved.message)
    return solved


def _held_family(parent: Ticket, *, actor: Actor, version: int | None) -> tuple[Ticket, list[Member]]:
    """Parent and children locked in the order of their ids, so that nobody blocks anybody, and as they are now."""
    children = Kinship.objects.filter(parent=parent, ended_at=None).values_list("child_id", flat=True)
    for key in sorted([parent.pk, *children]):
        if key == parent.pk:
            parent = held(parent, actor=actor)
        elif Ticket.objects.select_for_update().filter(pk=key).exists():
            continue
    if version is not None and version != parent.version:
        raise Conflict(_("Somebody else changed this ticket in the meantime."), current=parent.version)
    require(policy.may_move(actor, parent))
    return parent, family_of(parent, actor=actor)


def _chosen(members: list[Member], texts: Mapping[str, str], leave_out: frozenset[int]) -> list[Member]:
    """The children that are written to. Raises Invalid for a language without words."""
    names = dict(settings.LANGUAGES)
    missing = [code for code in languages_needed(members, leave_out) if not texts.get(code, "").strip()]
    if missing:
        raise Invalid(
            {
                f"text-{code}": [_("Words in %(language)s are missing.") % {"language": names.get(code, code)}]
                for code in missing
            }
        )
    return [m for m in members[1:] if not m.why_not and m.ticket.pk not in leave_out]
