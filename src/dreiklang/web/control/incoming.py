"""What came in, and what became of it; quarantined mails are tried again or dismissed here."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from dreiklang.channels.gate import queries
from dreiklang.channels.gate.commands import people, second_look
from dreiklang.channels.models import Incoming
from dreiklang.kernel.errors import WrongState
from dreiklang.web.control.pages import control_page
from dreiklang.web.forms import whole
from dreiklang.web.routing import actor_of, policy

AT = "incoming"
SHOWN = 200_000
"""Bytes of an original that are shown in the page."""
STORED = ("stored", gettext_lazy("Not yet read"))
#: Codes of the gate in words; a code that is not here is shown as it is.
REASONS = {
    "new": gettext_lazy("a new request"), "token": gettext_lazy("its thread is known"),
    "reference": gettext_lazy("it answers a mail of ours"), "number": gettext_lazy("it names the number"),
    "note": gettext_lazy("a colleague's answer, kept as a note"), "reopened": gettext_lazy("the ticket is open again"),
    "resolved_long_ago": gettext_lazy("its ticket was solved long ago"), "thanks": gettext_lazy("only thanks"),
    "fax": gettext_lazy("a fax"), "same_fax": gettext_lazy("the same fax came before"),
    "stranger": gettext_lazy("the sender does not take part in the ticket"),
    "no_home": gettext_lazy("no organisation takes the sender"),
    "sender_not_proven": gettext_lazy("the sender is not proven"),
    "unknown_thread": gettext_lazy("its thread is unknown here"),
    "not_the_agent": gettext_lazy("the answer comes from somebody else than the colleague asked"),
    "no_right": gettext_lazy("the sender may not work on this ticket"),
    "sender_missing": gettext_lazy("it names no sender"), "unreadable": gettext_lazy("it cannot be read"),
    "unfinished": gettext_lazy("its reading was broken off"), "dismissed": gettext_lazy("dismissed by somebody"),
    "blocked": gettext_lazy("the sender is blocked"),
    "marked_spam": gettext_lazy("a mail server calls it spam"),
    "loop": gettext_lazy("our own mail came back"), "bounce": gettext_lazy("a mail of ours could not be delivered"),
    "asked_for": gettext_lazy("somebody asked level 1 to look at it"),
    "bounce_of_nothing_known": gettext_lazy("a mail could not be delivered, none of ours that is known"),
    "feedback": gettext_lazy("a report of a mail provider"), "receipt": gettext_lazy("a receipt"),
    "invitation": gettext_lazy("an answer to an invitation"),
    "auto-generated": gettext_lazy("written by a program"),
    "auto-reply": gettext_lazy("an automatic answer"), "list": gettext_lazy("from a mailing list"),
    "bulk": gettext_lazy("a mass mail"), "agent_by_mail": gettext_lazy("a colleague wrote by mail"),
}  # fmt: skip


@require_GET
@policy("gate.work")
def listed(request: HttpRequest) -> HttpResponse:
    """Newest first, by outcome and words."""
    actor = actor_of(request)
    outcome, words = request.GET.get("outcome", ""), request.GET.get("q", "").strip()[:100]
    outcomes = [STORED, *[choice for choice in Incoming.Outcome.choices if choice[0] != "duplicate"]]
    if outcome not in dict(outcomes):
        outcome = ""
    page = queries.came_in(actor, outcome=outcome, words=words, before=whole(request.GET.get("before", "")))
    query = request.GET.copy()
    query["before"] = str(page.next_before)
    counted = queries.counters(actor)
    context = {
        "mails": page.mails, "next_url": f"?{query.urlencode()}" if page.next_before else "", "outcome": outcome,
        "words": words, "outcomes": [(key, name, counted[key]) for key, name in outcomes], "reasons": REASONS,
        "has_any": any(counted.values()),
    }  # fmt: skip
    return control_page(request, "incoming", context, at=AT)


@require_GET
@policy("gate.work")
def one(request: HttpRequest, incoming_id: int) -> HttpResponse:
    """One mail with all that is known of it."""
    mail = queries.incoming(incoming_id, actor=actor_of(request))
    context = {
        "mail": mail, "reason": REASONS.get(mail.reason, mail.reason),
        "is_closed": second_look.closed_words(mail) is not None, "may_be_shown": second_look.may_be_shown(mail),
    }  # fmt: skip
    return control_page(request, "incoming_mail", context, at=AT)


@require_GET
@policy("gate.work")
def source(request: HttpRequest, incoming_id: int) -> HttpResponse:
    """The beginning of the bytes as they came, as plain text and nothing else (P33)."""
    content = queries.original(incoming_id, actor=actor_of(request))
    text = content[:SHOWN].decode("utf-8", "replace").replace("\0", "\ufffd")
    if len(content) > SHOWN:
        text += "\n\n… " + _("The rest is in the file.")
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'self'"
    return response


@require_GET
@policy("gate.work")
def original(request: HttpRequest, incoming_id: int) -> HttpResponse:
    """The bytes as they came, to be kept as a file; never shown in the browser (P33)."""
    content = queries.original(incoming_id, actor=actor_of(request))
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="mail-{incoming_id}.eml"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_POST
@policy("gate.work")
def again(request: HttpRequest, incoming_id: int) -> HttpResponse:
    """Try a quarantined mail again now."""
    actor = actor_of(request)
    mail = queries.incoming(incoming_id, actor=actor)
    people.reprocess(mail, actor=actor)
    mail.refresh_from_db()
    if mail.state == Incoming.State.SETTLED:
        messages.success(request, _("This time it worked."))
    else:
        messages.warning(request, _("It could not be read this time either. Its original is kept."))
    return redirect("control:incoming_mail", incoming_id)


@require_POST
@policy("gate.work")
def open_again(request: HttpRequest, incoming_id: int) -> HttpResponse:
    """Read words that could not be read, with the keys there are now."""
    actor = actor_of(request)
    try:
        second_look.read_again(queries.incoming(incoming_id, actor=actor), actor=actor)
    except WrongState as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, _("The mail is open; its words stand in the ticket."))
    return redirect("control:incoming_mail", incoming_id)


@require_POST
@policy("gate.work")
def to_level_one(request: HttpRequest, incoming_id: int) -> HttpResponse:
    """A mail that was only stored becomes a row of level 1's worklist."""
    actor = actor_of(request)
    try:
        second_look.show_to_level_one(queries.incoming(incoming_id, actor=actor), actor=actor)
    except WrongState as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, _("Level 1 sees it now among the held mails."))
    return redirect("control:incoming_mail", incoming_id)


@require_POST
@policy("gate.work")
def dismiss(request: HttpRequest, incoming_id: int) -> HttpResponse:
    """Nothing becomes of a quarantined mail."""
    actor = actor_of(request)
    people.dismiss(queries.incoming(incoming_id, actor=actor), actor=actor)
    messages.success(request, _("Dismissed. The original stays."))
    return redirect("control:incoming_mail", incoming_id)
