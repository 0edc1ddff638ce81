"""Who is here and who is writing: told to the others who look at the same ticket, and stored nowhere (P46)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from dreiklang.kernel import live
from dreiklang.web import forms
from dreiklang.web.desk.finding import ticket_of
from dreiklang.web.routing import policy


@require_POST
@policy("desk")
def tell(request: HttpRequest, number: int) -> HttpResponse:
    """Pass on a sign of presence; the live process asks again who may hear of it."""
    ticket, actor = ticket_of(request, number)
    typed = forms.read(request, "mode", "asking")
    if actor.id is not None and typed["mode"] in live.MODES:
        live.say_presence(
            ticket_id=ticket.pk, person_id=actor.id, name=actor.name, mode=typed["mode"], asking=bool(typed["asking"])
        )
    return HttpResponse(status=204)
