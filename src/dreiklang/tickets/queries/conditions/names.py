"""What names in conditions mean: teams, customers, persons, categories; and what could be meant while one types.

Only records an actor may see count, so that what others store changes no answer (P28).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from dreiklang.assets import policy as assets
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations import policy as organizations
from dreiklang.organizations.rules import folded, sort_key
from dreiklang.teams import policy as teams
from dreiklang.tickets.models import Category, Tag
from dreiklang.tickets.queries.together import tags_offered
from dreiklang.tickets.rules.tags import tag_key

MYSELF = {"me", "ich", "mich", "mir", "myself"}
OURS = {"mine", "ours", "my-team", "mein", "meins", "unseres", "mein-team"}
MOST = 50
OFFERED = 8


def teams_meant(names: Sequence[str], actor: Actor) -> Mapping[str, frozenset[int]]:
    """Teams by key or name, or its beginning; ``mine`` for the actor's own."""
    known = [(pk, key.casefold(), name.casefold()) for pk, key, name in _teams(actor)]
    found = {}
    for name in names:
        small = name.casefold()
        exact = {pk for pk, key, title in known if small in (key, title)}
        near = {pk for pk, _key, title in known if title.startswith(small)}
        found[name] = frozenset(actor.teams if small in OURS else exact or near)
    return found


def _teams(actor: Actor) -> list[tuple[int, str, str]]:
    return list(teams.visible_to(actor).values_list("pk", "key", "name"))


def customers_meant(names: Sequence[str], actor: Actor) -> Mapping[str, frozenset[int]]:
    """Organisations by key or name, or a part of it."""
    return _by_sort_key(names, organizations.visible_to(actor))


def _by_sort_key(names: Sequence[str], seen: QuerySet[Any]) -> Mapping[str, frozenset[int]]:
    if not names:
        return {}
    asked = Q(pk__in=[])
    for name in names:
        asked |= Q(key=name.lower()) | Q(sort_key__contains=sort_key(name)) if sort_key(name) else Q(pk__in=[])
    known = list(seen.filter(asked).values_list("pk", "key", "sort_key"))
    found = {}
    for name in names:
        sought = sort_key(name)
        exact = {pk for pk, key, order in known if key == name.lower() or order == sought}
        found[name] = frozenset(exact or {pk for pk, _key, order in known if sought and sought in order})
    return found


def persons_meant(names: Sequence[str], actor: Actor) -> Mapping[str, frozenset[int]]:
    """Persons by mail address, name, or words of it; ``me`` for oneself. At most fifty for each name."""
    found = {name: frozenset({actor.id or 0}) for name in names if name.casefold() in MYSELF}
    others = [name for name in names if name not in found]
    if not others:
        return found
    asked = Q(pk__in=[])
    for name in others:
        asked |= _holds(name)
    seen = organizations.persons_visible_to(actor).filter(asked).values_list("pk", "name", "search")
    known = list(seen.order_by("-is_active", "pk")[: MOST * len(others)])
    for name in others:
        exact = {pk for pk, title, _search in known if title.casefold() == name.casefold()}
        words = folded(name).split()
        near = {pk for pk, _title, search in known if words and all(word in search for word in words)}
        found[name] = frozenset(exact or near)
    return found


def services_meant(names: Sequence[str], actor: Actor) -> Mapping[str, frozenset[int]]:
    """Services by key or name, or a part of it."""
    return _by_sort_key(names, assets.visible_to(actor))


def requesters_meant(names: Sequence[str], actor: Actor) -> Mapping[str, frozenset[int]]:
    """Persons as above for the provider's desk; those outside it ask by the names that stand in their tickets."""
    return persons_meant(names, actor) if organizations.is_internal(actor) else {}


def _holds(name: str) -> Q:
    words = folded(name).split()[:8]
    held = Q(*(Q(search__contains=word) for word in words)) if words else Q(pk__in=[])
    return held | Q(name__iexact=name)


def categories_meant(names: Sequence[str], actor: Actor) -> Mapping[str, frozenset[int]]:
    """Categories by key or by name in any language, each with everything below it."""
    known = list(Category.objects.values_list("pk", "parent_id", "key", "name", "names"))
    below: dict[int | None, list[int]] = {}
    for pk, parent, *_names in known:
        below.setdefault(parent, []).append(pk)
    found = {}
    for name in names:
        small = name.casefold()
        named = [pk for pk, _up, key, title, titles in known if small in _titles(key, title, titles)]
        found[name] = frozenset(_with_those_below(named, below))
    return found


def _titles(key: str, title: str, titles: Mapping[str, str]) -> set[str]:
    return {key, title.casefold(), *(str(one).casefold() for one in titles.values())}


def _with_those_below(keys: Sequence[int], below: Mapping[int | None, list[int]]) -> set[int]:
    found, open_ = set(keys), list(keys)
    while open_:
        further = [pk for pk in below.get(open_.pop(), []) if pk not in found]
        found.update(further)
        open_ += further
    return found


def tags_meant(names: Sequence[str], actor: Actor) -> Mapping[str, frozenset[int]]:
    """Tags as they are written. One that nobody used yet may be asked for, too: it finds nothing, and is not judged."""
    known = dict(Tag.objects.filter(folded__in=[tag_key(name) for name in names]).values_list("folded", "pk"))
    return {name: frozenset({known[tag_key(name)]}) for name in names if tag_key(name) in known}


def suggestions(field: str, beginning: str, *, actor: Actor) -> list[str]:
    """Names that a field could ask for and that begin so, for completion while one types."""
    small = beginning.casefold()
    if field == "team":
        return [name for _pk, _key, name in _teams(actor) if name.casefold().startswith(small)][:OFFERED]
    if field == "customer":
        seen = organizations.visible_to(actor).filter(sort_key__startswith=sort_key(beginning), is_active=True)
        return list(seen.order_by("sort_key").values_list("name", flat=True)[:OFFERED])
    if field == "service":
        services = assets.visible_to(actor).filter(sort_key__startswith=sort_key(beginning), is_active=True)
        return list(services.order_by("sort_key").values_list("name", flat=True)[:OFFERED])
    if field in ("assignee", "requester"):
        persons = organizations.persons_visible_to(actor).filter(_holds(beginning), is_active=True) if small else None
        return (
            list(persons.order_by("sort_key").values_list("name", flat=True)[:OFFERED]) if persons is not None else []
        )
    if field == "tag":
        return [tag.name for tag in tags_offered(beginning, actor=actor, limit=OFFERED)]
    if field == "category":
        return [
            name
            for name in Category.objects.filter(is_active=True).values_list("name", flat=True)
            if name.casefold().startswith(small)
        ][:OFFERED]
    return []
