"""``??``: articles while one writes, and none where they may not be read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from tests.cast import Cast

from dreiklang.knowledge.commands.writing import publish, write
from dreiklang.tickets.models import Ticket
from dreiklang.web.desk.articles_offered import text_of


@pytest.fixture
def articles(cast: Cast) -> None:
    """One of each audience, all about the printer."""
    audiences = {"public": None, "internal": None, "customer": "clinic", "foreign": "works"}
    for name, customer in audiences.items():
        audience = "customer" if customer else name
        draft = write(
            None, actor=cast.actor("max"), language="de", title=f"Drucker {name}", body="1. **Klappe** öffnen",
            audience=audience, customer=cast.organizations[customer] if customer else None,
        )  # fmt: skip
        publish(draft.edition, actor=cast.actor("max"))


def offers(client: Client, ticket: Ticket, place: str) -> dict[str, list[str]]:
    """Title → what would be inserted."""
    told = client.get(f"/desk/tickets/{ticket.number}/articles/{place}/?q=drucker").json()["articles"]
    found: dict[str, list[str]] = {}
    for one in told:
        found.setdefault(one["name"], []).append(one["text"])
    return found


@pytest.mark.usefixtures("articles")
@pytest.mark.parametrize(
    ("place", "leaves"),
    [
        ("message", {"public", "customer"}), ("relay", {"public", "customer"}), ("correspondence", {"public"}),
        ("note", {"public", "internal", "customer", "foreign"}),
    ],
)  # fmt: skip
def test_p31_only_what_may_be_read_there_is_inserted(
    browser: Callable[[str], Client], ticket: Ticket, place: str, leaves: set[str]
) -> None:
    found = offers(browser("alan"), ticket, place)
    assert {title for title, texts in found.items() if any(texts)} == {f"Drucker {name}" for name in leaves}
    for texts in found.values():
        if any(texts):
            link, text = texts
            assert ("/portal/" in link) is (place != "note")
            assert text == "1. Klappe öffnen\n"


@pytest.mark.usefixtures("articles")
def test_who_does_not_see_the_ticket_is_offered_nothing(browser: Callable[[str], Client], ticket: Ticket) -> None:
    assert browser("eve").get(f"/desk/tickets/{ticket.number}/articles/note/").status_code == 404
    assert browser("alan").get(f"/desk/tickets/{ticket.number}/articles/note/?q=%25").status_code == 200


def test_a_text_is_written_as_one_writes_it() -> None:
    assert (
        text_of("# Titel\n\n- `ls` [hier](https://a.example/)", is_html=False)
        == "Titel\n\n- ls hier (https://a.example/)\n"
    )
    assert text_of("<p>Eins</p>", is_html=True).strip() == "Eins"
