"""The glossary: words that mean the same, by which searches find what is written with the others."""

from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from dreiklang.api.doors import caller, scope
from dreiklang.api.shapes import Asked
from dreiklang.api.v1.articles import INSIDE, REVIEWING
from dreiklang.kernel.errors import Invalid, NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.knowledge import policy
from dreiklang.knowledge.commands import glossary
from dreiklang.knowledge.models import GlossaryEntry
from dreiklang.knowledge.queries.glossary import entries_for
from dreiklang.organizations.models import Organization

router = Router(tags=["articles"])
MOST = 500
Words = dict[Literal["de", "en"], list[Annotated[str, Field(max_length=80)]]]


class GlossaryEntryOut(Schema):
    """Words that mean the same, by language; ``customer_id``: whose own words they are, null for everybody's."""

    id: int
    version: int
    words: dict[str, list[str]]
    meaning: str
    customer_id: int | None


class GlossaryEntryIn(Asked):
    """An entry as it shall be, two words at least. ``version``: of the one that was read; 409 if it was changed."""

    words: Words
    meaning: Annotated[str, Field(max_length=500)] = ""
    customer_id: Annotated[int | None, Field(ge=1, lt=2**62)] = None
    version: int | None = None


@router.get("/glossary", response=list[GlossaryEntryOut], summary="Words that mean the same")
@scope(*INSIDE)
def list_glossary(
    request: HttpRequest, q: Annotated[str, Field(max_length=80)] = "", offset: Annotated[int, Field(ge=0)] = 0
) -> list[GlossaryEntryOut]:
    """By the first word, 500 at once; ``q``: letters that one of the words holds."""
    return [_out(entry) for entry in entries_for(_inside(request), q)[offset : offset + MOST]]


@router.post("/glossary", response={201: GlossaryEntryOut}, summary="Make an entry of the glossary")
@scope(*REVIEWING)
def make_entry(request: HttpRequest, asked: GlossaryEntryIn) -> Status[GlossaryEntryOut]:
    """Searches know its words at once."""
    return Status(201, _out(_kept(None, request, asked)))


@router.put("/glossary/{int:entry_id}", response=GlossaryEntryOut, summary="Change an entry of the glossary")
@scope(*REVIEWING)
def change_entry(request: HttpRequest, entry_id: int, asked: GlossaryEntryIn) -> GlossaryEntryOut:
    """All of it as it shall be."""
    return _out(_kept(_found(entry_id, _inside(request)), request, asked))


@router.delete("/glossary/{int:entry_id}", response={204: None}, summary="Take an entry out of the glossary")
@scope(*REVIEWING)
def remove_entry(request: HttpRequest, entry_id: int) -> Status[None]:
    """Its words are found only as they stand from then on."""
    glossary.remove_entry(_found(entry_id, _inside(request)), actor=caller(request))
    return Status(204, None)


def _kept(entry: GlossaryEntry | None, request: HttpRequest, asked: GlossaryEntryIn) -> GlossaryEntry:
    customer = Organization.objects.filter(pk=asked.customer_id).first() if asked.customer_id else None
    if asked.customer_id and customer is None:
        raise Invalid({"customer_id": ["There is no such organisation."]})
    words = {str(language): said for language, said in asked.words.items()}
    return glossary.keep_entry(
        entry, actor=caller(request), words=words, meaning=asked.meaning, customer=customer, version=asked.version
    )


def _inside(request: HttpRequest) -> Actor:
    actor = caller(request)
    if not policy.may_write(actor):
        raise NotFound("There is no glossary for you.")
    return actor


def _found(entry_id: int, actor: Actor) -> GlossaryEntry:
    found = policy.glossary_for(actor).filter(pk=entry_id).first()
    if found is None:
        raise NotFound("There is no such entry.")
    return found


def _out(entry: GlossaryEntry) -> GlossaryEntryOut:
    words: dict[str, list[str]] = {}
    for word in entry.words.all():
        words.setdefault(word.language, []).append(word.word)
    return GlossaryEntryOut(
        id=entry.pk, version=entry.version, words=words, meaning=entry.meaning, customer_id=entry.customer_id
    )
