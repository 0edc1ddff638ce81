"""Addresses of pages, looked up once: to find a route by its name costs as much as the rest of a small tag."""

from __future__ import annotations

from functools import lru_cache

from django.urls import reverse

_FIRST_SIGN = 7_000_000_001


def address(name: str, *values: int | str) -> str:
    """The address of a route for these values, as ``reverse`` tells it. Raises NoReverseMatch."""
    numbers = [value for value in values if _is_number(value)]
    return _form(name, tuple([None if _is_number(value) else value for value in values])).format(*numbers)


def _is_number(value: int | str) -> bool:
    return type(value) is int and value >= 0


@lru_cache(maxsize=2048)
def _form(name: str, values: tuple[int | str | None, ...]) -> str:
    """An address with places for its numbers; ``reverse`` quotes braces, so nothing else can look like a place."""
    signs = [_FIRST_SIGN + place if value is None else value for place, value in enumerate(values)]
    form = reverse(name, args=signs)
    for sign in signs:
        form = form.replace(str(sign), "{}") if isinstance(sign, int) else form
    return form
