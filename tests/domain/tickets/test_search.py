"""Tickets are found by words, numbers, stems and near misses, and only by those who may know of them."""

import pytest
from tests.cast import Cast

from dreiklang.kernel.permissions import system
from dreiklang.organizations.models import Person
from dreiklang.tickets.commands.conversation import receive_message, write_note
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.models import Ticket
from dreiklang.tickets.queries import search_tickets


def a_ticket(requester: Person, subject: str, text: str = "…") -> Ticket:
    ticket = open_ticket(requester, actor=system("mail"), subject=subject, channel="mail")
    receive_message(ticket, actor=system("mail"), author=requester, text=text)
    return ticket


@pytest.fixture
def printers(cast: Cast, frozen: object) -> Ticket:
    return a_ticket(cast.rita, "Etikettendrucker auf 4B druckt nicht", "Müller sagt: Fehler 0x80070005 an sw-c4-02.")


@pytest.mark.parametrize(
    "question",
    ["etikettendrucker", "Etikett", "DRUCKT 4b", "müller", "mueller", "muller", "0x80070005", "sw-c4-02", "Rita Weber",
     "Etikettendruker", "Fehlern"],
)  # fmt: skip
def test_a_ticket_is_found(cast: Cast, printers: Ticket, question: str) -> None:
    found = search_tickets(question, actor=cast.actor("alan"))
    assert [t.pk for t in found.tickets] == [printers.pk]
    assert found.is_near is (question == "Etikettendruker")


def test_a_number_finds_its_ticket_with_or_without_the_sign(cast: Cast, printers: Ticket) -> None:
    for question in (str(printers.number), f"#{printers.number}", f"[#{printers.number}]"):
        assert [t.pk for t in search_tickets(question, actor=cast.actor("alan")).tickets] == [printers.pk]


@pytest.mark.parametrize(
    "question", ["", "   ", "'", "a & | !", "':*", "\\", "((", "<->", "x" * 5000, "\x00".strip("\x00")]
)
def test_p38_signs_in_a_question_are_only_signs(cast: Cast, printers: Ticket, question: str) -> None:
    assert search_tickets(question, actor=cast.actor("alan")).tickets == []


def test_p28_the_outside_does_not_find_by_words_inside(cast: Cast, printers: Ticket) -> None:
    write_note(printers, actor=cast.actor("alan"), text="Vermutlich Kaffee im Gehäuse")
    assert search_tickets("kaffee", actor=cast.actor("alan")).tickets
    assert search_tickets("kaffee", actor=cast.actor("rita")).tickets == []
    assert search_tickets("etikettendrucker", actor=cast.actor("rita")).tickets


def test_p28_what_others_store_changes_no_answer(cast: Cast, printers: Ticket) -> None:
    before = [search_tickets(q, actor=cast.actor("zoe")) for q in ("etikettendrucker", "etiketendrucker", "4b")]
    for n in range(5):
        a_ticket(cast.rita, f"Etikettendrucker {n}")
    assert [search_tickets(q, actor=cast.actor("zoe")) for q in ("etikettendrucker", "etiketendrucker", "4b")] == before


def test_found_tickets_come_by_pages_newest_first(cast: Cast, frozen: object) -> None:
    made = [a_ticket(cast.rita, f"Drucker {n}").pk for n in range(5)]
    first = search_tickets("drucker", actor=cast.actor("alan"), limit=3)
    rest = search_tickets("drucker", actor=cast.actor("alan"), limit=3, before=first.tickets[-1].pk)
    assert [t.pk for t in first.tickets + rest.tickets] == made[::-1]
    assert (first.has_more, rest.has_more) == (True, False)
