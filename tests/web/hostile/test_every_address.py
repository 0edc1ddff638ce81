"""Every address bears whatever is sent to it: a clear answer, never a crash; nothing foreign, nothing half-written."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import got_request_exception
from django.db import transaction
from django.http import QueryDict
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from tests.cast import Cast
from tests.share import SHARE
from tests.web.hostile.world import argument, make_world

from dreiklang.accounts.commands.tokens import make_token
from dreiklang.accounts.rules import SCOPES
from dreiklang.kernel import clock
from dreiklang.tickets.models import Ticket
from dreiklang.web import forms, sheet

T = TypeVar("T")
#: Everything to everybody, or a taste: to each address something of each sort.
IS_WHOLE = SHARE >= 1
HUGE = "9" * 40
HOSTILE = (
    "", "\x00", "a\x00b", "-1", "0", "²", "٣", HUGE, str(2**63), str(2**31), "1e400", "NaN", "inf", "x" * 100_000,
    "../../etc/passwd", "<script>alert(1)</script>", "%s %(x)s {0} {x}", "'; DROP TABLE x; --", "\u202e\u200b\ufeff",
    "\U0001f9ff" * 400, "2026-13-45T99:99", "0001-01-01T00:00", "9999-12-31T23:59", "[]", "{}", "null",
    "\r\nBcc: a@b.example",
    "a@b@c", "on",
)  # fmt: skip
#: Values with which a form gets past its first questions, so that the one hostile value among them is met.
USUAL = {
    "text": "x", "subject": "x", "reason": "x", "name": "x", "kind": "incident", "deed": "add", "language": "de",
    "impact": "2", "urgency": "2", "channel": "phone", "minutes": "5", "outcome": "found", "mail": "a@b.example",
    "address": "a@b.example", "login": "a@b.example", "password": "x", "content": '{"text": "x"}', "level": "1",
}  # fmt: skip
ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")
#: Who tries an address that begins like this; whoever may do most there.
WHO = {"control": "ada", "portal": "rita", "desk": "alan", "sign-in": "ada", "t": ""}


@dataclass
class Known:
    """Names that an address has asked for so far: of its form and of its query."""

    names: set[str] = field(default_factory=set)

    def watch(self, patch: pytest.MonkeyPatch) -> None:
        """Learn the names from the code itself: what it reads is what can hurt it."""
        read, get, getlist, init = forms.read, QueryDict.get, QueryDict.getlist, sheet.Sheet.__init__

        def reading(request: Any, *names: str, lists: Any = ()) -> Any:
            lists = list(lists)
            self.names.update(names, lists)
            return read(request, *names, lists=lists)

        def getting(query: Any, name: str, *more: Any) -> Any:
            self.names.add(name)
            return get(query, name, *more)

        def listing(query: Any, name: str, *more: Any) -> Any:
            self.names.add(name)
            return getlist(query, name, *more)

        def beginning(form: Any, *args: Any, **kwargs: Any) -> None:
            init(form, *args, **kwargs)
            self.names.update(form.add_prefix(name) for name in form.fields)

        patch.setattr(forms, "read", reading)
        patch.setattr(QueryDict, "get", getting)
        patch.setattr(QueryDict, "getlist", listing)
        patch.setattr(sheet.Sheet, "__init__", beginning)


def addresses(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """Every address of the screens; the API has a test of its own."""
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from addresses(entry, path)
        elif isinstance(entry, URLPattern) and not path.startswith("api/"):
            yield "/" + path


ADDRESSES = sorted(set(addresses(get_resolver())))


@pytest.fixture
def world(cast: Cast) -> Ticket:
    return make_world(cast)


@pytest.fixture
def broken() -> Iterator[list[str]]:
    """What crashed, with the last words of it."""
    found: list[str] = []

    def note(sender: Any, request: Any, **_more: Any) -> None:
        import sys

        kind, error, _trace = sys.exc_info()
        found.append(f"{kind.__name__ if kind else '?'}: {str(error)[:200]}")

    got_request_exception.connect(note)
    yield found
    got_request_exception.disconnect(note)


def bodies(names: list[str], chance: random.Random) -> Iterator[dict[str, Any]]:
    """All fields hostile alike, then one hostile among usual ones; a part of it, unless all is asked for."""
    alike = [dict.fromkeys(names, value) for value in HOSTILE]
    usual = {name: USUAL.get(name, "1") for name in names}
    among = [{**usual, name: value} for name in names for value in HOSTILE]
    file = SimpleUploadedFile("\x00../x.svg", b"\xff" * 2000, "image/svg+xml")
    if IS_WHOLE:
        yield from (usual, {**usual, **dict.fromkeys(names[:1], file)}, *alike, *among)
    else:
        yield from chance.sample((usual, {**usual, **dict.fromkeys(names[:1], file)}), 1)
        yield from (*chance.sample(alike, 1), *chance.sample(among, min(len(among), 1)))


class Sender:
    """Sends what it is told as whoever may do most at that address, and collects what crashed."""

    def __init__(self, cast: Cast, broken: list[str]) -> None:
        self.cast, self.broken = cast, broken
        self.signed_in: dict[str, dict[str, str]] = {}
        self.faults: list[str] = []
        self.count = 0

    def __call__(self, method: str, where: str, what: Any = None, **more: Any) -> None:
        self.count += 1
        client = self.client_for(where)
        with transaction.atomic():  # the next one finds the same desk
            answer = getattr(client, method)(where, what, **more)
            if answer.status_code >= 500 or self.broken:
                self.faults.append(f"{method} {where[:80]} {str(what)[:160]!r}: {answer.status_code} {self.broken}")
                self.broken.clear()
            transaction.set_rollback(True)

    def client_for(self, where: str) -> Client:
        """A new browser with the session of whoever it is; nothing that an answer set is left in it."""
        who = WHO.get(where.split("/")[1], "ada")
        client = Client(raise_request_exception=False)
        if who and who not in self.signed_in:
            client.force_login(self.cast.persons[who].account, "dreiklang.accounts.backends.PasswordBackend")
            self.signed_in[who] = {name: cookie.value for name, cookie in client.cookies.items()}
        elif who:
            client.cookies.load(self.signed_in[who])
        return client


@pytest.mark.parametrize("part", sorted({address.split("/")[1] for address in ADDRESSES}))
def test_whatever_is_sent_is_answered(
    cast: Cast, world: Ticket, broken: list[str], part: str, monkeypatch: pytest.MonkeyPatch, record_property: Any
) -> None:
    send = Sender(cast, broken)
    for pattern in (address for address in ADDRESSES if address.split("/")[1] == part):
        with monkeypatch.context() as patch:
            try_address(send, pattern, world, patch)
    record_property("figure", f"{send.count:,} requests, {len(send.faults)} crashes")
    assert not send.faults, "\n".join(send.faults)


def try_address(send: Sender, pattern: str, world: Ticket, patch: pytest.MonkeyPatch) -> None:
    """Everything hostile for one address: its form, its query, its arguments, and bytes that are no form at all."""
    known, chance = Known(), random.Random(pattern)
    known.watch(patch)
    path = ARGUMENT.sub(lambda found: str(argument(found[1], world)), pattern)
    send("get", path)
    send("post", path)
    names = sorted(known.names - {"csrfmiddlewaretoken"})
    for body in bodies(names, chance):
        send("post", path, body)
    for value in HOSTILE if IS_WHOLE else chance.sample(HOSTILE, 1):
        send("get", path, dict.fromkeys(names or ["q"], value[:2000]))
    broken_text = b"&".join(name.encode() + b"=%ED%A0%80\xff" for name in names or ["q"])
    send("post", path, broken_text, content_type="application/x-www-form-urlencoded")
    if IS_WHOLE:
        send("post", path, b"--x\r\nnothing", content_type="multipart/form-data; boundary=x")
        send("post", path, b'{"text": "\\ud800"}', content_type="application/json")
    if "<" in pattern:
        others = ("0", str(2**63), "%00", "-1", HUGE)
        for other in others if IS_WHOLE else chance.sample(others, 1):
            send(chance.choice(("get", "post")), ARGUMENT.sub(other, pattern))


# -- the API

SHAPES: dict[str, tuple[Any, ...]] = {
    "string": ("", "\x00", "\ud800", "x" * 2_000_000, 7, None, [], {}, True, "\u202e"),
    "integer": (0, -1, 2**31, 2**63, 10**40, 1.5, "7", None, [], {}, True),
    "number": (-1, 1e308, 10**400, "NaN", None, [], {}),
    "array": (None, {}, "x", [None] * 60, [[]], [2**63], [{}]),
    "boolean": (None, 7, "x", []),
    "object": (None, [], "x", 7),
}
PLAIN = {"string": "x", "integer": 1, "number": 1, "array": [], "boolean": True, "object": {}}


@pytest.fixture
def bearer(cast: Cast) -> dict[str, str]:
    """Tokens of those who may do most, and of somebody foreign."""
    return {
        name: make_token(
            cast.persons[name].account,
            name="t",
            scopes=sorted(SCOPES),
            actor=cast.actor(name),
            expires_at=clock.now() + timedelta(days=1),
        )[1]
        for name in ("alan", "zoe")
    }


def test_whatever_is_sent_to_the_api_is_answered(
    cast: Cast, world: Ticket, broken: list[str], bearer: dict[str, str]
) -> None:
    client, faults, chance = Client(raise_request_exception=False), [], random.Random(30)
    described = client.get("/api/v1/openapi.json", headers={"Authorization": f"Bearer {bearer['alan']}"}).json()

    def send(who: str, method: str, path: str, raw: str | bytes, kind: str = "application/json") -> int:
        with transaction.atomic():
            answer = client.generic(
                method.upper(), path, raw, content_type=kind, headers={"Authorization": f"Bearer {bearer[who]}"}
            )
            if answer.status_code >= 500 or broken:
                faults.append(f"{who} {method} {path[:80]} {raw[:120]!r}: {answer.status_code} {broken[-1:]}")
                broken.clear()
            transaction.set_rollback(True)
        return int(answer.status_code)

    for template, methods in described["paths"].items():
        path = re.sub(r"{(\w+)}", lambda found: str(argument(found[1], world)), template)
        for method, operation in methods.items():
            for body in json_bodies(described, operation, chance):
                send("alan", method, path, body)
            for odd in odd_calls(template, path, operation, chance):
                send("alan", method, *odd)
            if "{number}" in template:
                assert send("zoe", method, path, "{}") in (401, 403, 404, 405, 400, 422)
    assert not faults, "\n".join(faults)


def odd_calls(
    template: str, path: str, operation: Any, chance: random.Random
) -> Iterator[tuple[str, str | bytes, str]]:
    """What is no JSON, what comes as another kind, arguments that name nothing, queries that say nothing."""
    json_kind = "application/json"
    for raw in some((b"\xff\xfe", "{", "[" * 20_000, ""), chance):
        yield path, raw, json_kind
    for text, kind in some((("a=1", "application/x-www-form-urlencoded"), ("x", "text/plain")), chance):
        yield path, text, kind
    for other in some(("0", HUGE, str(2**63), "-1", "x"), chance) if "{" in template else ():
        yield re.sub(r"{\w+}", other, template), "{}", json_kind
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "query":
            for value in some(("%00", HUGE, "-1", "%ED%A0%80", "x" * 5000, "NaN", ""), chance):
                yield f"{path}?{parameter['name']}={value}", "{}", json_kind


def some(values: Sequence[T], chance: random.Random) -> Sequence[T]:
    """All of them, or a taste."""
    return values if IS_WHOLE else chance.sample(values, 1)


def json_bodies(described: Any, operation: Any, chance: random.Random) -> Iterator[str]:
    """Each field once with every value that is not its own, the others plain."""
    asked = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    if asked is None:
        return
    fields = shape_of(described, asked).get("properties", {})
    plain = {name: PLAIN[kind_of(described, one)] for name, one in fields.items()}
    wrong = [{**plain, name: value} for name, one in fields.items() for value in SHAPES[kind_of(described, one)]]
    for body in [
        plain,
        {**plain, "is_admin": True},
        [],
        None,
        *(wrong if IS_WHOLE else chance.sample(wrong, min(len(wrong), 4))),
    ]:
        yield json.dumps(body)


def shape_of(described: Any, schema: Any) -> Any:
    """A schema, its reference followed."""
    if "$ref" in schema:
        return described["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def kind_of(described: Any, schema: Any) -> str:
    """The JSON type of a field; the first one where several are allowed."""
    found = shape_of(described, schema)
    for choice in found.get("anyOf", [found]):
        kind = shape_of(described, choice).get("type")
        if kind in SHAPES:
            return str(kind)
    return "string"
