"""No table with words about somebody is forgotten when they are erased (P45)."""

from __future__ import annotations

from django.apps import apps

from dreiklang.exchange.rules import erasing as table

TEXTS = {"CharField", "TextField", "JSONField", "BinaryField", "ArrayField", "SearchVectorField", "SlugField"}


def test_p45_every_table_with_words_says_what_becomes_of_them() -> None:
    """A new one is named in ``exchange/rules/erasing.py``: emptied, removed, or kept, which is said there."""
    named = {label for label, *_rest in (*table.EMPTIED_OF_TICKET, *table.REMOVED_OF_TICKET)} | table.KEPT_OF_TICKET
    assert models_pointing_to("tickets.Ticket") - named == set()
    of_person = {label for label, *_rest in (*table.EMPTIED_OF_PERSON, *table.REMOVED_OF_PERSON)}
    assert models_pointing_to("organizations.Person", "accounts.Account") - of_person - table.KEPT_OF_PERSON == set()


def models_pointing_to(*labels: str) -> set[str]:
    """Labels of the models with a text of their own that point to a ticket or a person."""
    targets = {apps.get_model(label) for label in labels}
    return {
        model._meta.label
        for model in apps.get_models()
        if any(f.is_relation and f.related_model in targets for f in model._meta.concrete_fields)
        and any(f.get_internal_type() in TEXTS for f in model._meta.concrete_fields)
    }
