"""The parts of a running desk. Each is a function that runs in a process of its own until it is told to stop."""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from dreiklang.console.serving.lifeline import end_with, name_process

# Every thread that renders a page holds one database connection.
_THREADS_A_WORKER = 2
#: A worker of the web server that is told to end has this long for it.
WORKERS_END_SECONDS = 10


@dataclass(frozen=True)
class Part:
    """A part with its name for the operator; ``rank`` orders the end: highest first. ``load`` imports what it needs,
    in the process that forks it: what is there before the fork weighs once for all of them."""

    name: str
    run: Callable[[], None]
    rank: int
    load: Callable[[], object] = lambda: None


def web_part(host: str, port: int, workers: int) -> Part:
    """Pages and API: Granian with forked WSGI workers (docs/decisions/0006-web-server.md)."""

    def run() -> None:
        from django.conf import settings
        from django.utils.module_loading import import_string

        from dreiklang.console.serving.static_files import with_static_files

        _serve_with_granian(with_static_files(import_string(settings.WSGI_APPLICATION)), "wsgi", host, port, workers)

    return Part("web", run, rank=1, load=_load_web)


def _load_web() -> None:
    """The server, all views, addresses and translations: Django would read them at the first request, in each worker
    anew."""
    from django.conf import settings
    from django.urls import get_resolver, reverse
    from django.utils import translation
    from django.utils.module_loading import import_string

    import_module("granian.server")
    import_string(settings.WSGI_APPLICATION)
    get_resolver().resolve("/")
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            reverse("healthz")


def live_part(host: str, port: int) -> Part:
    """Live updates: one ASGI process that holds all event streams."""

    def run() -> None:
        from django.conf import settings
        from django.utils.module_loading import import_string

        _serve_with_granian(import_string(settings.ASGI_APPLICATION), "asgi", host, port, workers=1)

    return Part("live", run, rank=1, load=_load_live)


def _load_live() -> None:
    import_module("granian.server")
    import_module("dreiklang.config.asgi")


def _serve_with_granian(application: Any, interface: str, host: str, port: int, workers: int) -> None:
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import MPServer

    server = os.getpid()
    begun: list[float] = []

    class Server(MPServer):
        """Remembers when it was asked to stop."""

        def signal_handler_interrupt(self, *args: Any, **more: Any) -> None:
            begun.append(time.monotonic())
            super().signal_handler_interrupt(*args, **more)  # type: ignore[no-untyped-call]

    logging.getLogger("_granian").addFilter(lambda record: _is_no_false_alarm(record, begun))

    def application_of_a_worker() -> Any:
        end_with(server)
        return application

    is_wsgi = interface == "wsgi"
    Server(
        target=f"dreiklang.config.{interface}:application",
        address=host,
        port=port,
        interface=Interfaces(interface),
        workers=workers,
        blocking_threads=_THREADS_A_WORKER if is_wsgi else None,
        blocking_threads_idle_timeout=60,
        runtime_blocking_threads=_THREADS_A_WORKER,
        websockets=not is_wsgi,
        respawn_failed_workers=True,
        respawn_interval=0.2,
        workers_kill_timeout=WORKERS_END_SECONDS,
        log_level=LogLevels.warning,
    ).serve(target_loader=application_of_a_worker, wrap_loader=False)


def _is_no_false_alarm(record: logging.LogRecord, begun: list[float]) -> bool:
    """Whether a line of the server's log holds. Two of its threads wait for the same worker; on a busy machine the one
    that comes late takes a worker that has ended for one that refuses to, long before it would lose its patience."""
    says_killed = "refused to gracefully stop" in str(record.msg)
    return not says_killed or not begun or time.monotonic() - begun[0] >= WORKERS_END_SECONDS


def worker_part() -> Part:
    """Jobs and their schedule: Procrastinate."""

    def run() -> None:
        from procrastinate import PsycopgConnector
        from procrastinate.contrib.django import app
        from procrastinate.contrib.django.utils import connector_params

        pool = PsycopgConnector(kwargs=connector_params(), min_size=1)  # of four, two would only weigh
        with app.replace_connector(pool) as jobs:
            jobs.run_worker(
                name=f"worker-{os.getpid()}",
                concurrency=2,
                shutdown_graceful_timeout=20,
                delete_jobs="successful",
            )

    return Part("worker", run, rank=2)


def doors_part() -> Part:
    """The mail doors: listener, fetchers, sender."""

    def run() -> None:
        from dreiklang.channels.doors import run as run_doors

        run_doors()

    return Part("doors", run, rank=3, load=lambda: import_module("dreiklang.channels.doors"))


def start(part: Part) -> int:
    """Fork a process for a part and return its pid. The child never returns."""
    parent = os.getpid()
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        os.setpgid(0, 0)  # Ctrl-C is for the supervisor, which ends the parts in order
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        end_with(parent)
        name_process(f"dreiklang {part.name}")
        part.run()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except KeyboardInterrupt:
        code = 0
    except BaseException:  # noqa: BLE001 - the end of a process: say everything, then leave with a code
        import traceback

        traceback.print_exc()
    finally:
        os._exit(code)
