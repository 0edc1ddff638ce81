"""The other desk in the measurement of the gate; run by ``mail_gate.py`` with the python of its own environment.

``python _django_helpdesk.py MAILS.pickle HOST PORT USER``: django-helpdesk as its package is, on a database of the same
PostgreSQL server; its own ``extract_email_metadata`` for each mail, its outgoing mail thrown away. One JSON line.
"""

import json
import logging
import pickle
import sys
import tempfile
import time

from mail_gate import server_cpu

urlpatterns: list[object] = []


def main() -> None:
    """Set it up, take the mails in, count."""
    mails, host, port, user = sys.argv[1:5]
    with open(mails, "rb") as file:
        raws = [raw.decode("utf-8", "replace") for raw in pickle.load(file)]  # noqa: S301 - written by us a moment ago
    from django.conf import settings

    with tempfile.TemporaryDirectory() as media:
        settings.configure(
            SECRET_KEY="bench",  # noqa: S106
            USE_TZ=True,
            MEDIA_ROOT=media,
            DATABASES={
                "default": {
                    "ENGINE": "django.db.backends.postgresql",
                    "NAME": "postgres",
                    "HOST": host,
                    "PORT": port,
                    "USER": user,
                    "TEST": {"NAME": "bench_helpdesk"},
                }
            },
            INSTALLED_APPS=[
                *("django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"),
                *("django.contrib.sites", "django.contrib.humanize", "django.contrib.messages", "helpdesk"),
            ],
            SITE_ID=1,
            ROOT_URLCONF=__name__,
            TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
            EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend",
            DEFAULT_AUTO_FIELD="django.db.models.AutoField",
            HELPDESK_TEAMS_MODE_ENABLED=False,
            LOGGING_CONFIG=None,
        )
        import django

        django.setup()
        from django.db import connection
        from django.urls import include, path

        # this module is its own list of routes
        urlpatterns.append(path("helpdesk/", include("helpdesk.urls", namespace="helpdesk")))

        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            print(json.dumps(_taken_in(raws)))
        finally:
            connection.creation.destroy_test_db("postgres", verbosity=0)


def _taken_in(raws: list[str]) -> dict[str, float]:
    from django.db import connection
    from helpdesk.email import extract_email_metadata
    from helpdesk.models import Queue

    queue = Queue.objects.create(
        title="Desk", slug="desk", email_address="desk@haus.example", allow_email_submission=True
    )
    log = logging.getLogger("helpdesk.bench")
    log.setLevel(logging.CRITICAL)
    for raw in raws[:50]:
        extract_email_metadata(raw, queue, log)
    failed = 0
    server = server_cpu(connection)
    cpu, begun = time.process_time(), time.perf_counter()
    for raw in raws[50:]:
        try:
            extract_email_metadata(raw, queue, log)
        except Exception:  # noqa: BLE001 - counted
            failed += 1
    seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
    count, server = len(raws) - 50, server_cpu(connection) - server
    return {
        "helpdesk_mails_per_second": round(count / seconds, 1),
        "helpdesk_cpu_ms_per_mail": round(cpu / count * 1000, 2),
        "helpdesk_server_cpu_ms_per_mail": round(server / count * 1000, 2),
        "helpdesk_failed": failed,
    }


if __name__ == "__main__":
    main()
