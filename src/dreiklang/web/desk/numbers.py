"""The basic numbers, each a link to the tickets it counts; and those lists."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dreiklang.insight.queries import numbers
from dreiklang.kernel import clock
from dreiklang.kernel.errors import NotAllowed
from dreiklang.organizations.models import Organization, Person
from dreiklang.teams.models import Team
from dreiklang.web import forms
from dreiklang.web.desk.leading import COUNTING, may_lead
from dreiklang.web.desk.rows import facts_of, rows_of, unranked
from dreiklang.web.routing import actor_of, policy

WEEKS, PAGE = 8, 50
WAYS = ("week", "team", "customer")


def measure_words() -> dict[str, str]:
    """The measures in words."""
    return {
        "open": _("open"), "came": _("came"), "solved": _("solved"), "solved_at_1": _("solved at level 1"),
        "handed_up": _("handed up"), "breached": _("promise broken"), "overdue": _("promise overdue now"),
        "danger": _("promise in danger"), "unaccepted": _("handover not accepted"), "lying": _("open work"),
    }  # fmt: skip


@require_GET
@policy(COUNTING)
def page(request: HttpRequest) -> HttpResponse:
    """Open, came, solved, solved at level 1, handed up, breached: by week, team or customer."""
    actor = actor_of(request)
    way = request.GET.get("by", "week")
    way = way if way in WAYS else "week"
    weeks = min(max(forms.whole(request.GET.get("weeks", "")) or WEEKS, 1), numbers.MOST_WEEKS)
    until = clock.now()
    since = until - timedelta(weeks=weeks)
    if way == "week":
        lines = numbers.by_week(actor, weeks)
    else:
        lines = (numbers.by_team if way == "team" else numbers.by_customer)(actor, since, until)
    span = {"since": since.isoformat(), "until": until.isoformat()}
    rows = [
        {
            "name": _line_name(line, way),
            "level": line.level,
            "cells": [
                (figure, _address(measure, {**span, **line.narrowing}))
                for measure, figure in zip(numbers.MEASURES, line.figures, strict=True)
            ],
        }
        for line in lines
    ]
    if request.GET.get("form") == "csv":
        return _csv(way, rows)
    totals = [sum(line.figures[n] for line in lines) for n in range(len(numbers.MEASURES))] if way != "week" else []
    behind = {
        measure: numbers.tickets_of(measure, actor=actor, since=since, until=until) for measure in numbers.MEASURES
    }
    together = [
        (total, _address(measure, span) if behind[measure].count() == total else "")
        for measure, total in zip(numbers.MEASURES, totals, strict=False)
    ]
    context = {
        "way": way, "weeks": weeks, "rows": rows, "totals": together, "key": "numbers",
        "ways": [("week", _("By week")), ("team", _("By team")), ("customer", _("By customer"))],
        "spans": [(4, _("4 weeks")), (8, _("8 weeks")), (13, _("a quarter")), (52, _("12 months"))],
        "measures": [measure_words()[m] for m in numbers.MEASURES], "since": since, "until": until,
    }  # fmt: skip
    return render(request, "web/desk/numbers.html", context)


def _line_name(line: numbers.Line, way: str) -> str:
    if way == "week":
        return _("Week of %(day)s") % {"day": formats.date_format(date.fromisoformat(line.name), "SHORT_DATE_FORMAT")}
    return line.name or _("Small teams together")


def _address(measure: str, narrowing: dict[str, str]) -> str:
    return reverse("desk:counted") + "?" + urlencode({"measure": measure, **narrowing})


def _csv(way: str, rows: list[dict[str, Any]]) -> HttpResponse:
    """The same figures for a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    words = measure_words()
    writer.writerow([way, *(words[m] for m in numbers.MEASURES)])
    for row in rows:
        name = str(row["name"])
        writer.writerow([f"'{name}" if name[:1] in "=+-@\t" else name, *(figure for figure, _url in row["cells"])])
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="numbers.csv"'
    return response


@require_GET
@policy(COUNTING)
def counted(request: HttpRequest) -> HttpResponse:
    """The tickets behind a figure, newest first, by pages."""
    actor = actor_of(request)
    asked = request.GET
    measure = asked.get("measure", "")
    person = forms.whole(asked.get("person", ""))
    if person is not None and not may_lead(actor) and person != actor.id:
        raise NotAllowed()
    team, customer = asked.get("team", "")[:17], forms.whole(asked.get("customer", ""))
    since, until = _moment(asked.get("since", "")), _moment(asked.get("until", ""))
    found = numbers.tickets_of(
        measure, actor=actor, since=since, until=until, team=team, customer=customer, person=person
    )
    count = found.count()
    before = forms.whole(asked.get("before", ""))
    rows = found.filter(pk__lt=before) if before else found
    facts = list(facts_of(unranked(rows).order_by("-pk"), actor=actor, kind="")[: PAGE + 1])
    more = ""
    if len(facts) > PAGE:
        query = asked.copy()
        query["before"] = str(facts[PAGE - 1].id)
        more = "?" + query.urlencode()
    context = {
        "rows": rows_of(facts[:PAGE], actor=actor, list_key=""),
        "count": count, "more": more, "title": measure_words().get(measure, measure),
        "narrowed": _narrowed(team, customer, person, since, until), "key": "numbers",
    }  # fmt: skip
    return render(request, "web/desk/counted.html", context)


def _moment(text: str) -> datetime | None:
    try:
        found = parse_datetime(text.replace(" ", "+"))
    except ValueError:
        return None
    return found if found is not None and timezone.is_aware(found) else None


def _narrowed(
    team: str, customer: int | None, person: int | None, since: datetime | None, until: datetime | None
) -> list[str]:
    """What a list is narrowed to, in words."""
    words = []
    if since and until:
        zone = timezone.get_current_timezone()
        days = [formats.date_format(at.astimezone(zone), "SHORT_DATE_FORMAT") for at in (since, until)]
        words.append(_("%(since)s to %(until)s") % {"since": days[0], "until": days[1]})
    if team == "small":
        words.append(_("Small teams together"))
    elif team and (named := Team.objects.filter(pk=forms.whole(team) or 0).first()):
        words.append(named.name)
    if customer and (home := Organization.objects.filter(pk=customer).first()):
        words.append(home.name)
    if person and (somebody := Person.objects.filter(pk=person).first()):
        words.append(somebody.name)
    return words
