"""Expands: what runs already does not know the column, and need not."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    """A column more on a table that requests read and write."""

    dependencies: ClassVar = [("organizations", "0001_initial")]
    operations: ClassVar = [
        migrations.RunSQL(
            "ALTER TABLE organizations_site ADD COLUMN later_word text",
            "ALTER TABLE organizations_site DROP COLUMN later_word",
        )
    ]
