"""Agreements: with customers, between the levels, with vendors; versions, templates, a preview of what is promised."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dreiklang.kernel.errors import Invalid, NotFound
from dreiklang.organizations.models import Organization
from dreiklang.sla.commands import agreements as commands
from dreiklang.sla.models import Agreement, AgreementVersion
from dreiklang.sla.queries.drafting import COVERED, Draft
from dreiklang.sla.queries.record import hours_by_ticket, hours_worked, in_hours, version_on
from dreiklang.web.components.contracts import month_from
from dreiklang.web.control.agreement_form import AgreementSheet, initial_of, initial_of_new
from dreiklang.web.control.agreement_preview import friday_afternoon, preview_of
from dreiklang.web.control.pages import control_page
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import Sheet, typed

AT = "agreements"


class EndSheet(Sheet):
    """The last day of an agreement; empty takes an end back."""

    last_date = forms.DateField(
        label=gettext_lazy("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Empty: it goes on without end."),
    )  # fmt: skip


class TailorSheet(Sheet):
    """A copy for somebody."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    organization = forms.ModelChoiceField(label=gettext_lazy("With"), queryset=Organization.objects.none())

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = ["customer"] if agreement.kind == Agreement.Kind.SLA else ["vendor", "external"]
        field = self.fields["organization"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Organization.objects.filter(is_active=True, kind__in=kinds).order_by("sort_key")


@require_GET
@policy("control")
def listed(request: HttpRequest) -> HttpResponse:
    """All agreements by kind, with the days in which what they say now holds."""
    today = timezone.localdate()
    found = Agreement.objects.select_related("organization", "team").prefetch_related("versions")
    groups = [
        (label, [_row(agreement, today) for agreement in found if agreement.kind == kind])
        for kind, label in Agreement.Kind.choices
    ]
    return control_page(request, "agreements", {"rows": groups, "kinds": Agreement.Kind.choices}, at=AT)


def _row(agreement: Agreement, today: date) -> dict[str, Any]:
    versions = list(agreement.versions.all())
    newest = versions[-1] if versions else None
    is_over = newest is not None and newest.validity.upper is not None and newest.validity.upper <= today
    return {"agreement": agreement, "newest": newest, "days": newest and days_words(newest), "is_over": is_over}


@require_http_methods(["GET", "POST"])
@policy("control")
def new(request: HttpRequest) -> HttpResponse:
    """Make an agreement of a kind, or (``?template``) a template to tailor others from."""
    kind = request.GET.get("kind", "sla")
    if kind not in Agreement.Kind.values:
        raise NotFound
    is_template = "template" in request.GET
    form = AgreementSheet(
        typed(request),
        initial={**initial_of_new(), "preview_at": friday_afternoon()},
        kind=kind,
        is_template=is_template,
    )
    context = {
        "form": form, "agreement": None, "kind_words": Agreement.Kind(kind).label, "is_template": is_template,
        "preview_query": f"kind={kind}&{'template&' if is_template else ''}",
    }  # fmt: skip
    if request.method == "POST" and "preview" in request.GET:
        return control_page(request, "agreement", {**context, "preview": preview_of(form, None)}, at=AT)
    if request.method == "POST":
        made = form.carry_out(lambda sent: _make(form, sent, actor_of(request)))
        if made is not None:
            messages.success(request, _("The agreement is made."))
            return redirect("control:agreement", agreement_id=made.pk)
    return control_page(request, "agreement", context, at=AT)


def _make(form: AgreementSheet, sent: dict[str, Any], actor: Any) -> Agreement:
    return commands.make_agreement(
        sent["name"], actor=actor, draft=form.draft(sent), kind=form.kind, organization=sent.get("organization"),
        level=sent.get("level"), team=sent.get("team"), from_date=sent["from_date"], is_template=form.is_template,
        reference=sent.get("reference", ""), contacts=sent.get("contacts", ""),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@policy("control")
def one(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """What an agreement says, and how it says something else: at once while nothing was promised, else from a day."""
    agreement = _agreement(agreement_id)
    return _page(request, agreement)


def _page(
    request: HttpRequest, agreement: Agreement, end: EndSheet | None = None, tailor: TailorSheet | None = None
) -> HttpResponse:
    """The agreement's page; with a form below that was refused, which keeps what was typed."""
    versions = list(agreement.versions.select_related("calendar").order_by("-number"))
    newest = versions[0]
    is_used = newest.clocks.exists()
    initial = {"name": agreement.name, "reference": agreement.reference, "contacts": agreement.contacts,
               "version": agreement.version, "from_date": timezone.localdate() + timedelta(days=1),
               "preview_at": friday_afternoon(),
               **initial_of(newest)}  # fmt: skip
    below = end or tailor
    form = AgreementSheet(
        None if below else typed(request), initial=initial, kind=agreement.kind, is_template=agreement.is_template,
        is_new=False, kept=newest,
    )  # fmt: skip
    if not is_used:
        form.fields.pop("from_date", None)
    context = {
        "form": form, "agreement": agreement, "kind_words": agreement.get_kind_display(), "is_used": is_used,
        "versions": [(v, days_words(v)) for v in versions], "newest": newest, "end": end or EndSheet(),
        "tailor": tailor or TailorSheet(agreement=agreement), "is_template": agreement.is_template,
        "preview_query": "", "may_tailor": agreement.kind != Agreement.Kind.OLA,
    }  # fmt: skip
    if below is not None:
        return control_page(request, "agreement", context, at=AT)
    if request.method == "POST" and "preview" in request.GET:
        return control_page(request, "agreement", {**context, "preview": preview_of(form, agreement)}, at=AT)
    if request.method == "POST" and form.carry_out(lambda sent: _change(form, sent, agreement, newest, request)):
        messages.success(request, _("Saved."))
        return redirect("control:agreement", agreement_id=agreement.pk)
    return control_page(request, "agreement", context, at=AT)


def _change(
    form: AgreementSheet, sent: dict[str, Any], agreement: Agreement, newest: AgreementVersion, request: HttpRequest
) -> bool:
    """Names at once; what is promised as a correction while nothing was promised under it, else as a new version."""
    actor, draft = actor_of(request), form.draft(sent)
    if "from_date" in form.fields:
        if not sent["from_date"]:
            raise Invalid({"from_date": [_("From which day shall it hold?")]})
        if _says_the_same(draft, newest) and form.changed_data:
            _rename(agreement, sent, actor)
            return True
        commands.revise(agreement, actor=actor, draft=draft, from_date=sent["from_date"], version=sent["version"])
    else:
        commands.correct(newest, actor=actor, draft=draft)
    _rename(agreement, sent, actor)
    return True


def _rename(agreement: Agreement, sent: dict[str, Any], actor: Any) -> None:
    names = {"name": sent["name"], "reference": sent.get("reference", ""), "contacts": sent.get("contacts", "")}
    if any(getattr(agreement, field) != value for field, value in names.items()):
        commands.rename(agreement, actor=actor, **names)


def _says_the_same(draft: Draft, version: AgreementVersion) -> bool:
    kept = Draft.of(version)
    plain = [name for name in Draft.__dataclass_fields__ if name not in (*COVERED, "targets", "shares")]
    same = all(getattr(draft, name) == getattr(kept, name) for name in plain)
    covers = all({c.pk for c in getattr(draft, name)} == {c.pk for c in getattr(kept, name)} for name in COVERED)
    return same and covers and _sorted(draft) == _sorted(kept)


def _sorted(draft: Draft) -> tuple[list[str], list[str]]:
    return sorted(map(repr, map(_plain, draft.targets))), sorted(map(repr, map(_plain, draft.shares)))


def _plain(written: dict[str, Any]) -> list[tuple[str, Any]]:
    return sorted((name, value) for name, value in written.items() if value is not None)


@require_POST
@policy("control")
def end(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """Let it end after a day, or take its end back."""
    agreement, form = _agreement(agreement_id), EndSheet(request.POST)
    done = form.carry_out(
        lambda sent: commands.end_agreement(agreement, actor=actor_of(request), last_date=sent["last_date"])
    )
    if done is None:
        return _page(request, agreement, end=form)
    messages.success(request, _("Saved."))
    return redirect("control:agreement", agreement_id=agreement.pk)


@require_POST
@policy("control")
def tailor(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """Copy it for somebody."""
    agreement = _agreement(agreement_id)
    form = TailorSheet(request.POST, agreement=agreement)
    made = form.carry_out(
        lambda sent: commands.tailor(
            agreement, actor=actor_of(request), name=sent["name"], organization=sent["organization"]
        )
    )
    if made is None:
        return _page(request, agreement, tailor=form)
    messages.success(request, _("The copy is made; change in it what is special."))
    return redirect("control:agreement", agreement_id=made.pk)


@require_POST
@policy("control")
def drop(request: HttpRequest, agreement_id: int, version_id: int) -> HttpResponse:
    """Take back a version under which nothing was promised."""
    version = AgreementVersion.objects.select_related("agreement").filter(pk=version_id, agreement=agreement_id).first()
    if version is None:
        raise NotFound
    left = commands.drop_version(version, actor=actor_of(request))
    messages.success(request, _("Taken back."))
    return redirect("control:agreement", agreement_id=left.pk) if left else redirect("control:agreements")


@require_GET
@policy("control")
def billing(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """The hours worked in the contract's period around a month, a line per ticket, and what is to be paid, as CSV."""
    agreement = _agreement(agreement_id)
    month = month_from(request.GET.get("month", ""))
    version = version_on(agreement, month)
    if version is None:
        raise NotFound
    hours = hours_worked(version, month)
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="billing-{agreement.pk}-{hours.first:%Y-%m}.csv"'
    rows = csv.writer(answer, delimiter=";")
    rows.writerow(["agreement", "from", "to", "ticket", "subject", "hours", "included", "further", "rate", "amount",
                   "currency", "minutes"])  # fmt: skip
    span = [agreement.name, hours.first.isoformat(), hours.last.isoformat()]
    found = hours_by_ticket(version, hours)
    whole = _plain_number(sum((minutes for *_of, minutes in found), Decimal("0.0")))
    for number, subject, minutes in found:
        rows.writerow(
            [*map(_cell, span), number, _cell(subject), in_hours(minutes), "", "", "", "", "", _plain_number(minutes)]
        )
    rows.writerow([*map(_cell, span), "", "", hours.worked, _or_empty(hours.included), hours.further,
                   _or_empty(hours.rate), _or_empty(hours.amount), hours.currency, whole])  # fmt: skip
    return answer


def _cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula (P37)."""
    return f"'{text}" if text[:1] in "=+-@\t\r" else text


def _plain_number(minutes: Decimal) -> str:
    return f"{minutes:f}".removesuffix(".0")


def _or_empty(value: Any) -> Any:
    return "" if value is None else value


def days_words(version: AgreementVersion) -> str:
    """The days in which a version holds."""
    first, after = version.validity.lower, version.validity.upper
    start = _("always") if first == commands.ALWAYS else date_words(first)
    if after is None:
        return start if first == commands.ALWAYS else _("from %(day)s") % {"day": start}
    last = date_words(after - timedelta(days=1))
    if first == commands.ALWAYS:
        return _("until %(day)s") % {"day": last}
    return _("%(first)s to %(last)s") % {"first": start, "last": last}


def date_words(day: date) -> str:
    """A day in the reader's way."""
    from django.utils.formats import date_format

    return str(date_format(day, "SHORT_DATE_FORMAT"))


def _agreement(agreement_id: int) -> Agreement:
    found = Agreement.objects.select_related("organization", "team").filter(pk=agreement_id).first()
    if found is None:
        raise NotFound
    return found
