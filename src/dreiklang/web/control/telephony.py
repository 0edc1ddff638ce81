"""Telephone systems: which may tell of calls, who sits where, and what is said on the phone."""

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

from dreiklang.channels.telephony import asterisk, commands, queries
from dreiklang.channels.telephony.models import Misread, Script, System
from dreiklang.kernel.errors import Invalid, NotFound
from dreiklang.organizations.models import Organization, Person
from dreiklang.organizations.policy import persons_visible_to
from dreiklang.teams.models import Team
from dreiklang.tickets.models import Category
from dreiklang.web.control.pages import control_page
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import Lines, Sheet, VersionedSheet, typed

AT = "telephony"


class SystemSheet(VersionedSheet):
    """A telephone system. Its kind and organisation stay: calls hang on them."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=System.Kind.choices)
    organization = forms.ModelChoiceField(
        label=gettext_lazy("Callers nobody knows belong to"),
        queryset=Organization.objects.filter(is_active=True).order_by("sort_key"),
    )
    team = forms.ModelChoiceField(
        label=gettext_lazy("Missed calls go to"), required=False, empty_label=gettext_lazy("the first level"),
        queryset=Team.objects.filter(level=1, is_active=True).order_by("name"),
        help_text=gettext_lazy("This team sees all calls of the system; without one, everybody at the desk does."),
    )  # fmt: skip
    region = forms.CharField(
        label=gettext_lazy("Country"), max_length=2, initial="DE", help_text=gettext_lazy("Two letters, such as DE.")
    )
    area_code = forms.CharField(
        label=gettext_lazy("Area code"), max_length=10, required=False,
        help_text=gettext_lazy("Without its zero, for numbers that the system writes without it."),
    )  # fmt: skip
    opens_for_missed = forms.BooleanField(
        label=gettext_lazy("A missed call opens a ticket"), required=False, initial=True
    )
    missed_after = forms.IntegerField(
        label=gettext_lazy("… if it rang for so many seconds"), initial=5, min_value=0, max_value=600
    )
    is_active = forms.BooleanField(label=gettext_lazy("May tell of calls"), required=False, initial=True)
    dials = forms.BooleanField(label=gettext_lazy("Calls at a click"), required=False)
    dial_url = forms.CharField(
        label=gettext_lazy("Address for calling"), max_length=500, required=False,
        help_text=gettext_lazy(
            "Empty: that of sipgate or Placetel. Another system gets {“from”, “to”} as JSON. Asterisk: its manager "
            "interface, such as tls://pbx.example.org:5039 or tcp://192.0.2.5:5038; the desk listens there, too."
        ),
    )  # fmt: skip
    dial_user = forms.CharField(label=gettext_lazy("Signs in as"), max_length=200, required=False)
    dial_secret = forms.CharField(
        label=gettext_lazy("Secret"), max_length=500, required=False, strip=False,
        help_text=gettext_lazy("Never shown. Left empty it stays, unless the address changes."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    dial_context = forms.CharField(
        label=gettext_lazy("Context of the dial plan"), max_length=80, required=False, initial="from-internal",
        help_text=gettext_lazy("Asterisk only: in which calls at a click are made."),
    )  # fmt: skip
    dial_plus = forms.CharField(
        label=gettext_lazy("Dialled in place of +"), max_length=8, required=False, initial="00",
        help_text=gettext_lazy("Asterisk only: 00, or 000 where a 0 leads outside."),
    )  # fmt: skip


class PlacesSheet(VersionedSheet):
    """Who sits where, one a line."""

    extensions = Lines(
        label=gettext_lazy("Extensions"), required=False, max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "One a line: extension = mail address of the person. As the system writes it: 23, w0, a number."
        ),
    )  # fmt: skip


class ScriptSheet(VersionedSheet):
    """What is said and asked, and how such calls may end."""

    words = forms.CharField(
        label=gettext_lazy("What to say and ask"), required=False, max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 10}),
    )  # fmt: skip
    outcomes = Lines(
        label=gettext_lazy("How it may end"), required=False, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("One a line; offered when the card is done with."),
    )  # fmt: skip


class NewScriptSheet(Sheet):
    """For which category a script shall be written."""

    category = forms.ModelChoiceField(
        label=gettext_lazy("Category"), required=False, empty_label=gettext_lazy("all calls"),
        queryset=Category.objects.filter(is_active=True).order_by("position", "name"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@policy("control")
def listed(request: HttpRequest) -> HttpResponse:
    """All systems, all scripts; a new script begins here."""
    form = NewScriptSheet(typed(request))
    if request.method == "POST" and form.is_valid():
        category = form.cleaned_data["category"]
        return redirect("control:phone_script", category.pk if category else 0)
    scripts = Script.objects.select_related("category").order_by("category__position", "category__name", "pk")
    context = {"rows": list(queries.systems()), "scripts": list(scripts), "form": form}
    return control_page(request, "telephony", context, at=AT)


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("dial_secret")
@policy("control")
def new(request: HttpRequest) -> HttpResponse:
    """Let a system tell of its calls. Its token is shown on the page that answers, and never again."""
    form = SystemSheet(typed(request))
    if request.method == "POST":
        made = form.carry_out(lambda sent: _make(sent, request))
        if made is not None:
            return _page(request, made[0], token="" if made[0].kind == System.Kind.ASTERISK else made[1])
    return control_page(request, "telephony_system", {"form": form, "system": None}, at=AT)


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("dial_secret")
@policy("control")
def one(request: HttpRequest, system_id: int) -> HttpResponse:
    """Change a system; see how it tells of calls and what could not be read."""
    system = _system(system_id)
    form = _sheet(system, typed(request))
    if request.method == "POST":
        done = form.carry_out(lambda sent: commands.change_system(system, actor=actor_of(request), **sent))
        if done is not None:
            messages.success(request, _("Saved."))
            return redirect("control:phone_system", done.pk)
    return _page(request, system, form=form)


@require_POST
@policy("control")
def extensions(request: HttpRequest, system_id: int) -> HttpResponse:
    """Say anew who sits where."""
    system = _system(system_id)
    form = PlacesSheet(typed(request))
    done = form.carry_out(lambda sent: _put_places(system, sent, request))
    if done is not None:
        messages.success(request, _("Saved."))
        return redirect("control:phone_system", done.pk)
    return _page(request, system, places=form)


@require_POST
@policy("control")
def test(request: HttpRequest, system_id: int) -> HttpResponse:
    """Sign in at an Asterisk with what is kept; call nobody."""
    system = _system(system_id)
    if system.kind != System.Kind.ASTERISK:
        raise NotFound(code="no_system")
    return _page(request, system, trial=asterisk.tried(system))


@require_POST
@policy("control")
def token(request: HttpRequest, system_id: int) -> HttpResponse:
    """A new token; the old one is refused from now on."""
    system, secret = commands.new_token(_system(system_id), actor=actor_of(request))
    return _page(request, system, token=secret)


@require_POST
@policy("control")
def signing(request: HttpRequest, system_id: int) -> HttpResponse:
    """Demand a signature with a fresh secret, or none any more."""
    is_wanted = request.POST.get("wanted") == "yes"
    system, secret = commands.new_signing(_system(system_id), actor=actor_of(request), is_wanted=is_wanted)
    return _page(request, system, secret=secret)


@require_GET
@policy("control")
def misread(request: HttpRequest, system_id: int, misread_id: int) -> HttpResponse:
    """What could not be read in its own bytes, as plain text that nothing interprets."""
    found = Misread.objects.filter(pk=misread_id, system_id=system_id).first()
    if found is None:
        raise NotFound(code="no_call")
    answer = HttpResponse(bytes(found.raw), content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="call-{found.pk}.txt"'
    return answer


@require_http_methods(["GET", "POST"])
@policy("control")
def script(request: HttpRequest, category_id: int) -> HttpResponse:
    """The script of a category; 0 is the one for all calls."""
    category = Category.objects.filter(pk=category_id).first()
    if category_id and category is None:
        raise NotFound(code="no_category")
    kept = Script.objects.filter(category=category).first()
    initial = {"words": kept.words, "outcomes": kept.outcomes, "version": kept.version} if kept else {}
    form = ScriptSheet(typed(request), initial=initial)
    if request.method == "POST":
        done = form.carry_out(lambda sent: commands.change_script(category, actor=actor_of(request), **sent))
        if done is not None:
            messages.success(request, _("Saved."))
            return redirect("control:telephony")
    context = {"form": form, "category": category, "category_id": category_id, "kept": kept}
    return control_page(request, "telephony_script", context, at=AT)


@require_POST
@policy("control")
def remove_script(request: HttpRequest, category_id: int) -> HttpResponse:
    """Take a script away; the one above it counts again."""
    kept = Script.objects.filter(category__pk=category_id).first() if category_id else _script_for_all()
    if kept is None:
        raise NotFound(code="no_script")
    commands.remove_script(kept, actor=actor_of(request))
    messages.success(request, _("The script is removed."))
    return redirect("control:telephony")


def _script_for_all() -> Script | None:
    return Script.objects.filter(category=None).first()


def _page(
    request: HttpRequest, system: System, *, form: SystemSheet | None = None, places: PlacesSheet | None = None,
    token: str = "", secret: str = "", trial: asterisk.Trial | None = None,
) -> HttpResponse:  # fmt: skip
    seats = system.extensions.select_related("person").prefetch_related("person__addresses")
    lines = [f"{place.value} = {_address(place.person)}" for place in seats]
    context = {
        "form": form or _sheet(system),
        "places": places or PlacesSheet(initial={"extensions": lines, "version": system.version}),
        "system": system,
        "token": token,
        "secret": secret,
        "trial": trial,
        "is_listened_to": system.kind == System.Kind.ASTERISK,
        "address": request.build_absolute_uri(reverse("telephony", args=[system.key])),
        "misread": list(system.misread.defer("raw").order_by("-id")[:20]),
    }
    return control_page(request, "telephony_system", context, at=AT)


def _sheet(system: System, sent: Any = None) -> SystemSheet:
    names = [name for name in (*SystemSheet.base_fields, "version") if name not in ("dial_secret", "organization")]
    form = SystemSheet(sent, initial={name: getattr(system, name) for name in names})
    del form.fields["kind"], form.fields["organization"]
    if system.kind != System.Kind.ASTERISK:
        del form.fields["dial_context"], form.fields["dial_plus"]
    return form


def _make(sent: dict[str, Any], request: HttpRequest) -> tuple[System, str]:
    sent.pop("version")
    return commands.make_system(sent.pop("name"), actor=actor_of(request), **sent)


def _put_places(system: System, sent: dict[str, Any], request: HttpRequest) -> System:
    """Lines of 'extension = mail address' as the command wants them. Raises Invalid with the line that is wrong."""
    found: list[tuple[str, Person]] = []
    seen = persons_visible_to(actor_of(request)).filter(is_active=True)
    for line in sent["extensions"]:
        value, _sign, address = line.partition("=")
        person = seen.filter(addresses__kind="mail", addresses__folded=address.strip().lower()).first()
        if person is None:
            raise Invalid({"extensions": [_("Nobody has this address: %(line)s") % {"line": line[:100]}]})
        found.append((value.strip(), person))
    return commands.put_extensions(system, actor=actor_of(request), places=found, version=sent["version"])


def _address(person: Person) -> str:
    mails = [address for address in person.addresses.all() if address.kind == "mail"]
    return min(mails, key=lambda a: (not a.is_first, a.pk)).value if mails else person.name


def _system(system_id: int) -> System:
    found = System.objects.select_related("team").filter(pk=system_id).first()
    if found is None:
        raise NotFound(code="no_system")
    return found
