"""Mailboxes: the desk's addresses, and the test of their connection."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dreiklang.channels.mail.oauth.tokens import consent_of
from dreiklang.channels.mail.settings import commands, trying
from dreiklang.channels.models import Brand, Mailbox, Tls
from dreiklang.kernel.errors import NotFound
from dreiklang.teams.models import Team
from dreiklang.web.control.pages import control_page
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import VersionedSheet, typed

AT = "mailboxes"


def _secret(label: Any) -> forms.CharField:
    """A password field that never shows what is kept."""
    return forms.CharField(
        label=label, required=False, max_length=500, strip=False,
        help_text=gettext_lazy("Never shown. Left empty it stays, unless server or user name change."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip


class MailboxSheet(VersionedSheet):
    """A mailbox."""

    address = forms.CharField(label=gettext_lazy("Mail address"), max_length=254)
    name = forms.CharField(
        label=gettext_lazy("Sender's name"), max_length=200, help_text=gettext_lazy("What people read as the sender.")
    )
    team = forms.ModelChoiceField(
        label=gettext_lazy("Goes to"), required=False, empty_label=gettext_lazy("the first level"),
        queryset=Team.objects.filter(level=1, is_active=True).order_by("name"),
    )  # fmt: skip
    brand = forms.ModelChoiceField(
        label=gettext_lazy("Brand"), required=False, empty_label=gettext_lazy("none"),
        queryset=Brand.objects.order_by("name"), help_text=gettext_lazy("Look and name of what leaves from here."),
    )  # fmt: skip
    is_active = forms.BooleanField(label=gettext_lazy("In use"), required=False, initial=True)
    is_catch_all = forms.BooleanField(
        label=gettext_lazy("Takes mail to addresses that no other mailbox has"), required=False
    )
    has_plus_addresses = forms.BooleanField(
        label=gettext_lazy("The mail server delivers name+anything@ to name@"), required=False,
        help_text=gettext_lazy("Answers then find their ticket even if a mail program drops everything else."),
    )  # fmt: skip
    authserv_id = forms.CharField(
        label=gettext_lazy("Name of our mail server in Authentication-Results"), required=False, max_length=253
    )
    checks_dkim = forms.BooleanField(label=gettext_lazy("Check DKIM signatures ourselves"), required=False)
    fetch = forms.ChoiceField(label=gettext_lazy("Mail comes in by"), choices=Mailbox.Fetch.choices)
    imap_host = forms.CharField(label=gettext_lazy("Server (IMAP or POP3)"), required=False, max_length=253)
    imap_port = forms.IntegerField(label=gettext_lazy("Port"), initial=993)
    imap_tls = forms.ChoiceField(label=gettext_lazy("Protection"), choices=Tls.choices)
    imap_username = forms.CharField(label=gettext_lazy("User name"), required=False, max_length=254)
    imap_password = _secret(gettext_lazy("Password"))
    imap_folder = forms.CharField(label=gettext_lazy("Folder (IMAP)"), required=False, max_length=200, initial="INBOX")
    after = forms.ChoiceField(label=gettext_lazy("After fetching"), choices=Mailbox.After.choices)
    move_to = forms.CharField(label=gettext_lazy("To the folder"), required=False, max_length=200)
    takes_old_mail = forms.BooleanField(
        label=gettext_lazy("At the first connection, take in what lies there already"), required=False,
        help_text=gettext_lazy("Usually off: old mails would become new tickets."),
    )  # fmt: skip
    smtp_host = forms.CharField(label=gettext_lazy("SMTP server"), required=False, max_length=253)
    smtp_port = forms.IntegerField(label=gettext_lazy("Port"), initial=587)
    smtp_tls = forms.ChoiceField(label=gettext_lazy("Protection"), choices=Tls.choices, initial=Tls.STARTTLS)
    smtp_username = forms.CharField(label=gettext_lazy("User name"), required=False, max_length=254)
    smtp_password = _secret(gettext_lazy("Password"))


@require_GET
@policy("control")
def listed(request: HttpRequest) -> HttpResponse:
    """All mailboxes, with when they were last looked into and what was wrong."""
    rows = Mailbox.objects.select_related("team").order_by("-is_active", "address")
    return control_page(request, "mailboxes", {"rows": rows}, at=AT)


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("imap_password", "smtp_password")
@policy("control")
def new(request: HttpRequest) -> HttpResponse:
    """Give the desk another address."""
    form = MailboxSheet(typed(request))
    if request.method == "POST":
        made = form.carry_out(lambda sent: _make(sent, request))
        if made is not None:
            messages.success(request, _("The mailbox is made. Test its connection now."))
            return redirect("control:mailbox", made.pk)
    return control_page(request, "mailbox", {"form": form, "mailbox": None}, at=AT)


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("imap_password", "smtp_password")
@policy("control")
def one(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """Change a mailbox. Its address stays: threads and answers hang on it."""
    mailbox = _mailbox(mailbox_id)
    form = _sheet(mailbox, typed(request))
    if request.method == "POST":
        done = form.carry_out(lambda sent: commands.change_mailbox(mailbox, actor=actor_of(request), **sent))
        if done is not None:
            messages.success(request, _("Saved."))
            return redirect("control:mailbox", mailbox.pk)
    return control_page(
        request, "mailbox", {"form": form, "mailbox": mailbox, "trials": [], "consent": consent_of(mailbox)}, at=AT
    )


@require_POST
@policy("control")
def test(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """Sign in at the servers with what is kept; fetch and send nothing."""
    mailbox = _mailbox(mailbox_id)
    trials = trying.try_fetching(mailbox)
    if mailbox.smtp_host:
        trials.append(trying.try_smtp(mailbox))
    context = {"form": _sheet(mailbox), "mailbox": mailbox, "trials": trials, "was_tested": True}
    context["consent"] = consent_of(mailbox)
    return control_page(request, "mailbox", context, at=AT)


def _sheet(mailbox: Mailbox, sent: Any = None) -> MailboxSheet:
    initial = {n: getattr(mailbox, n) for n in (*commands.FIELDS, "version") if not n.endswith("_password")}
    form = MailboxSheet(sent, initial=initial)
    del form.fields["address"]
    return form


def _make(sent: dict[str, Any], request: HttpRequest) -> Mailbox:
    sent.pop("version")
    return commands.make_mailbox(sent.pop("address"), actor=actor_of(request), **sent)


def _mailbox(mailbox_id: int) -> Mailbox:
    found = Mailbox.objects.filter(pk=mailbox_id).first()
    if found is None:
        raise NotFound(code="no_mailbox")
    return found
