"""Roles and the rights they bring; how long guessing must wait; what a person may prefer. Pure."""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote

REQUESTER, CONTACT, AGENT, LEAD, TRAINER, MANAGER, ADMINISTRATOR = (
    "requester",
    "contact",
    "agent",
    "lead",
    "trainer",
    "manager",
    "administrator",
)

RIGHTS: dict[str, frozenset[str]] = {
    # asks for help and sees the own tickets
    REQUESTER: frozenset({"portal.use"}),
    # a customer's contact: sees every ticket of the own organisation, in the words the customer may read
    CONTACT: frozenset({"portal.use", "portal.see_organization"}),
    # works on tickets in the teams the person is a member of
    AGENT: frozenset({"desk.use", "tickets.work"}),
    # leads a team: absence, duty, reassignment
    LEAD: frozenset({"desk.use", "tickets.work", "tickets.assign_others", "teams.lead"}),
    # trains: sees what members of the own teams answered in exercises
    TRAINER: frozenset({"desk.use", "training.train"}),
    # service manager: sees everything, also restricted tickets; may merge tickets of two customers
    MANAGER: frozenset(
        {
            "desk.use",
            "tickets.work",
            "tickets.assign_others",
            "tickets.see_all",
            "tickets.merge_customers",
            "teams.lead",
        }
    ),
    # sets the desk up; sees what came in and what became of it
    # ``control.set_up`` is the narrower part of control, for programs: what happens to tickets by itself
    ADMINISTRATOR: frozenset({"desk.use", "control.use", "control.set_up", "teams.lead", "gate.work"}),
}


def rights_of(roles: Iterable[str]) -> frozenset[str]:
    """The rights that some roles bring together. Unknown roles bring none."""
    return frozenset().union(*(RIGHTS.get(role, frozenset()) for role in roles))


ROLES: Final = tuple(RIGHTS)
#: Rights that only open a screen: a token never carries them.
SCREENS: Final = frozenset({"desk.use"})
#: What a token may be limited to.
SCOPES: Final = frozenset().union(*RIGHTS.values()) - SCREENS
#: A token that may change the desk itself ends at the latest after this time.
CONTROL: Final = "control.use"
CONTROL_TOKEN_LIVES: Final = timedelta(days=366)

#: What a person may set for themselves: name → allowed values. ``notify.*`` and ``view.*`` are free, but small.
PREFERENCES: Final[dict[str, tuple[Any, ...]]] = {
    "theme": ("system", "light", "dark"),
    "density": ("dense", "roomy"),
    "single_keys": (True, False),
}
FREE_PREFERENCES: Final = ("notify.", "view.")

HOUR: Final = timedelta(hours=1)
#: Password tries per account and hour: from anywhere, and besides that from browsers the owner signed in with before.
TRIES_FROM_ANYWHERE: Final = 15
TRIES_FROM_KNOWN_BROWSERS: Final = 5
#: Password tries per remote address and hour, whatever the account; a whole office may sit behind one address.
TRIES_FROM_ONE_REMOTE: Final = 300
TRIES_WITHOUT_WAIT: Final = 3
LONGEST_WAIT: Final = timedelta(minutes=15)
MAILS_PER_ADDRESS: Final = 3
MAILS_PER_REMOTE: Final = 30

LINK_LASTS: Final = timedelta(minutes=30)
INVITATION_LASTS: Final = timedelta(days=7)

SIGN_IN, RESET, INVITATION, CONFIRM, REOPEN = "sign_in", "reset", "invitation", "confirm", "reopen"
ESCALATE: Final = "escalate"
#: Links that open an account; all of them end with its password, its sessions, or the account itself.
OPENING: Final = (SIGN_IN, RESET, INVITATION)
#: Where a link leads, below the desk's own address. A test holds these against the web's routes.
LINK_PATHS: Final[dict[str, str]] = {
    SIGN_IN: "/sign-in/link/{secret}/",
    RESET: "/sign-in/password/{secret}/",
    INVITATION: "/sign-in/invitation/{secret}/",
}


def wait_before_try(tries: Sequence[datetime], now: datetime) -> timedelta:
    """How long an account must wait after some failed tries from one remote address; zero if it may try now.

    Three are free, then 2, 4, 8 … seconds after the last one, at most a quarter of an hour.
    """
    recent = [moment for moment in tries if now - moment < HOUR]
    if len(recent) < TRIES_WITHOUT_WAIT:
        return timedelta(0)
    pause = min(timedelta(seconds=2 ** min(len(recent) - TRIES_WITHOUT_WAIT + 1, 20)), LONGEST_WAIT)
    return max(timedelta(0), max(recent) + pause - now)


def wait_for_budget(tries: Sequence[datetime], budget: int, now: datetime) -> timedelta:
    """How long until fewer than ``budget`` tries lie within the last hour; zero if that is so already."""
    recent = sorted(moment for moment in tries if now - moment < HOUR)
    if len(recent) < budget:
        return timedelta(0)
    return recent[len(recent) - budget] + HOUR - now


def remote_key(address: str) -> str:
    """What counts as one remote address: an IPv4 address, the /64 network of an IPv6 one, else ``unknown``."""
    try:
        parsed = ipaddress.ip_address(address.strip().strip("[]"))
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((int(parsed), 64), strict=False))
    return str(parsed)


def folded_login(login: str) -> str:
    """One spelling for one sign-in name: no blanks around, lower case."""
    return login.strip().lower()


def is_preference(name: str, value: object) -> bool:
    """Whether a preference exists and may have this value; the free ones may be anything short."""
    if name in PREFERENCES:
        return any(value is allowed or value == allowed for allowed in PREFERENCES[name])
    return name.startswith(FREE_PREFERENCES) and len(name) <= 60 and len(repr(value)) <= 2_000


def link_path(purpose: str, secret: str, target: str = "") -> str:
    """The path of a link below the desk's address, with the page it goes on to."""
    path = LINK_PATHS[purpose].format(secret=quote(secret, safe=""))
    return f"{path}?next={quote(target, safe='/')}" if target else path


def digest_of(secret: str) -> bytes:
    """What is kept of a link or token: random enough that a plain hash cannot be turned round."""
    return hashlib.sha256(secret.encode()).digest()
