"""Whether the domain in From is proven: aligned DMARC by our own mail server's word, or our own DKIM check (P16-P18).

Only headers with the authserv-id of our own server count; everybody can write the others (RFC 8601 §5 and §7.1).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"^\s*(dmarc|dkim|spf)\s*=\s*([a-z]+)\b(.*)$", re.IGNORECASE | re.DOTALL)
_PROPERTY = re.compile(r"\b(header\.from|header\.d|header\.i|smtp\.mailfrom)\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)


def domain_of(address: str) -> str:
    """The domain of an address, lower case."""
    return address.rpartition("@")[2].strip().lower().rstrip(".")


def is_aligned(domain: str, from_domain: str) -> bool:
    """Whether a proven domain speaks for the From domain: it is the same, or one above it with at least two labels."""
    domain, from_domain = domain.lower().rstrip("."), from_domain.lower().rstrip(".")
    if not domain or not from_domain:
        return False
    return domain == from_domain or ("." in domain and from_domain.endswith(f".{domain}"))


def is_proven_by(results: Sequence[str], *, authserv_id: str, from_domain: str) -> bool:
    """Whether our own server found the From domain proven. ``results``: Authentication-Results, topmost first.

    A dmarc result decides where there is one; without any, an aligned dkim or spf pass does. One dmarc=fail of our
    server outweighs everything.
    """
    if not authserv_id or not from_domain:
        return False
    found = [part for value in results for part in _own_parts(value, authserv_id.lower())]
    dmarc = [(result, facts) for method, result, facts in found if method == "dmarc"]
    if dmarc:
        return all(
            result == "pass" and is_aligned(from_domain, domain_of(facts.get("header.from", from_domain)))
            for result, facts in dmarc
        )
    return any(result == "pass" and _speaks_for(method, facts, from_domain) for method, result, facts in found)


def _own_parts(value: str, authserv_id: str) -> list[tuple[str, str, dict[str, str]]]:
    plain = _COMMENT.sub(" ", value)
    head, *parts = plain.split(";")
    words = head.split()
    if not words or words[0].lower() != authserv_id:
        return []
    found = []
    for part in parts:
        match = _RESULT.match(part)
        if match:
            facts = {name.lower(): text.lower() for name, text in _PROPERTY.findall(match.group(3))}
            found.append((match.group(1).lower(), match.group(2).lower(), facts))
    return found


def _speaks_for(method: str, facts: dict[str, str], from_domain: str) -> bool:
    if method == "dkim":
        return is_aligned(facts.get("header.d") or domain_of(facts.get("header.i", "")), from_domain)
    return is_aligned(domain_of(facts.get("smtp.mailfrom", "")), from_domain)


def is_signed_by(raw: bytes, from_domain: str, *, dns: Callable[..., bytes | None] | None = None) -> bool:
    """Whether a valid DKIM signature of an aligned domain is on the mail. Asks the DNS, or ``dns`` in its place."""
    import dkim

    try:
        signed = dkim.DKIM(raw, timeout=3)
        for index, (name, value) in enumerate(s for s in signed.headers if s[0].lower() == b"dkim-signature"):
            domain = re.search(rb"(?:^|;)\s*d\s*=\s*([^;\s]+)", value)
            if index >= 5 or name is None:
                break
            if domain is None or not is_aligned(domain.group(1).decode("ascii", "replace"), from_domain):
                continue
            verify = dkim.DKIM(raw, timeout=3)
            if verify.verify(idx=index, **({"dnsfunc": dns} if dns else {})):
                return True
    except Exception:  # noqa: BLE001 - whatever is wrong with signature, key or DNS: it proves nothing
        return False
    return False
