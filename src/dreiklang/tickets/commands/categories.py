"""The category tree with what each category asks, and the desk's priority matrix. For administrators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Conflict, Invalid
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.tickets.events import CategoryChanged, MatrixChanged
from dreiklang.tickets.models import Answer, Category, CategoryQuestion, PriorityCell, Ticket

#: What a form or call may set (P30).
FIELDS = ("names", "parent", "kinds", "team", "in_portal", "is_active", "position")
DEEPEST = 5


@command
def make_category(names: Mapping[str, str], *, actor: Actor, key: str = "", **fields: Any) -> Category:
    """Add a category. ``names``: language → name; at least one. Raises Invalid by field."""
    require(actor.has("control.use"))
    category = Category(key="")
    _put(category, {"names": dict(names), **fields})
    category.key = _free_key(key or slugify(category.name) or "category")
    category.save()
    publish(CategoryChanged(subject_id=category.pk, changed=("made",)), actor=actor)
    return category


@command
def change_category(category: Category, *, actor: Actor, version: int | None = None, **fields: Any) -> Category:
    """Change a category. Raises Conflict if somebody else did since ``version``, Invalid by field."""
    require(actor.has("control.use"))
    category = Category.objects.select_for_update(of=("self",)).get(pk=category.pk)
    if version is not None and version != category.version:
        raise Conflict(_("Somebody else changed this category in the meantime."), current=category.version)
    _put(category, fields)
    category.version += 1
    category.save()
    publish(CategoryChanged(subject_id=category.pk, changed=tuple(sorted(fields))), actor=actor)
    return category


@command
def remove_category(category: Category, *, actor: Actor) -> None:
    """Remove a category that nothing uses; a used one can only be switched off."""
    require(actor.has("control.use"))
    if category.children.exists() or Ticket.objects.filter(category=category).exists():
        raise Invalid({"": [_("This category is in use; switch it off instead.")]}, code="in_use")
    gone = CategoryChanged(subject_id=category.pk, changed=("removed",))
    category.delete()
    publish(gone, actor=actor)


def _put(category: Category, fields: Mapping[str, Any]) -> None:
    problems: dict[str, list[str]] = {name: [_("Unknown field.")] for name in fields if name not in FIELDS}
    for name, value in fields.items():
        if name in FIELDS:
            setattr(category, name, value)
    if "names" in fields:
        category.names = {language: name.strip()[:100] for language, name in fields["names"].items() if name.strip()}
        if not category.names:
            problems["names"] = [_("A category needs a name.")]
        else:
            category.name = category.names.get("de") or next(iter(category.names.values()))
    if unknown := set(category.kinds) - set(Ticket.Kind.values):
        problems["kinds"] = [_("Unknown kind: %(kind)s") % {"kind": sorted(unknown)[0]}]
    if "parent" in fields and (wrong := _wrong_parent(category)):
        problems["parent"] = [wrong]
    if category.team is not None and not category.team.is_active:
        problems["team"] = [_("This team does not take tickets.")]
    if problems:
        raise Invalid(problems)


def _wrong_parent(category: Category) -> str:
    above, depth = category.parent, 0
    while above is not None:
        depth += 1
        if above.pk == category.pk:
            return str(_("A category cannot lie below itself."))
        if depth >= DEEPEST:
            return str(_("The tree is at most five levels deep."))
        above = above.parent
    return ""


def _free_key(wished: str) -> str:
    key, n = slugify(wished)[:50] or "category", 1
    while Category.objects.filter(key=key).exists():
        n += 1
        key = f"{slugify(wished)[:50]}-{n}"
    return key


@command
def keep_question(
    category: Category,
    *,
    actor: Actor,
    labels: Mapping[str, str],
    kind: str = CategoryQuestion.Kind.TEXT,
    choices: Sequence[str] = (),
    needed_for_level: int = 2,
    in_portal: bool = False,
    position: int = 0,
    question: CategoryQuestion | None = None,
) -> CategoryQuestion:
    """Add a question to a category, or change one. ``needed_for_level``: must be answered before this level."""
    require(actor.has("control.use"))
    problems: dict[str, list[str]] = {}
    labels = {language: text.strip()[:200] for language, text in labels.items() if text.strip()}
    choices = [choice.strip()[:200] for choice in choices if choice.strip()]
    if not labels:
        problems["labels"] = [_("What shall be asked?")]
    if kind not in CategoryQuestion.Kind.values:
        problems["kind"] = [_("This kind of question does not exist.")]
    if kind == CategoryQuestion.Kind.CHOICE and len(choices) < 2:
        problems["choices"] = [_("A choice needs at least two answers.")]
    if needed_for_level not in (1, 2, 3, 4):
        problems["needed_for_level"] = [_("A level is 1, 2, 3 or 4.")]
    if problems:
        raise Invalid(problems)
    if question is None:
        taken = set(category.questions.values_list("key", flat=True))
        base = slugify(next(iter(labels.values())))[:50] or "question"
        key = next(k for k in [base, *(f"{base}-{n}" for n in range(2, 1000))] if k not in taken)
        question = CategoryQuestion(category=category, key=key)
    question.labels, question.kind, question.choices = labels, kind, choices
    question.needed_for_level, question.in_portal, question.position = needed_for_level, in_portal, position
    question.is_active = True
    question.save()
    publish(CategoryChanged(subject_id=category.pk, changed=("questions",)), actor=actor)
    return question


@command
def remove_question(question: CategoryQuestion, *, actor: Actor) -> None:
    """Ask a question no more. What was answered stays with the tickets."""
    require(actor.has("control.use"))
    category_id = question.category_id
    if Answer.objects.filter(question=question).exists():
        question.is_active = False
        question.save(update_fields=["is_active"])
    else:
        question.delete()
    publish(CategoryChanged(subject_id=category_id, changed=("questions",)), actor=actor)


@command
def set_matrix(cells: Mapping[tuple[int, int], int], *, actor: Actor) -> None:
    """Set cells of the matrix: (impact, urgency) → priority. Running tickets keep theirs until they are changed."""
    require(actor.has("control.use"))
    for (impact, urgency), priority in cells.items():
        if impact not in (1, 2, 3) or urgency not in (1, 2, 3) or priority not in (1, 2, 3, 4):
            raise Invalid({f"cell-{impact}-{urgency}": [_("Priorities are 1 to 4.")]})
    for (impact, urgency), priority in cells.items():
        PriorityCell.objects.update_or_create(impact=impact, urgency=urgency, defaults={"priority": priority})
    publish(MatrixChanged(subject_id=1, cells={f"{i}x{u}": p for (i, u), p in sorted(cells.items())}), actor=actor)
