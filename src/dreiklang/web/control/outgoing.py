"""What goes out, and what does not: failed and waiting mails are tried again here; a test mail to oneself."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from dreiklang.channels.mail.outbound import queries
from dreiklang.channels.mail.outbound.commands import release, set_aside, try_again
from dreiklang.channels.mail.outbound.models import OutgoingMail
from dreiklang.channels.mail.settings.trying import try_test_mail
from dreiklang.channels.models import Mailbox
from dreiklang.kernel.errors import Invalid, NotFound, WrongState
from dreiklang.web import forms
from dreiklang.web.control.pages import control_page
from dreiklang.web.control.paging import page_of
from dreiklang.web.routing import actor_of, policy

AT = "outgoing"
HELD = OutgoingMail.State.HELD.value
#: So many held mails are decided about in one go.
AT_ONCE = 500
STATES = {
    queries.STUCK: gettext_lazy("did not leave"), HELD: gettext_lazy("held"),
    "waiting": gettext_lazy("waiting"), "sent": gettext_lazy("sent"),
    "failed": gettext_lazy("failed"), "dropped": gettext_lazy("not sent on purpose"),
}  # fmt: skip
KINDS = {
    "message": gettext_lazy("Answer to the requester"),
    "correspondence": gettext_lazy("Mail to a third party"),
    "received": gettext_lazy("Acknowledgement"),
    "closed": gettext_lazy("Word of closing"),
    "reminder": gettext_lazy("Reminder"),
    "notification": gettext_lazy("News for a colleague"),
    "link": gettext_lazy("Link to sign in"),
    "service": gettext_lazy("Word of a program"),
    "outage": gettext_lazy("Word of an outage"),
}
#: Literals of the outbox in words; one that is not here is shown as it is.
REASONS = {
    "over": gettext_lazy("it is over meanwhile"),
    "no_server": gettext_lazy("no mailbox names an outgoing server"),
    "no_mailbox": gettext_lazy("the desk has no mailbox"),
    "forbidden_target": gettext_lazy("the server stands inside the network and is not allowed"),
    "unknown_host": gettext_lazy("the server's name is not known"),
    "no_answer": gettext_lazy("the server does not answer"),
    "certificate": gettext_lazy("the server's certificate is not valid"),
    "sign_in": gettext_lazy("the server does not let us sign in"),
    "consent_gone": gettext_lazy("the permission to sign in is gone"),
    "client_wrong": gettext_lazy("the provider does not know the desk as an application"),
    "not_permitted": gettext_lazy("the provider does not permit it"),
    "unprotected_password": gettext_lazy("a password does not go over an unprotected line"),
    "sender_refused": gettext_lazy("the server refuses the sender's address"),
    "refused": gettext_lazy("the server refuses a recipient or the mail"),
    "refused_for_now": gettext_lazy("the server asks us to try later"),
    "broken": gettext_lazy("it could not be put together"),
    "too_many": gettext_lazy("too many within an hour"),
    "automatic": gettext_lazy("the mail that came was automatic"),
    "own_address": gettext_lazy("the address is our own"),
    "no_address": gettext_lazy("no mail address is known"),
    "lost_sight": gettext_lazy("the person may not see it any more"),
    "too_old": gettext_lazy("the link is too old"),
    "withdrawn": gettext_lazy("called back"),
    "spam": gettext_lazy("the ticket was called spam"),
    "answered": gettext_lazy("an answer came before it left"),
    "reopened": gettext_lazy("the ticket is open again"),
    "former_life": gettext_lazy("it waited when the backup was made, and may have left since"),
    "set_aside": gettext_lazy("set aside after the desk was restored"),
    "unrecorded": gettext_lazy("it left, but that could not be recorded"),
}


@require_GET
@policy("control")
def listed(request: HttpRequest) -> HttpResponse:
    """Newest first, by state."""
    actor = actor_of(request)
    state = request.GET.get("state", "")
    if state not in STATES:
        state = ""
    page = page_of(request, queries.going_out(actor, state=state), key="pk", newest_first=True)
    rows = [
        {
            "mail": mail,
            "kind": KINDS.get(mail.kind, mail.kind),
            "to": _recipients(mail),
            "state": _state_words(mail),
            "reason": REASONS.get(mail.reason, mail.reason),
            "is_held": mail.state == HELD,
            "may_try": mail.state == "failed" or (mail.state == "waiting" and mail.tries),
        }
        for mail in page.rows
    ]
    context = {
        "rows": rows, "page": page, "state": state, "states": STATES.items(), "stuck": queries.stuck_count(actor),
        "held": queries.held_count(actor),
        "is_kept_as_files": settings.OUTBOX_FILES, "folder": settings.HOME / "outbox",
    }  # fmt: skip
    return control_page(request, "outgoing", context, at=AT)


@require_POST
@policy("control")
def again(request: HttpRequest, mail_id: int) -> HttpResponse:
    """Try a mail again now."""
    try_again(mail_id, actor=actor_of(request))
    messages.success(request, _("It is tried again within seconds."))
    return redirect("control:outgoing")


@require_POST
@policy("control")
def decide(request: HttpRequest, mail_id: int) -> HttpResponse:
    """Let a held mail leave, or set it aside."""
    _decision(request)(mail_id, actor=actor_of(request))
    messages.success(request, _("Decided."))
    return redirect("control:outgoing")


@require_POST
@policy("control")
def decide_all(request: HttpRequest) -> HttpResponse:
    """The same for all that are held, the oldest first; what somebody decided meanwhile is left as it is."""
    actor, deed = actor_of(request), _decision(request)
    held = queries.going_out(actor, state=HELD).order_by("id").values_list("pk", flat=True)[:AT_ONCE]
    for mail_id in list(held):
        with suppress(WrongState):
            deed(mail_id, actor=actor)
    messages.success(request, _("Decided."))
    return redirect("control:outgoing")


def _decision(request: HttpRequest) -> Callable[..., OutgoingMail]:
    typed = forms.read(request, "deed")
    deeds: dict[str, Callable[..., OutgoingMail]] = {"release": release, "set_aside": set_aside}
    if typed["deed"] not in deeds:
        raise Invalid({"deed": [_("Please choose what becomes of it.")]})
    return deeds[typed["deed"]]


@require_POST
@policy("control")
def test_mail(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """Send a mail over a mailbox's server to the one who asks, and to nobody else."""
    mailbox = Mailbox.objects.filter(pk=mailbox_id).first()
    if mailbox is None:
        raise NotFound(code="no_mailbox")
    tried = try_test_mail(mailbox, actor=actor_of(request))
    if tried.is_ok:
        messages.success(request, _("The test mail has left for %(address)s.") % {"address": tried.address})
    else:
        reason = REASONS.get(tried.reason, tried.reason)
        messages.error(request, _("The test mail did not leave: %(why)s") % {"why": f"{reason} {tried.answer}".strip()})
    return redirect("control:mailbox", mailbox.pk)


def _recipients(mail: OutgoingMail) -> str:
    if mail.said is not None:
        return ", ".join(str(one.get("address", "")) for one in (*mail.said.to, *mail.said.cc))
    return mail.correspondence.party_address if mail.correspondence else mail.address


def _state_words(mail: OutgoingMail) -> str:
    words = {
        "held": _("held"),
        "waiting": _("put off") if mail.tries else _("leaves in a moment"), "sending": _("is just leaving"),
        "sent": _("sent"), "failed": _("failed"), "dropped": _("not sent on purpose"),
    }  # fmt: skip
    return words[mail.state]
