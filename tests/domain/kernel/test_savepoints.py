"""Blocks within blocks: each can be undone alone, and what is asked within many of them is planned once."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from dreiklang.organizations.models import Organization

pytestmark = pytest.mark.django_db


class _Undone(Exception):
    """Ends a block."""


def _make(key: str) -> None:
    Organization.objects.create(kind="customer", name=key, key=key)


def _make_and_break(key: str) -> None:
    with transaction.atomic():
        _make(key)
        raise _Undone


def _undo(key: str) -> None:
    with pytest.raises(_Undone):
        _make_and_break(key)


def test_each_block_within_blocks_is_undone_alone() -> None:
    with transaction.atomic():
        _make("outer")
        with transaction.atomic():
            _make("inner")
            _undo("innermost")
            _make("inner-later")
        _undo("second")
        _make("last")
    assert set(Organization.objects.values_list("key", flat=True)) >= {"outer", "inner", "inner-later", "last"}
    assert not Organization.objects.filter(key__in=["innermost", "second"]).exists()


def test_what_is_asked_within_many_blocks_is_prepared() -> None:
    for _turn in range(150):
        with transaction.atomic():
            with transaction.atomic():
                pass
            if _turn % 25 == 0:
                list(Organization.objects.filter(key="seldom asked").values_list("name", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s::text",
            ['SELECT "organizations_organization"."name"%'],
        )
        assert cursor.fetchone() == (1,)
