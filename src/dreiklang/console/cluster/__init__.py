"""The embedded PostgreSQL: found, made, started, shared and stopped. Knows no Django, so that settings may
ask it.

A *home* holds one cluster. A *guard* is the small process that is the server's parent; it lives as long as
somebody holds a *lease*, a shared lock on one file, which the system itself takes back when a process dies.
``DATABASE_URL`` names a PostgreSQL of the operator's own instead; then nothing here starts or stops anything.
"""

from dreiklang.console.cluster.connection import app_role_is_usable, database_settings, external_url
from dreiklang.console.cluster.errors import ClusterUnavailable
from dreiklang.console.cluster.homes import home, home_for
from dreiklang.console.cluster.running import Lease, ensure_running

__all__ = [
    "ClusterUnavailable",
    "Lease",
    "app_role_is_usable",
    "database_settings",
    "ensure_running",
    "external_url",
    "home",
    "home_for",
]
