"""The fixed table: each field of the grammar, the column it asks, and how. Nothing typed ever names a column (P38)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.policy import is_internal
from dreiklang.tickets import policy
from dreiklang.tickets.models import Attachment, Correspondence, Note, Participant, ReadMark, TicketTag
from dreiklang.tickets.queries.conditions import names
from dreiklang.tickets.queries.conditions.asking import Ask, Circumstances, Find, register
from dreiklang.tickets.rules.conditions import Comparison, moments, tree, vocabulary

UNSETTLED = Q(state_group__in=["initial", "active", "pending"])


def _whole_or_not(value: str) -> int | Decimal:
    given = Decimal(value)
    return int(given) if given == given.to_integral_value() else given


def number(column: str, *, is_whole: bool = True) -> Ask:
    """A column with numbers; nothing equals a fraction where all are whole."""
    asked = {
        tree.IS: f"{column}__in", tree.BELOW: f"{column}__lt", tree.UP_TO: f"{column}__lte",
        tree.ABOVE: f"{column}__gt", tree.FROM: f"{column}__gte",
    }  # fmt: skip

    def ask(one: Comparison, about: Circumstances) -> Q:
        values = [_whole_or_not(value) for value in one.values if value != vocabulary.NONE]
        if one.operator == tree.BETWEEN:
            return Q((asked[tree.FROM], values[0])) & Q((asked[tree.UP_TO], values[-1]))
        if one.operator != tree.IS:
            return Q((asked[one.operator], values[0])) if values else Q(pk__in=[])
        found = Q((asked[tree.IS], [value for value in values if isinstance(value, int) or not is_whole]))
        return found | Q((f"{column}__isnull", True)) if vocabulary.NONE in one.values else found

    return ask


def moment(column: str) -> Ask:
    """A column with moments: days and spans as ``rules.conditions.moments`` counts them."""
    below, upwards, empty, until = f"{column}__lt", f"{column}__gte", f"{column}__isnull", f"{column}__lte"

    def within(value: str, about: Circumstances) -> Q:
        if value == vocabulary.NONE:
            return Q((empty, True))
        first, after = moments.span_of(value, about.now)
        return Q((upwards, first)) & Q((until if moments.point_of(value, about.now) else below, after))

    def ask(one: Comparison, about: Circumstances) -> Q:
        if one.operator == tree.IS:
            return Q(*(within(value, about) for value in one.values), _connector=Q.OR)
        if vocabulary.NONE in one.values:
            return Q(pk__in=[])
        first, after = moments.span_of(one.values[0], about.now)
        if one.operator == tree.BETWEEN:
            return Q((upwards, first)) & Q((below, moments.span_of(one.values[-1], about.now)[1]))
        point = moments.point_of(one.values[0], about.now)
        first, after = (point, point) if point else (first, after)
        return {
            tree.BELOW: Q((below, first)), tree.UP_TO: Q((below, after)),
            tree.ABOVE: Q((upwards, after)), tree.FROM: Q((upwards, first)),
        }[one.operator]  # fmt: skip

    return ask


def day(column: str) -> Ask:
    """A column with days: what a moment means, as days in the asker's zone."""
    below, upwards = f"{column}__lt", f"{column}__gte"

    def reach(value: str, about: Circumstances) -> tuple[date, date]:
        first, after = moments.span_of(value, about.now)
        if moments.point_of(value, about.now):
            return first.date(), after.date() + timedelta(days=1)
        return first.date(), after.date()

    def ask(one: Comparison, about: Circumstances) -> Q:
        spans = [reach(value, about) for value in one.values if value != vocabulary.NONE]
        if not spans:
            return Q(pk__in=[])
        if one.operator == tree.IS:
            return Q(*(Q((upwards, first)) & Q((below, after)) for first, after in spans), _connector=Q.OR)
        (first, after), last = spans[0], spans[-1][1]
        point = moments.point_of(one.values[0], about.now)
        if point is not None and one.operator != tree.BETWEEN:
            first, after = point.date(), point.date() + timedelta(days=1)
        return {
            tree.BELOW: Q((below, first)), tree.UP_TO: Q((below, after)), tree.ABOVE: Q((upwards, after)),
            tree.FROM: Q((upwards, first)), tree.BETWEEN: Q((upwards, first)) & Q((below, last)),
        }[one.operator]  # fmt: skip

    return ask


def choice(column: str) -> Ask:
    """A column that holds one of some codes."""
    lookup = f"{column}__in"
    return lambda one, about: Q((lookup, list(one.values)))


def record(column: str) -> Ask:
    """A column that points at records which are named."""
    lookup, empty = f"{column}__in", f"{column}__isnull"

    def ask(one: Comparison, about: Circumstances) -> Q:
        keys = about.keys(one.field, one.values)
        found = Q((lookup, sorted(keys)))
        return found | Q((empty, True)) if vocabulary.NONE in one.values else found

    return ask


def _subject(one: Comparison, about: Circumstances) -> Q:
    return Q(*(Q(subject__icontains=value) for value in one.values), _connector=Q.OR)


