from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("calendars", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="servicecalendar",
            name="region",
            field=models.CharField(blank=True, help_text="such as DE-BW", max_length=43),
        ),
        migrations.AddConstraint(
            model_name="servicecalendar",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="calendar_has_a_name"
            ),
        ),
    ]
