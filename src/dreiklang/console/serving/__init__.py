"""Running the desk: everything under one supervisor (``serve``), or one part (``web``, ``live``, ``worker``,
``doors``).

``serve`` sets Django up once and forks every part from there, so that the parts share most of their memory; a
part that dies is forked again. A part knows when its parent is gone and ends too.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable

from dreiklang.console import cluster
from dreiklang.console.cluster.identity import CAP_NET_BIND_SERVICE
from dreiklang.console.desk import close_connections, require_current_tables, set_up, settle
from dreiklang.console.serving.parts import Part, doors_part, live_part, web_part, worker_part
from dreiklang.console.serving.ports import require_free
from dreiklang.console.serving.supervisor import Greeting, supervise


def serve(options: argparse.Namespace) -> int:
    """Run everything until told to stop."""
    from dreiklang.console.setting_up import set_up_if_empty

    return run_everything(options, before=set_up_if_empty)


def web(options: argparse.Namespace) -> int:
    """Run the web workers until told to stop."""
    require_free(options.host, options.port)
    return _run_parts([web_part(options.host, options.port, options.workers)])


def live(options: argparse.Namespace) -> int:
    """Run the live updates until told to stop."""
    require_free(options.host, options.port)
    return _run_parts([live_part(options.host, options.port)])


def worker(options: argparse.Namespace) -> int:
    """Run jobs and their schedule until told to stop."""
    return _run_parts([worker_part()])


def doors(options: argparse.Namespace) -> int:
    """Run the mail doors until told to stop."""
    return _run_parts([doors_part()])


def run_everything(options: argparse.Namespace, *, before: Callable[[], object]) -> int:
    """All parts on one machine; ``before`` runs once the database answers, in processes apart."""

    def check() -> None:
        require_free(options.host, options.port)
        require_free(options.host, options.port + 1, beside=options.port)

    check()
    parts = [
        web_part(options.host, options.port, options.workers),
        live_part(options.host, options.port + 1),
        worker_part(),
        doors_part(),
    ]
    address = f"http://{_shown(options.host)}:{options.port}/"
    words = f"The desk is at {address} (stop it with Ctrl-C)."
    os.environ.setdefault("DREIKLANG_URL", address.rstrip("/"))
    return _run_parts(parts, before=before, check=check, greeting=Greeting(words, options.host, options.port))


def _run_parts(
    parts: list[Part],
    *,
    before: Callable[[], object] = lambda: None,
    check: Callable[[], object] = lambda: None,
    greeting: Greeting | None = None,
) -> int:
    """``check`` is asked once more after ``before``: filling a desk takes minutes, in which a port may be taken."""
    settle((CAP_NET_BIND_SERVICE,))
    with cluster.ensure_running() as lease:
        before()
        set_up()
        require_current_tables()
        close_connections()
        check()
        return supervise(parts, lease, greeting)


def _shown(host: str) -> str:
    if host in ("0.0.0.0", "::", ""):  # noqa: S104 - only compared
        return "localhost"
    return f"[{host}]" if ":" in host else host
