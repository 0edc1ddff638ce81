"""What an agreement would promise before it is saved, beside what is promised so far."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from dreiklang.kernel import clock
from dreiklang.kernel.errors import Invalid
from dreiklang.sla.models import Agreement
from dreiklang.sla.queries.drafting import Draft, faults_of
from dreiklang.sla.queries.preview import promised_by
from dreiklang.web.components.moments import clock_words
from dreiklang.web.components.promises import hours_words, promise_name
from dreiklang.web.control.agreement_form import AgreementSheet


def preview_of(form: AgreementSheet, agreement: Agreement | None) -> dict[str, Any]:
    """What a case opened at a moment would be promised: 'due Monday 11:30, because …'. Faults go to their fields."""
    if not form.is_valid():
        return {}
    sent = form.cleaned_data
    draft = form.draft(sent)
    asked = agreement or Agreement(
        name=sent["name"], kind=form.kind, organization=sent.get("organization"), level=sent.get("level"),
        team=sent.get("team"), is_template=form.is_template,
    )  # fmt: skip
    if faults := faults_of(asked, draft, sent.get("from_date") or timezone.localdate() + timedelta(days=1), None):
        form.show(Invalid(faults))
        return {}
    opened = sent.get("preview_at") or friday_afternoon()
    zone = draft.calendar.as_rules().zone
    newest = agreement and agreement.versions.select_related("calendar").order_by("-number").first()
    so_far = {(p.priority, p.metric): p.due_at for p in promised_by(Draft.of(newest), opened)} if newest else {}
    rows = [
        {
            "so_far": _so_far(so_far.get((promised.priority, promised.metric)), promised.due_at, opened, zone),
            "priority": promised.priority, "name": promise_name(promised.metric),
            "hours": hours_words(promised.seconds), "due": clock_words(promised.due_at, opened, zone),
            "because": ", ".join(
                f"{clock_words(span.starts_at, opened, zone)} – {span.ends_at.astimezone(zone):%H:%M}"
                for span in promised.spans
            ),
        }
        for promised in promised_by(draft, opened)
    ]  # fmt: skip
    running = newest.clocks.filter(state__in=("running", "paused")).count() if newest else 0
    return {"opened": clock_words(opened, clock.now(), zone), "rows": rows, "is_change": bool(so_far),
            "running": running}  # fmt: skip


def _so_far(due: datetime | None, would_be: datetime, opened: datetime, zone: Any) -> str:
    if due is None:
        return _("nothing promised")
    return _("the same") if due == would_be else clock_words(due, opened, zone)


def friday_afternoon() -> datetime:
    """The next Friday at 16:30, the moment at which promises are easily misjudged."""
    now = timezone.localtime(clock.now())
    friday = now + timedelta(days=(4 - now.weekday()) % 7)
    return friday.replace(hour=16, minute=30, second=0, microsecond=0)
