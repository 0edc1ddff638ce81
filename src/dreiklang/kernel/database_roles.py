"""The application's own database role: it may do its work, but the journal it may only add to and read.

Run after every migration, as the owner. Where the owner may not make roles (a managed PostgreSQL), the application
keeps working as owner, the triggers still stand, and ``dreiklang check`` says what is missing.
"""

from __future__ import annotations

from typing import Any

from django.db import connections, transaction
from django.db.utils import ProgrammingError

APP_ROLE = "dreiklang_app"

#: table → what the application may do there; every other table is open to it
LIMITED = {
    "kernel_journalline": "SELECT, INSERT",
    "kernel_journalseal": "SELECT, INSERT",
    "kernel_journalwords": "SELECT, INSERT, UPDATE",
}


def grant_to_application(*, using: str = "default", **_signal: Any) -> None:
    """Make the role if it is missing, and give it exactly what it needs. Safe to run again."""
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP_ROLE])
        if cursor.fetchone() is None:
            try:
                with transaction.atomic(using=using):
                    cursor.execute(f"CREATE ROLE {APP_ROLE} NOLOGIN")
            except ProgrammingError:
                return
        cursor.execute("SELECT pg_has_role(current_user, %s, 'MEMBER'), current_user = %s", [APP_ROLE, APP_ROLE])
        is_member, is_application = cursor.fetchone()
        if is_application:
            return
        if not is_member:
            cursor.execute(f"GRANT {APP_ROLE} TO CURRENT_USER")
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {APP_ROLE}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {APP_ROLE}")
        cursor.execute(f"GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {APP_ROLE}")
        for table, allowed in LIMITED.items():
            cursor.execute(f"REVOKE ALL ON {table} FROM {APP_ROLE}")
            cursor.execute(f"GRANT {allowed} ON {table} TO {APP_ROLE}")
