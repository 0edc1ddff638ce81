"""Originals are mostly encoded attachments, which do not shrink: storing them as they are saves the time of trying."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("channels", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE channels_incoming ALTER COLUMN raw SET STORAGE EXTERNAL",
            "ALTER TABLE channels_incoming ALTER COLUMN raw SET STORAGE EXTENDED",
        ),
    ]
