"""What a journey needs to find on its desk: made by the commands, in the desk's own process, through ``desk.ask``."""

from __future__ import annotations

from collections.abc import Iterable

from tests.journeys.served import Served

_MAKE = """
from dreiklang.accounts.models import Account
from dreiklang.organizations.models import Person
from dreiklang.routines.commands import keeping
from dreiklang.routines.models import TextBlock
from dreiklang.teams.queries import actor_for
from dreiklang.tickets.commands.conversation import receive_message
from dreiklang.tickets.commands.opening import open_ticket
rita = Person.objects.get(name="Rita Weber")
by = lambda name: actor_for(Account.objects.get(login__startswith=name + "@"))
if not TextBlock.objects.exists():
    keeping.keep_text_block(None, actor=by("alan"), name="Gruß", shortcut="gr", words={"de": "Guten Tag {name},"})
numbers = []
for subject in %s:
    ticket = open_ticket(rita, actor=by("rita"), subject=subject, channel="portal")
    receive_message(ticket, actor=by("rita"), author=rita, text="Bitte um Hilfe: " + subject)
    numbers.append(ticket.number)
print(json.dumps(numbers))
"""


def tickets(desk: Served, subjects: Iterable[str]) -> list[int]:
    """Tickets of Rita's at level 1, each with a first word; and a text block for answers. Their numbers."""
    made = desk.ask(_MAKE % repr(list(subjects)))
    assert isinstance(made, list)
    return [int(number) for number in made]


def states(desk: Served, numbers: Iterable[int]) -> dict[int, tuple[str, int]]:
    """State and level of some tickets, as the database has them."""
    told = desk.ask(
        "from dreiklang.tickets.models import Ticket\n"
        f"print(json.dumps(list(Ticket.objects.filter(number__in={list(numbers)!r})"
        '.values_list("number", "state", "level"))))'
    )
    assert isinstance(told, list)
    return {int(number): (str(state), int(level)) for number, state, level in told}
