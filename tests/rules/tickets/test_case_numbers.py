"""The other side's number for a case, as it stands in letters; never our own, never a day, never a bare number."""

import pytest

from dreiklang.tickets.rules.case_numbers import case_number_in


@pytest.mark.parametrize(
    ("subject", "text", "number"),
    [
        ("Your support case 00123456 was opened", "", "00123456"),
        ("Re: [#20417] Printer – Case #4711-88", "", "4711-88"),
        ("[Ticket#2026112510000123] Drucker", "", "2026112510000123"),
        ("INC0012345: printer", "", "INC0012345"),
        ("SR 3-12345678901 updated", "", "3-12345678901"),
        ("Drucker", "Guten Tag,\nunsere Vorgangsnummer: HW-2026/0815\n", "HW-2026/0815"),
        ("Drucker", "Ihre Anfrage 20417 ist angekommen", ""),
        ("Fall vom 2026-11-24", "", ""),
        ("Ticket 20417", "Bitte rufen Sie 0711 123456 an.", ""),
        ("In any case 3 weeks", "", ""),
        ("Rechnung 4711123", "", ""),
    ],
)
def test_it_is_read_where_it_is_plain(subject, text, number):
    assert case_number_in(subject, text, own="20417") == number
