"""Deny by default: whatever answers a request has said who may ask (P27)."""

import inspect
from collections import Counter
from collections.abc import Iterator
from functools import partial

from django.urls import URLPattern, URLResolver, get_resolver
from ninja import Schema
from ninja.openapi.views import default_home
from ninja.operation import PathView


def routes(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, object]]:
    """Every address the desk answers, with what answers it."""
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, path)
        else:
            assert isinstance(entry, URLPattern)
            yield path, entry.callback


def answering(callback: object) -> Iterator[object]:
    """The functions behind a callback: one view, or the operations that the API keeps under one address."""
    inner = inspect.getclosurevars(callback).nonlocals.get("self") if inspect.isfunction(callback) else None
    if isinstance(inner, PathView):
        yield from (operation.view_func for operation in inner.operations)
    elif not (isinstance(callback, partial) and callback.func is default_home):  # which answers 404, always
        yield callback


def declared(view: object) -> bool:
    """Whether a view says who may open it."""
    policy = getattr(view, "dreiklang_policy", None)
    return callable(policy) or bool(isinstance(policy, str) and policy)


def test_p27_every_route_declares_its_policy():
    silent = [
        f"/{path}: {getattr(view, '__qualname__', view)}"
        for path, callback in routes(get_resolver())
        for view in answering(callback)
        if not declared(view)
    ]
    assert not silent, "routes without a policy:\n" + "\n".join(silent)


def test_p27_a_route_without_a_policy_is_noticed():
    def forgotten(request):
        return None

    assert not declared(forgotten)
    forgotten.dreiklang_policy = ""
    assert not declared(forgotten)
    forgotten.dreiklang_policy = "desk"
    assert declared(forgotten)


def test_there_are_routes_to_look_at():
    assert sum(1 for _ in routes(get_resolver())) > 10


def named(resolver: URLResolver, space: str = "") -> Iterator[str]:
    """The names of all addresses, with the space they live in."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from named(entry, f"{space}{entry.namespace}:" if entry.namespace else space)
        elif entry.name:
            yield space + entry.name


def test_a_name_leads_to_one_address():
    """Two addresses of one name: a button of one of them would lead nowhere. The API names what it likes itself."""
    names = [name for name in named(get_resolver()) if not name.startswith("api-v1:")]
    assert not [name for name, count in Counter(names).items() if count > 1]
    assert "desk:proposal" in names


def shapes(of: type[Schema] = Schema) -> Iterator[type[Schema]]:
    """Every shape that the API takes or gives."""
    for shape in of.__subclasses__():
        yield from (shape, *shapes(shape))


def test_a_shape_has_a_name_of_its_own():
    """The description knows shapes by their names: of two with one name it would tell of one only."""
    get_resolver().url_patterns  # noqa: B018 - brings every module of the API in
    own = {shape for shape in shapes() if shape.__module__.startswith("dreiklang.api") and "[" not in shape.__name__}
    assert len(own) > 100
    assert not [name for name, count in Counter(shape.__name__ for shape in own).items() if count > 1]
