"""Messengers: our lines at services, their secrets and addresses, what could not be read and what has not left."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dreiklang.channels.messengers import commands, queries
from dreiklang.channels.messengers.adapters import ADAPTERS
from dreiklang.channels.messengers.adapters.sms import FIELDS as MAPPED
from dreiklang.channels.messengers.commands.lines import SECRETS
from dreiklang.channels.messengers.models import Leaving, Line, Post
from dreiklang.kernel.errors import NotFound, Refusal
from dreiklang.organizations.models import Organization
from dreiklang.teams.models import Team
from dreiklang.tickets.models import Category
from dreiklang.web.control.pages import control_page
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import VersionedSheet, typed

AT = "messengers"
#: What the fields of a line are called at each service; a field that is not named here the service does not know.
LABELS: dict[str, dict[str, Any]] = {
    "whatsapp": {
        "ref": gettext_lazy("Phone number ID"),
        "token": gettext_lazy("Access token"),
        "signing_secret": gettext_lazy("App secret"),
    },
    "telegram": {"token": gettext_lazy("Token of the bot"), "ref": gettext_lazy("User name of the bot")},
    "sms": {
        "base_url": gettext_lazy("Address for sending"),
        "token": gettext_lazy("Secret for sending"),
        "ref": gettext_lazy("Our number or name as sender"),
        "signing_secret": gettext_lazy("Secret of the gateway's signature"),
        "mapping": gettext_lazy("Which field bears what"),
    },
}
LABELS |= {
    "matrix": {
        "base_url": gettext_lazy("Address of the homeserver"),
        "ref": gettext_lazy("User of the desk (@desk:example.org)"),
        "token": gettext_lazy("Access token"),
    },
    "mattermost": {
        "base_url": gettext_lazy("Address of the server"),
        "ref": gettext_lazy("User name of the bot"),
        "token": gettext_lazy("Token of the bot"),
        "signing_secret": gettext_lazy("Token of the outgoing webhook"),
    },
    "slack": {"token": gettext_lazy("Token of the bot"), "signing_secret": gettext_lazy("Signing secret")},
    "teams": {
        "base_url": gettext_lazy("Address of the workflow that posts answers"),
        "signing_secret": gettext_lazy("Security token of the outgoing webhook"),
    },
}
_CHOSEN_PER_SERVICE = ("ref", "base_url", "token", "signing_secret", "mapping")


def _secret(help_text: Any) -> forms.CharField:
    return forms.CharField(
        max_length=2_000, required=False, help_text=help_text,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip


class LineSheet(VersionedSheet):
    """One line of ours. Its service and organisation stay: tickets hang on them."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    organization = forms.ModelChoiceField(
        label=gettext_lazy("Senders nobody knows belong to"),
        queryset=Organization.objects.filter(is_active=True).order_by("sort_key"),
    )
    team = forms.ModelChoiceField(
        label=gettext_lazy("Goes to"), required=False, empty_label=gettext_lazy("the first level"),
        queryset=Team.objects.filter(level=1, is_active=True).order_by("name"),
    )  # fmt: skip
    category = forms.ModelChoiceField(
        label=gettext_lazy("Category"), required=False, empty_label=gettext_lazy("none"),
        queryset=Category.objects.filter(is_active=True).order_by("position", "name"),
    )  # fmt: skip
    ref = forms.CharField(max_length=200, required=False)
    base_url = forms.CharField(max_length=500, required=False)
    token = _secret(gettext_lazy("Never shown. Left empty it stays, unless the address changes."))
    signing_secret = _secret(gettext_lazy("Never shown. Left empty it stays."))
    mapping = forms.CharField(
        required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
        help_text=gettext_lazy("One a line, only what differs: in_text = message.body"),
    )  # fmt: skip
    region = forms.CharField(
        label=gettext_lazy("Country"), max_length=2, initial="DE", help_text=gettext_lazy("Two letters, such as DE.")
    )
    is_active = forms.BooleanField(label=gettext_lazy("Switched on"), required=False, initial=True)

    def clean_mapping(self) -> dict[str, str]:
        """Lines of ``field = name`` as the command wants them."""
        found: dict[str, str] = {}
        for line in self.cleaned_data["mapping"].splitlines():
            name, sign, value = line.partition("=")
            if line.strip() and not sign:
                raise forms.ValidationError(
                    _("Each line needs “field = name”. Fields: %(names)s") % {"names": ", ".join(MAPPED)}
                )
            if line.strip():
                found[name.strip()] = value.strip()
        return found


