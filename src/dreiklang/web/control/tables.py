"""Tables of other desks: a file is chosen, its columns are named, every line looked at, then read in; and back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dreiklang.exchange.commands import importing
from dreiklang.exchange.models import Import, ImportLine
from dreiklang.exchange.queries.planning import fields_of, preview_of, table_of
from dreiklang.exchange.queries.runs import Progress, import_of, imports_for, lines_of, progress_of
from dreiklang.exchange.reactions import AT_ONCE, read_in, undo
from dreiklang.exchange.rules.columns import NEEDED, OWN_FIELD
from dreiklang.kernel.errors import Invalid, NotFound
from dreiklang.tickets.models import OwnField
from dreiklang.web import forms as read_forms
from dreiklang.web.control.pages import control_page
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import Sheet, VersionedSheet, typed

AT = "tables"
FIELDS = {
    "subject": gettext_lazy("Subject"), "text": gettext_lazy("Text"),
    "requester": gettext_lazy("Requester: mail address"),
    "requester_name": gettext_lazy("Requester: name"), "organization": gettext_lazy("Organisation"),
    "kind": gettext_lazy("Kind"), "category": gettext_lazy("Category"), "impact": gettext_lazy("Impact"),
    "urgency": gettext_lazy("Urgency"), "team": gettext_lazy("First level team"), "state": gettext_lazy("State"),
    "opened_at": gettext_lazy("Opened"), "ended_at": gettext_lazy("Closed"), "solution": gettext_lazy("Solution"),
    "tags": gettext_lazy("Tags"), "language": gettext_lazy("Language"),
    "reference": gettext_lazy("Number at the former desk"), "name": gettext_lazy("Name"), "key": gettext_lazy("Key"),
    "mail_domains": gettext_lazy("Mail domains"), "phone": gettext_lazy("Phone"), "region": gettext_lazy("Region"),
    "sites": gettext_lazy("Sites"), "note": gettext_lazy("Note"),
}  # fmt: skip
KINDS = [choice for choice in Import.Kind.choices if choice[0] != Import.Kind.PERSONS]


class FileSheet(Sheet):
    """The file, and what stands in it."""

    kind = forms.ChoiceField(label=gettext_lazy("What stands in it"), choices=KINDS)
    file = forms.FileField(
        label=gettext_lazy("CSV file"), widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv"})
    )


class MappingSheet(VersionedSheet):
    """What each column means, and what holds for lines that do not say who asked."""

    requester = forms.CharField(
        label=gettext_lazy("Requester of lines without one"), required=False, max_length=254, widget=forms.EmailInput,
        help_text=gettext_lazy("The mail address of a person here. Empty: such lines are refused."),
    )  # fmt: skip
    makes_persons = forms.BooleanField(
        label=gettext_lazy("Make persons of unknown addresses"), required=False,
        help_text=gettext_lazy("In the organisation that the line names or that claims the domain of the address."),
    )  # fmt: skip

    def __init__(self, *args: Any, run: Import, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("left out")), *((name, field_words(name)) for name in fields_of(run.kind))]
        for place, heading in enumerate(run.headings):
            self.fields[f"column-{place}"] = forms.ChoiceField(
                label=heading or _("column %(n)d") % {"n": place + 1}, choices=choices, required=False,
                widget=forms.Select(attrs={"class": "form-select"}),
            )  # fmt: skip
        if run.kind != Import.Kind.TICKETS:
            del self.fields["requester"], self.fields["makes_persons"]
        self.width = len(run.headings)

    @property
    def columns(self) -> list[Any]:
        """The fields of the columns."""
        return [self[f"column-{place}"] for place in range(self.width)]


def field_words(name: str) -> str:
    """What a column means, in words; own fields by their name."""
    if name.startswith(OWN_FIELD):
        found = OwnField.objects.filter(key=name.removeprefix(OWN_FIELD)).first()
        return found.label_in(get_language() or "en") if found else name
    return str(FIELDS.get(name, name))


@require_http_methods(["GET", "POST"])
@policy("control")
def listed(request: HttpRequest) -> HttpResponse:
    """What was read in, the newest first; and a form for one more."""
    actor = actor_of(request)
    form = FileSheet(typed(request), request.FILES or None)
    if request.method == "POST":
        made = form.carry_out(
            lambda sent: importing.prepare_import(
                sent["file"].read(), actor=actor, kind=sent["kind"], filename=sent["file"].name
            )
        )
        if made is not None:
            return redirect("control:table", made.pk)
    rows = [{"run": run, "progress": progress_of(run)} for run in imports_for(actor)]
    return control_page(request, "tables", {"form": form, "rows": rows, "needed": NEEDED}, at=AT)


@require_http_methods(["GET", "POST"])
@policy("control")
def one(request: HttpRequest, import_id: int) -> HttpResponse:
    """Before it began: its columns and what would become of its lines. Afterwards: what became of them."""
    actor = actor_of(request)
    run = import_of(import_id, actor=actor)
    if run.state != Import.State.PREPARED:
        return control_page(request, "table_run", _state(run), at=AT)
    form = MappingSheet(typed(request), initial=_initial(run), run=run)
    if request.method == "POST":
        kept = form.carry_out(lambda sent: importing.set_mapping(run, actor=actor, **_named(sent, run)))
        if kept is not None:
            messages.success(request, _("Looked at anew."))
            return redirect("control:table", run.pk)
    return control_page(request, "table", {"run": run, "form": form, **_looked_at(run, form)}, at=AT)


def _initial(run: Import) -> dict[str, Any]:
    columns = {f"column-{place}": meaning for place, meaning in enumerate(run.mapping)}
    return {"version": run.version, **run.options, **columns}


def _named(sent: dict[str, Any], run: Import) -> dict[str, Any]:
    mapping = [sent.pop(f"column-{place}") for place in range(len(run.headings))]
    return {"mapping": mapping, **sent}


def _looked_at(run: Import, form: MappingSheet) -> dict[str, Any]:
    table = table_of(run)
    samples = [
        next((row[n] for _line, row in table.rows[:50] if n < len(row) and row[n].strip()), "")[:80]
        for n in range(len(run.headings))
    ]
    missing = [field_words(name) for name in NEEDED[run.kind] if name not in run.mapping]
    return {
        "table": table, "columns": list(zip(form.columns, samples, strict=True)), "missing": missing,
        "preview": preview_of(run) if not missing else None,
    }  # fmt: skip


@require_POST
@policy("control")
def begin(request: HttpRequest, import_id: int) -> HttpResponse:
    """Read it in: a short table at once, a long one by itself."""
    actor = actor_of(request)
    run = import_of(import_id, actor=actor)
    try:
        run = importing.begin_import(run, actor=actor, version=read_forms.version_of(request))
    except Invalid as refused:
        messages.error(request, str(refused))
        return redirect("control:table", run.pk)
    if run.total <= AT_ONCE:
        read_in(run)
    return redirect("control:table", run.pk)


@require_POST
@policy("control")
def taking_back(request: HttpRequest, import_id: int) -> HttpResponse:
    """Undo it: what is untouched goes, the rest stays and says why."""
    actor = actor_of(request)
    run = importing.take_back(import_of(import_id, actor=actor), actor=actor)
    if run.total <= AT_ONCE:
        undo(run)
    return redirect("control:table", run.pk)


@require_POST
@policy("control")
def forget(request: HttpRequest, import_id: int) -> HttpResponse:
    """Forget a file that was only looked at."""
    actor = actor_of(request)
    importing.forget_import(import_of(import_id, actor=actor), actor=actor)
    messages.success(request, _("The file is forgotten. Nothing was written."))
    return redirect("control:tables")


@require_GET
@policy("control")
def state(request: HttpRequest, import_id: int) -> HttpResponse:
    """How far it is, as a fragment."""
    run = import_of(import_id, actor=actor_of(request))
    if run.state == Import.State.PREPARED:
        raise NotFound(code="no_import")
    return render(request, "web/control/table_state.html", _state(run))


def _state(run: Import) -> dict[str, Any]:
    progress: Progress = progress_of(run)
    return {
        "run": run, "progress": progress, "lines": lines_of(run),
        "is_going": run.state in (Import.State.RUNNING, Import.State.GOING_BACK),
        "may_undo": run.state == Import.State.DONE and progress.made > 0,
        "outcomes": {
            ImportLine.Outcome.MADE: _("new"), ImportLine.Outcome.CHANGED: _("changed"),
            ImportLine.Outcome.UNDONE: _("taken back"), ImportLine.Outcome.KEPT: _("stays"),
        },
    }  # fmt: skip
