"""The sequence that gives tickets their shown numbers."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "0001_initial")]
    operations = [
        migrations.RunSQL("CREATE SEQUENCE ticket_number START 10001", "DROP SEQUENCE ticket_number"),
    ]
