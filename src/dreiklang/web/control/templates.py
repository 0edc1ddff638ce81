"""The texts of mails: the usual ones, the desk's own, with a preview."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from dreiklang.communication import rules
from dreiklang.communication.commands.wording import change_template, restore_usual_words
from dreiklang.communication.models import Template
from dreiklang.communication.wording import amount_words, span_words, template_words
from dreiklang.kernel.errors import NotFound
from dreiklang.web.control.pages import control_page
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import VersionedSheet, typed

AT = "templates"
KEY_WORDS = {
    "message": gettext_lazy("Answer to the requester"), "resolved": gettext_lazy("Answer that solves"),
    "together": gettext_lazy("Answer to several at once"),
    "together_resolved": gettext_lazy("Answer that solves several at once"),
    "received": gettext_lazy("Your message has arrived"), "closed": gettext_lazy("Ticket closed"),
    "reminder": gettext_lazy("Reminder, another follows"), "last_reminder": gettext_lazy("Reminder, then it closes"),
    "only_reminder": gettext_lazy("Reminder, it stays open"), "unanswered": gettext_lazy("Closed without an answer"),
    "correspondence": gettext_lazy("Mail to a third party"), "notification": gettext_lazy("News for colleagues"),
    "sign_in": gettext_lazy("Link to sign in"), "reset": gettext_lazy("Link for a new password"),
    "invitation": gettext_lazy("Invitation"), "identity": gettext_lazy("Confirmation of a sign-in service"),
    "approval": gettext_lazy("Question of an approval"),
    "outage": gettext_lazy("An outage is announced"), "outage_over": gettext_lazy("An outage is over"),
    "webhook_off": gettext_lazy("A webhook takes no calls"), "webhook_gone": gettext_lazy("A webhook is gone for good"),
}  # fmt: skip


class TemplateSheet(VersionedSheet):
    """Subject and body."""

    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=300)
    body = forms.CharField(
        label=gettext_lazy("Text"), max_length=20_000, strip=False, widget=forms.Textarea(attrs={"rows": 14})
    )


@require_GET
@policy("control")
def listed(request: HttpRequest) -> HttpResponse:
    """All texts in all languages, and which are the desk's own."""
    own = set(Template.objects.values_list("key", "language"))
    rows = [
        {"key": key, "words": words, "languages": [(c, n, (key, c) in own) for c, n in settings.LANGUAGES]}
        for key, words in KEY_WORDS.items()
    ]
    return control_page(request, "templates", {"rows": rows}, at=AT)


@require_http_methods(["GET", "POST"])
@policy("control")
def one(request: HttpRequest, key: str, language: str) -> HttpResponse:
    """Word a mail anew, look at it first, or go back to the usual words."""
    if key not in rules.PLACEHOLDERS or language not in dict(settings.LANGUAGES):
        raise NotFound(code="no_template")
    own = Template.objects.filter(key=key, language=language).first()
    wanted = request.POST.get("to", "")
    if wanted == "usual" and own is not None:
        restore_usual_words(own, actor=actor_of(request))
        messages.success(request, _("The usual words are back."))
        return redirect("control:template", key, language)
    subject, body = template_words(key, language)
    sent = typed(request)
    if sent is not None:
        sent = sent.copy()
        sent.pop("to", None)
    form = TemplateSheet(sent, initial={"subject": subject, "body": body, "version": own.version if own else None})
    if wanted == "kept":
        kept = form.carry_out(lambda v: change_template(key=key, language=language, actor=actor_of(request), **v))
        if kept is not None:
            messages.success(request, _("Saved. Mails from now on use these words."))
            return redirect("control:template", key, language)
    elif sent is not None and form.is_valid():
        subject, body = form.cleaned_data["subject"], form.cleaned_data["body"]
    values = _example(language)
    context = {
        "form": form, "own": own, "key": key, "words": KEY_WORDS[key], "language": language,
        "placeholders": sorted(rules.PLACEHOLDERS[key]),
        "preview": {"subject": rules.header_safe(rules.fill(subject, values)), "body": rules.fill_body(body, values)},
    }  # fmt: skip
    return control_page(request, "template", context, at=AT)


def _example(language: str) -> dict[str, str]:
    """Values that show what a mail will look like."""
    link = f"{settings.PUBLIC_URL}/…"
    example = {
        "number": "20417", "agent": "Alan Yildiz", "team": "Service Desk", "signature": "", "name": "Rita Weber",
        "desk": "Service Desk", "minutes": "30", "within": span_words(30, language), "link": link,
        "confirm_link": link, "reopen_link": link,
        "escalate_link": link, "webhook": "Inventar", "address": "https://firm.example/hook",
        "asked_by": "Alan Yildiz", "requester": "Rita Weber", "cost": amount_words(Decimal(480), language),
    }  # fmt: skip
    if language == "de":
        return example | {
            "text": "der Etikettendrucker druckt wieder. Ursache war ein veralteter Treiber.",
            "closes_on": "27.11.2026", "next_on": "24.11.2026",
            "question": "Alan Yildiz schrieb am 18.11.2026 um 10:04:\n> Seit wann druckt er nicht?",
            "subject": "Etikettendrucker druckt nicht", "what": "Ihnen zugewiesen",
        }  # fmt: skip
    return example | {
        "text": "the label printer prints again. The cause was an old driver.", "closes_on": "27 November 2026",
        "next_on": "24 November 2026",
        "question": "Alan Yildiz wrote on 18/11/2026 at 10:04:\n> Since when does it not print?",
        "subject": "Label printer does not print", "what": "Assigned to you",
    }  # fmt: skip
