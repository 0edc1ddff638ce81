"""A desk that was set up before there were agreements promises from now on what a new desk does."""

from django.db import migrations
from django.utils import timezone

from dreiklang.sla.rules.usual import USUAL_PAUSES, USUAL_SHARES, usual_targets


def promise(apps, schema_editor):
    calendar = apps.get_model("calendars", "ServiceCalendar").objects.filter(is_default=True).first()
    agreements = apps.get_model("sla", "Agreement")
    if calendar is None or agreements.objects.exists():
        return
    now = timezone.now()
    agreement = agreements.objects.create(kind="sla", name="Standard")
    apps.get_model("sla", "AgreementVersion").objects.create(
        agreement=agreement,
        number=1,
        validity=(now.date(), None),
        since_at=now,
        calendar=calendar,
        targets=usual_targets(),
        pauses=list(USUAL_PAUSES),
        shares=list(USUAL_SHARES),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("sla", "0001_agreements_and_clocks"),
        ("calendars", "0002_names_and_regions"),
    ]

    operations = [migrations.RunPython(promise, migrations.RunPython.noop)]
