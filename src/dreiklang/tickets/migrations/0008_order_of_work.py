"""The order of work, kept by two indexes of the unsettled tickets of each team; running tickets get their weight.

The expressions are those of ``tickets.queries.order``; a test holds both together.
"""

from django.db import migrations

LATE = "ln(delay_cost / work_minutes)"
EARLY = (
    "(ln(delay_cost / work_minutes) - (COALESCE(date_part('epoch', next_promise_at - '2020-01-0"
    "1 00:00:00+00'::timestamptz), date_part('epoch', opened_at - '2020-01-01 00:00:00+00'::tim"
    "estamptz) + (CASE priority WHEN 1 THEN 14400.0 WHEN 2 THEN 28800.0 WHEN 3 THEN 86400.0 WHE"
    "N 4 THEN 259200.0 ELSE 0 END)::float8) - work_minutes * 60) / 14400.0::float8)"
)
ACTIVE = "state_group IN ('initial', 'active')"
COSTS = "CASE priority WHEN 1 THEN 400 WHEN 2 THEN 100 WHEN 3 THEN 25 ELSE 6 END"
MINUTES = "CASE level WHEN 1 THEN 15 WHEN 2 THEN 45 WHEN 3 THEN 90 ELSE 120 END"


class Migration(migrations.Migration):
    dependencies = [("tickets", "0007_affected_and_order")]
    operations = [
        migrations.RunSQL(
            f"UPDATE tickets_ticket SET delay_cost = {COSTS}, work_minutes = {MINUTES}",  # noqa: S608
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            f"CREATE INDEX ticket_order_late ON tickets_ticket (team_id, {LATE} DESC, id) WHERE {ACTIVE}",
            "DROP INDEX ticket_order_late",
        ),
        migrations.RunSQL(
            f"CREATE INDEX ticket_order_early ON tickets_ticket (team_id, {EARLY} DESC, id) WHERE {ACTIVE}",
            "DROP INDEX ticket_order_early",
        ),
    ]
