"""Which addresses the desk may call. Pure."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

Ip = ipaddress.IPv4Address | ipaddress.IPv6Address
#: RFC 6052 and 7050: these carry an IPv4 address inside, which is judged instead.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether an address is an ordinary one on the internet: not private, loopback, link-local, reserved or multicast.

    IPv4 addresses wrapped in IPv6 (mapped, 6to4, Teredo, NAT64) are judged by what they wrap.
    """
    ip: Ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast


def is_listed(host: str, address: str, listed: Iterable[str]) -> bool:
    """Whether a host name, address or network on the list covers this target."""
    ip = ipaddress.ip_address(address.split("%")[0])
    for entry in listed:
        entry = entry.strip().lower()
        if entry == host.lower().rstrip("."):
            return True
        try:
            if ip in ipaddress.ip_network(entry, strict=False):
                return True
        except ValueError:
            continue
    return False


def is_target(entry: str) -> bool:
    """Whether an entry for the list is a host name, an address or a network that makes sense."""
    entry = entry.strip()
    try:
        ipaddress.ip_network(entry, strict=False)
    except ValueError:
        labels = entry.rstrip(".").split(".")
        return len(entry) <= 253 and all(
            0 < len(label) <= 63 and label.replace("-", "").isalnum() and not label.startswith("-") for label in labels
        )
    return True
