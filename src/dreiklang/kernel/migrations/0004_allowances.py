"""What callers have used of their allowance. Unlogged: it may be empty after a crash, and costs no wait for the disk."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel", "0003_allowed_targets")]

    operations = [
        migrations.CreateModel(
            name="Allowance",
            fields=[
                ("key", models.TextField(primary_key=True, serialize=False)),
                ("free_at", models.DateTimeField()),
            ],
            options={"indexes": [models.Index(fields=["free_at"], name="allowance_free")]},
        ),
        migrations.RunSQL("ALTER TABLE kernel_allowance SET UNLOGGED", "ALTER TABLE kernel_allowance SET LOGGED"),
    ]
