"""A desk with a past: solved tickets of two categories, in both languages, and one that is just coming in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.cast import Cast

from dreiklang.kernel import clock
from dreiklang.kernel.permissions import system
from dreiklang.tickets.commands.opening import open_with_message
from dreiklang.tickets.models import Category, Ticket

PRINTING = ("Drucker druckt nicht", "Papierstau im Drucker", "Toner leer am Drucker", "printer offline", "paper jam")
ACCOUNT = ("Kennwort abgelaufen", "Konto gesperrt", "Anmeldung geht nicht", "password expired", "account locked")


@pytest.fixture
def categories(cast: Cast) -> dict[str, Category]:
    """Two of them, one asks something."""
    return {
        "printing": Category.objects.create(key="printing", name="Drucken", names={"de": "Drucken", "en": "Printing"}),
        "account": Category.objects.create(key="account", name="Konto", names={"de": "Konto", "en": "Account"}),
    }


def opened(cast: Cast, subject: str, text: str = "Bitte um Hilfe, danke", who: str = "rita", **more: object) -> Ticket:
    """A ticket with its first words."""
    return open_with_message(
        cast.persons[who], actor=system("mail"), subject=subject, text=text, channel="mail", **more
    )


@pytest.fixture
def past(cast: Cast, categories: dict[str, Category]) -> list[Ticket]:
    """Eighty solved tickets, made by the tables: what is learned reads rows, not deeds."""
    now = clock.now()
    found = []
    for number in range(80):
        key, subjects = (("printing", PRINTING), ("account", ACCOUNT))[number % 2]
        subject = f"{subjects[number // 2 % 5]} {('seit heute', 'im Büro', 'again', 'schon wieder')[number % 4]}"
        ticket = Ticket(
            number=90_000 + number, subject=subject, category=categories[key], channel="mail", requester=cast.rita,
            customer_id=cast.rita.organization_id, state="closed", state_group="settled", resolved_at=now,
            last_word_at=now, opened_at=now - timedelta(days=1), changed_at=now, team=cast.teams["desk"],
            impact=2 if key == "printing" else 3,
        )  # fmt: skip
        found.append(ticket)
    return Ticket.objects.bulk_create(found)