def _requester(one: Comparison, about: Circumstances) -> Q:
    """Those outside the house know their requesters from their tickets, not from the list of persons."""
    if is_internal(about.actor):
        return Q(requester_id__in=sorted(about.keys(one.field, one.values)))
    named = [value for value in one.values if value.casefold() not in names.MYSELF]
    own = Q(requester_id=about.actor.id or 0) if len(named) < len(one.values) else Q(pk__in=[])
    return own | Q(*(Q(requester__name__icontains=value) for value in named), _connector=Q.OR) if named else own


def _tag(one: Comparison, about: Circumstances) -> Q:
    keys = sorted(about.keys(one.field, one.values))
    found = Q(pk__in=TicketTag.objects.filter(tag_id__in=keys).values("ticket_id")) if keys else Q(pk__in=[])
    return found | Q(tagged=None) if vocabulary.NONE in one.values else found


def _sign(value: str, about: Circumstances) -> Q:
    actor, now = about.actor, about.now
    me = actor.id if actor.kind == "person" else 0
    read = ReadMark.objects.filter(
        Q(read_at__gte=F("ticket__last_word_at")) | Q(ticket__last_word_by="desk"),
        ticket=OuterRef("pk"),
        person_id=me or 0,
    )
    return {
        "open": UNSETTLED,
        "settled": Q(state_group="settled"),
        "mine": Q(assignee_id=me or 0),
        "my_team": Q(team_id__in=sorted(actor.teams)),
        "free": Q(assignee_id=None) & UNSETTLED,
        "overdue": Q(next_promise_at__lt=now) & UNSETTLED & ~Q(state_group="pending"),
        "waiting": Q(state_group="pending"),
        "unanswered": Q(last_word_by="requester") & UNSETTLED,
        "unread": Q(~Exists(read)),
        "not_accepted": Q(awaits_acceptance=True),
        "restricted": Q(is_restricted=True),
        "direct": Q(is_direct=True),
        "vip": Q(requester__is_vip=True),
        "followup": Q(follows__isnull=False),
    }.get(value, Q(pk__in=[]))


def _is(one: Comparison, about: Circumstances) -> Q:
    return Q(*(_sign(value, about) for value in one.values), _connector=Q.OR)


def _has(one: Comparison, about: Circumstances) -> Q:
    """What hangs on a ticket, as far as the actor may know of it (P31)."""
    actor = about.actor
    made: dict[str, Callable[[], Q]] = {
        "attachment": lambda: Q(Exists(_attachments(actor))),
        "note": lambda: Q(Exists(_notes(actor))),
        "third_party": lambda: Q(Exists(_correspondence(actor))),
        "copy": lambda: Q(Exists(Participant.objects.filter(ticket=OuterRef("pk")))),
        "promise": lambda: Q(next_promise_at__isnull=False),
    }
    asked = [made[value]() for value in one.values if value in made]
    return Q(*asked, _connector=Q.OR) if asked else Q(pk__in=[])


def _notes(actor: Actor) -> QuerySet[Note]:
    notes = Note.objects.filter(ticket=OuterRef("pk"))
    return notes.filter(team_id__in=actor.teams) if policy.is_outside_house(actor) else notes


def _correspondence(actor: Actor) -> QuerySet[Correspondence]:
    found = Correspondence.objects.filter(ticket=OuterRef("pk"))
    return found.none() if policy.is_outside_house(actor) else found


def _attachments(actor: Actor) -> QuerySet[Attachment]:
    found = Attachment.objects.filter(ticket=OuterRef("pk"))
    if not policy.is_outside_house(actor):
        return found
    seen = Q(note__team_id__in=actor.teams)
    if min(actor.levels, default=4) <= 3:
        seen |= Q(message__isnull=False)
    return found.filter(seen)


_COLUMNS: dict[str, tuple[Ask, Find | None]] = {
    "team": (record("team_id"), names.teams_meant),
    "level": (number("level"), None),
    "customer": (record("customer_id"), names.customers_meant),
    "requester": (_requester, names.requesters_meant),
    "assignee": (record("assignee_id"), names.persons_meant),
    "category": (record("category_id"), names.categories_meant),
    "state": (choice("state"), None),
    "kind": (choice("kind"), None),
    "priority": (number("priority"), None),
    "impact": (number("impact"), None),
    "urgency": (number("urgency"), None),
    "channel": (choice("channel"), None),
    "language": (choice("language"), None),
    "service": (record("service_id"), names.services_meant),
    "tag": (_tag, names.tags_meant),
    "subject": (_subject, None),
    "created": (moment("opened_at"), None),
    "updated": (moment("changed_at"), None),
    "due": (moment("next_promise_at"), None),
    "returns": (moment("returns_at"), None),
    "resolved": (moment("resolved_at"), None),
    "closed": (moment("closed_at"), None),
    "said": (moment("last_word_at"), None),
    "before": (moment("opened_at"), None),
    "after": (moment("opened_at"), None),
    "is": (_is, None),
    "has": (_has, None),
}


def register_usual() -> None:
    """Put the usual fields into the table; called once, when the desk starts."""
    for key, (ask, find) in _COLUMNS.items():
        register(vocabulary.USUAL.fields[key], ask, find)