@require_GET
@policy("control")
def listed(request: HttpRequest) -> HttpResponse:
    """All lines with what is wrong with them, and the services of which a new one can be."""
    rows = [(line, ADAPTERS[line.kind].title, queries.why(line.problem)) for line in queries.lines(actor_of(request))]
    context = {"rows": rows, "services": [(kind, one.title) for kind, one in ADAPTERS.items()]}
    return control_page(request, "messengers", context, at=AT)


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("token", "signing_secret")
@policy("control")
def new(request: HttpRequest, service: str) -> HttpResponse:
    """Open a line. The word by which the service shows itself stands on the page that answers, and never again."""
    if service not in ADAPTERS:
        raise NotFound(code="no_service")
    form = _fitted(LineSheet(typed(request)), service)
    if request.method == "POST":
        made = form.carry_out(lambda sent: _make(sent, service, request))
        if made is not None:
            return _page(request, made, word=made.word if ADAPTERS[service].takes_word else "")
    context = {"form": form, "line": None, "service": service, "title": ADAPTERS[service].title}
    return control_page(request, "messenger", context, at=AT)


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("token", "signing_secret")
@policy("control")
def one(request: HttpRequest, line_id: int) -> HttpResponse:
    """Change a line; see what to enter at the service, what could not be read and what has not left."""
    line = _line(request, line_id)
    form = _sheet(line, typed(request))
    if request.method == "POST":
        done = form.carry_out(lambda sent: commands.change_line(line, actor=actor_of(request), **sent))
        if done is not None:
            messages.success(request, _("Saved."))
            return redirect("control:messenger", done.pk)
    return _page(request, line, form=form)


@require_POST
@policy("control")
def word(request: HttpRequest, line_id: int) -> HttpResponse:
    """A new word; the old one is refused from now on."""
    line, fresh = commands.new_word(_line(request, line_id), actor=actor_of(request))
    return _page(request, line, word=fresh)


@require_POST
@policy("control")
def test(request: HttpRequest, line_id: int) -> HttpResponse:
    """Ask the service who we are there."""
    line = _line(request, line_id)
    try:
        told = ADAPTERS[line.kind].test(line)
    except Refusal as wrong:
        return _page(request, line, tested=f"{queries.why(wrong.code)} {wrong}".strip())
    return _page(request, line, tested=told, is_well=True)


@require_GET
@policy("control")
def post(request: HttpRequest, line_id: int, post_id: int) -> HttpResponse:
    """What was handed to us in its own bytes, as plain text that nothing interprets."""
    found = Post.objects.filter(pk=post_id, line=_line(request, line_id)).first()
    if found is None:
        raise NotFound(code="no_post")
    answer = HttpResponse(bytes(found.raw), content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="post-{found.pk}.txt"'
    return answer


@require_POST
@policy("control")
def again(request: HttpRequest, line_id: int, leaving_id: int) -> HttpResponse:
    """Let an answer leave once more."""
    found = Leaving.objects.filter(pk=leaving_id, talk__line=_line(request, line_id)).first()
    if found is None:
        raise NotFound(code="no_answer")
    commands.try_again(found, actor=actor_of(request))
    messages.success(request, _("It is sent again."))
    return redirect("control:messenger", line_id)


def _page(
    request: HttpRequest, line: Line, *, form: LineSheet | None = None, word: str = "", tested: str = "",
    is_well: bool = False,
) -> HttpResponse:  # fmt: skip
    stuck = queries.stuck_of(line, actor=actor_of(request))
    context = {
        "form": form or _sheet(line),
        "line": line,
        "service": line.kind,
        "title": ADAPTERS[line.kind].title,
        "word": word,
        "tested": tested,
        "is_well": is_well,
        "why": queries.why(line.problem),
        "has_word": ADAPTERS[line.kind].takes_word,
        "polls": ADAPTERS[line.kind].polls,
        "address": request.build_absolute_uri(reverse("messengers", args=[line.key])),
        "misread": list(line.posts.filter(state=Post.State.REFUSED).defer("raw").order_by("-id")[:20]),
        "stuck": [(one, queries.why(one.problem)) for one in stuck],
    }
    return control_page(request, "messenger", context, at=AT)


def _fitted(form: LineSheet, service: str) -> LineSheet:
    """The form with the fields that a service knows, called as it calls them."""
    labels = LABELS[service]
    for name in _CHOSEN_PER_SERVICE:
        if name in labels or name == "base_url":
            form.fields[name].label = labels.get(name, _("Another address of the service"))
        else:
            del form.fields[name]
    return form


def _sheet(line: Line, sent: Any = None) -> LineSheet:
    names = [n for n in (*LineSheet.base_fields, "version") if n not in (*SECRETS, "organization")]
    mapping = "\n".join(f"{name} = {value}" for name, value in line.mapping.items())
    form = LineSheet(sent, initial={**{name: getattr(line, name) for name in names}, "mapping": mapping})
    del form.fields["organization"]
    return _fitted(form, line.kind)


def _make(sent: dict[str, Any], service: str, request: HttpRequest) -> Line:
    sent.pop("version")
    return commands.make_line(sent.pop("name"), actor=actor_of(request), kind=service, **sent)


def _line(request: HttpRequest, line_id: int) -> Line:
    found = queries.lines(actor_of(request)).filter(pk=line_id).first()
    if found is None:
        raise NotFound(code="no_line")
    return found
