"""Resolve once, judge, connect to what was judged."""

from __future__ import annotations

import os
import socket

from django.utils.translation import gettext as _

from dreiklang.kernel.errors import Refusal, Unavailable
from dreiklang.kernel.models import AllowedTarget
from dreiklang.kernel.outgoing import rules


class ForbiddenTarget(Refusal):
    """The host resolves to an address that the desk must not call."""

    code = "forbidden_target"


def listed_targets() -> list[str]:
    """What an administrator allowed besides public addresses: in the desk, or by ``DREIKLANG_OUTGOING_ALLOW``."""
    named = [entry for entry in os.environ.get("DREIKLANG_OUTGOING_ALLOW", "").split(",") if entry.strip()]
    return named + list(AllowedTarget.objects.values_list("target", flat=True))


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host that may be called; raises ForbiddenTarget if one of them may not.

    One forbidden address forbids the host: a name with a public and a private address is an attack, not a service.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as unknown:
        raise Unavailable(_("The host “%(host)s” is not known.") % {"host": host}, code="unknown_host") from unknown
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    listed: list[str] | None = None
    for address in addresses:
        if rules.is_public(address):
            continue
        listed = listed_targets() if listed is None else listed
        if not rules.is_listed(host, address, listed):
            raise ForbiddenTarget(
                _("“%(host)s” is an address inside your network. An administrator can allow it.") % {"host": host}
            )
    return addresses


def open_socket(host: str, port: int, *, timeout: float = 20) -> socket.socket:
    """Connect to a host through the one door; ``timeout`` in seconds. Raises ForbiddenTarget or Unavailable."""
    last: OSError | None = None
    for address in resolve(host, port):
        try:
            return socket.create_connection((address, port), timeout=timeout)
        except OSError as failed:
            last = failed
    raise Unavailable(
        _("“%(host)s” does not answer on port %(port)s.") % {"host": host, "port": port}, code="no_answer"
    ) from last
