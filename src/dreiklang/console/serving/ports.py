"""Whether an address can be listened on, said before anything is started."""

from __future__ import annotations

import errno
import socket

from dreiklang.console.answers import NOT_THERE, USAGE, Refused


def require_free(host: str, port: int, *, beside: int | None = None) -> None:
    """Refuse in one line if the port is taken, forbidden, or the address is not one of this machine.

    ``beside`` is the port that was chosen, where this one follows from it: nobody typed this number.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[
            0
        ]
    except socket.gaierror as wrong:
        raise Refused(USAGE, f"'{host}' is not an address: {wrong.strerror}") from None
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
            probe.listen(1)
        except OSError as wrong:
            raise Refused(NOT_THERE, _in_words(host, port, wrong) + _why(beside)) from None


def is_listening(host: str, port: int) -> bool:
    """Whether somebody answers at this address now; at every address of the machine, if that is what was meant."""
    near = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - only compared
    try:
        socket.create_connection((near, port), timeout=1).close()
    except OSError:
        return False
    return True


def _in_words(host: str, port: int, wrong: OSError) -> str:
    if wrong.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is in use by another program; choose another with --port."
    if wrong.errno == errno.EACCES:
        return f"Port {port} may only be used by root; choose one from 1024 with --port."
    if wrong.errno == errno.EADDRNOTAVAIL:
        return f"{host} is not an address of this machine."
    return f"Cannot listen on {host} port {port}: {wrong.strerror}."


def _why(beside: int | None) -> str:
    return f" Besides {beside}, the desk needs the port above it for live news." if beside is not None else ""
