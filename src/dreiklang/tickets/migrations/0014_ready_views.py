"""The views every desk starts from. They belong to the desk: administrators may change or remove them."""

from django.db import migrations
from django.utils import timezone

USUAL = ["priority", "number", "subject", "requester", "assignee", "due", "staff"]
READY = (
    ("Nobody has it yet", "Noch bei niemandem", "is:open is:free", "priority", "team", USUAL),
    ("Overdue", "Überfällig", "is:overdue", "due", "", USUAL),
    ("Due today", "Heute fällig", "is:open due:today", "due", "", USUAL),
    (
        "Unanswered for two days",
        "Seit zwei Tagen unbeantwortet",
        "is:unanswered said:<-2d",
        "said",
        "",
        [*USUAL, "said"],
    ),
    (
        "Handed on, not accepted",
        "Weitergegeben, nicht angenommen",
        "is:not-accepted",
        "updated",
        "team",
        [*USUAL, "team"],
    ),
    (
        "Waiting for over a week",
        "Wartet seit über einer Woche",
        "is:waiting updated:<-7d",
        "updated",
        "",
        [*USUAL, "updated"],
    ),
    ("Important people", "Wichtige Personen", "is:open is:vip", "priority", "", USUAL),
    ("Complaints", "Beschwerden", "is:open kind:complaint", "created", "", [*USUAL, "created"]),
    ("Solved this week", "Diese Woche gelöst", "resolved:week", "-resolved", "team", [*USUAL, "resolved"]),
)


def make(apps, schema_editor):
    view = apps.get_model("tickets", "SavedView")
    for english, german, conditions, sorting, grouping, columns in READY:
        view.objects.create(
            name=english,
            names={"en": english, "de": german},
            conditions=conditions,
            sorting=sorting,
            grouping=grouping,
            columns=columns,
            audience="everyone",
            made_at=timezone.now(),
        )


class Migration(migrations.Migration):
    dependencies = [("tickets", "0013_views")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
