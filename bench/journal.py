"""How long it takes to check the whole history: a million lines, sealed and verified (P40: at most 60 seconds).

``python bench/journal.py [--lines N]`` works on a test database of its own. Afterwards one line is changed past all
locks, and must be found. Prints one JSON object, exits with 1 above the budget or where the change is not found.
"""

import argparse
import json
import os
import sys
import time
from typing import Any

from mail_gate import server_cpu

LINES, BATCH, SECONDS = 1_000_000, 5_000, 60.0
_WRITE = """
INSERT INTO kernel_journalline
    (at, code, actor_kind, actor_id, subject_kind, subject_id, plain, words_digest, epoch, transaction_id)
SELECT now(), 'message.received', 'person', n %% 300, 'ticket', n %% 40000,
       jsonb_build_object('message_id', n, 'channel', 'mail', 'auto', 'none', 'is_sender_proven', true),
       sha256(n::text::bytea), %s, pg_current_xact_id()::text::bigint
FROM generate_series(1, %s) n
"""


def measured(lines: int) -> dict[str, Any]:
    """Write, seal, verify; then change one line and verify again."""
    from dreiklang.console import cluster

    os.environ["DREIKLANG_HOME"] = str(cluster.home_for("bench"))
    os.environ["DREIKLANG_DB_ROLE"] = "owner"
    os.environ["DJANGO_SETTINGS_MODULE"] = "dreiklang.config.settings"
    with cluster.ensure_running():
        import django

        django.setup()
        from django.db import connection

        connection.settings_dict["TEST"]["NAME"] = f"bench_journal_{os.getpid()}"
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            return _history(lines)
        finally:
            connection.creation.destroy_test_db("dreiklang", verbosity=0)


def _history(lines: int) -> dict[str, Any]:
    from django.db import connection

    from dreiklang.kernel import instance, journal

    with connection.cursor() as cursor:
        for _batch in range(lines // BATCH):  # each in a transaction of its own, as commands write them
            cursor.execute(_WRITE, [instance.epoch(), BATCH])
    begun = time.perf_counter()
    sealed = 0
    while taken := journal.seal():
        sealed += taken
    sealing = time.perf_counter() - begun
    begun, cpu = time.perf_counter(), time.process_time() + server_cpu(connection)
    damage = journal.verify()
    verifying = time.perf_counter() - begun
    cpu = time.process_time() + server_cpu(connection) - cpu
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE kernel_journalline DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE kernel_journalline SET actor_id = 7 WHERE id = (SELECT max(id) / 2 FROM kernel_journalline)"
        )
        cursor.execute("ALTER TABLE kernel_journalline ENABLE TRIGGER USER")
    return {
        "lines": sealed, "seal_s": round(sealing, 1), "verify_s": round(verifying, 1), "verify_cpu_s": round(cpu, 1),
        "whole": damage is None, "change_found": journal.verify() is not None, "load": os.getloadavg()[0],
    }  # fmt: skip


def main() -> int:
    """Measure, print, judge."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--lines", type=int, default=LINES)
    figures = measured(asked.parse_args().lines)
    print(json.dumps(figures))
    is_quick = min(figures["verify_s"], figures["verify_cpu_s"]) <= SECONDS
    return 0 if is_quick and figures["whole"] and figures["change_found"] else 1


if __name__ == "__main__":
    sys.exit(main())
