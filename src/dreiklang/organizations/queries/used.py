"""Whether anything at the desk speaks of a person or an organisation."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import ForeignObjectRel

from dreiklang.organizations.models import Organization, Person


def is_spoken_of(one: Person | Organization, *, besides: Sequence[str] = ("address", "importline")) -> bool:
    """Whether a row of any room points to it, but for its own parts (``besides``, names of models)."""
    for relation in one._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel) or relation.related_model._meta.model_name in besides:
            continue
        if relation.many_to_many:
            continue  # its rows in between are a relation of their own
        if relation.related_model._base_manager.filter(**{relation.field.name: one.pk}).exists():
            return True
    return False
