"""A colleague goes on with a draft: shared on purpose, or because its author is away. No word is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import Cast

from dreiklang.kernel.errors import NotFound
from dreiklang.teams.models import Absence
from dreiklang.teams.queries import today
from dreiklang.tickets.commands.keeping import save_draft
from dreiklang.tickets.commands.sharing import share_draft, take_over_draft
from dreiklang.tickets.models import Draft, Ticket
from dreiklang.tickets.queries.drafts import drafts_to_take_over

Browser = Callable[[str], Client]


@pytest.fixture
def draft(cast: Cast, ticket: Ticket) -> Draft:
    """What Alan was typing."""
    content = {"text": "Halb fertig", "html": "<div><b>Halb</b> fertig</div>", "after": "wait"}
    return save_draft(ticket, actor=cast.actor("alan"), place="message", content=content)


def test_a_draft_is_its_writers_until_it_is_shared(browser: Browser, cast: Cast, ticket: Ticket, draft: Draft) -> None:
    berta = cast.actor("berta")
    assert not drafts_to_take_over(ticket, actor=berta).exists()
    with pytest.raises(NotFound):
        take_over_draft(draft, actor=berta)
    where = reverse("desk:draft_sharing", args=[ticket.number, "message"])
    browser("alan").post(where, {"is_shared": "1"}, HTTP_HX_REQUEST="true")
    page = browser("berta").get(reverse("desk:composer", args=[ticket.number])).content.decode()
    assert "Alan Yildiz" in page
    browser("berta").post(reverse("desk:draft_takeover", args=[draft.pk]), HTTP_HX_REQUEST="true")
    assert Draft.objects.get(person=cast.berta).content["text"] == "Halb fertig"
    assert Draft.objects.get(person=cast.alan).content["text"] == "Halb fertig"
    browser("alan").post(where, {"is_shared": ""}, HTTP_HX_REQUEST="true")
    assert not drafts_to_take_over(ticket, actor=berta).exists()


def test_words_taken_over_never_replace_ones_own(cast: Cast, ticket: Ticket, draft: Draft) -> None:
    berta = cast.actor("berta")
    save_draft(ticket, actor=berta, place="message", content={"text": "Mein Anfang"})
    share_draft(ticket, actor=cast.actor("alan"), place="message", is_shared=True)
    taken = take_over_draft(draft, actor=berta)
    assert taken.content["text"] == "Mein Anfang\n\nHalb fertig"
    assert taken.content["html"] == "<div>Mein Anfang</div><div><br></div><div><b>Halb</b> fertig</div>"


def test_the_draft_of_somebody_away_is_there_for_colleagues(cast: Cast, ticket: Ticket, draft: Draft) -> None:
    Absence.objects.create(person=cast.alan, from_date=today(), until_date=today())
    assert drafts_to_take_over(ticket, actor=cast.actor("berta")).get() == draft


def test_p29_nobody_outside_sees_a_draft(browser: Browser, cast: Cast, ticket: Ticket, draft: Draft) -> None:
    share_draft(ticket, actor=cast.actor("alan"), place="message", is_shared=True)
    for name in ("eve", "victor", "rita", "zoe"):
        assert not drafts_to_take_over(ticket, actor=cast.actor(name)).exists()
        assert browser(name).post(reverse("desk:draft_takeover", args=[draft.pk])).status_code in (403, 404)
