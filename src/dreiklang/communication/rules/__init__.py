"""Which news are for whom, and how the words of our own mails are filled in. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

PROMISE_NEAR, PROMISE_BROKEN, ESCALATED = "promise_near", "promise_broken", "escalated"
TASK, RETURNED, BY_RULE = "task", "returned", "by_rule"
VENDOR_SILENT = "vendor_silent"
OUTAGE, OUTAGE_OVER = "outage", "outage_over"
#: The channel of words that are read as they are written: each is no news of its own.
TALKED = "chat"
ASSIGNED, HANDED_OVER, HANDED_BACK, RELAYED, REPLIED, MENTIONED, REOPENED, SOLVED, UNDELIVERED, FOLLOWED = (
    "assigned",
    "handed_over",
    "handed_back",
    "relayed",
    "replied",
    "mentioned",
    "reopened",
    "solved",
    "undelivered",
    "followed",
)
KINDS = (
    ASSIGNED, HANDED_OVER, HANDED_BACK, RELAYED, REPLIED, MENTIONED, REOPENED, SOLVED, UNDELIVERED, FOLLOWED,
    PROMISE_NEAR, PROMISE_BROKEN, ESCALATED, TASK, RETURNED, BY_RULE,
    VENDOR_SILENT, OUTAGE, OUTAGE_OVER,
)  # fmt: skip

#: Sent by mail too, unless the person chose otherwise; the rest is shown in the desk only.
MAILED_BY_DEFAULT = frozenset({ASSIGNED, HANDED_BACK, MENTIONED, REPLIED, RELAYED, TASK, ESCALATED, BY_RULE})

#: Why a parked ticket goes on by itself; an answer that came is told as such.
CAME_BACK = frozenset({"date", "task", "ticket", "children"})

PLACEHOLDER = re.compile(r"\{([a-z_]{1,30})\}")

#: key of a template → the placeholders it may use. No logic, no attributes: a name or nothing (P37).
PLACEHOLDERS: dict[str, frozenset[str]] = {
    "message": frozenset({"text", "number", "subject", "agent", "team", "signature", "name"}),
    "resolved": frozenset(
        {"text", "number", "subject", "agent", "team", "signature", "name", "confirm_link", "reopen_link", "closes_on"}
    ),
    "together": frozenset({"text", "number", "subject", "agent", "team", "signature", "name"}),
    "together_resolved": frozenset(
        {"text", "number", "subject", "agent", "team", "signature", "name", "confirm_link", "reopen_link", "closes_on"}
    ),
    "received": frozenset({"number", "name", "desk", "escalate_link"}),
    "closed": frozenset({"number", "subject", "name", "reopen_link"}),
    "unanswered": frozenset({"number", "subject", "name", "reopen_link"}),
    "reminder": frozenset({"number", "subject", "name", "question", "next_on"}),
    "last_reminder": frozenset({"number", "subject", "name", "question", "closes_on"}),
    "only_reminder": frozenset({"number", "subject", "name", "question"}),
    "correspondence": frozenset({"text", "number", "subject", "agent", "team", "signature", "name"}),
    "notification": frozenset({"number", "subject", "what", "link", "name"}),
    "sign_in": frozenset({"link", "within", "minutes", "desk"}),
    "reset": frozenset({"link", "within", "minutes", "desk"}),
    "invitation": frozenset({"link", "within", "minutes", "desk"}),
    "identity": frozenset({"link", "within", "minutes", "desk"}),
    "approval": frozenset({"name", "desk", "question", "asked_by", "requester", "number", "subject", "link", "cost"}),
    "outage": frozenset({"name", "title", "text", "when", "link", "desk"}),
    "outage_over": frozenset({"name", "title", "link", "desk"}),
    "webhook_off": frozenset({"webhook", "address", "link", "name", "desk"}),
    "webhook_gone": frozenset({"webhook", "address", "link", "name", "desk"}),
}
KEYS = tuple(PLACEHOLDERS)


def unknown_placeholders(key: str, text: str) -> list[str]:
    """Names in braces that a template of this key may not use."""
    return sorted({name for name in PLACEHOLDER.findall(text) if name not in PLACEHOLDERS[key]})


def fill(text: str, values: Mapping[str, str]) -> str:
    """Replace placeholders once. Values are never read again, so braces in a requester's words stay as they are."""
    return PLACEHOLDER.sub(lambda found: str(values.get(found[1], found[0])), text)


def fill_body(text: str, values: Mapping[str, str]) -> str:
    """Fill a body; a line of nothing but placeholders that have nothing to say falls away."""
    return "\n".join(fill(line, values) for line in text.split("\n") if not says_nothing(line, values))


def says_nothing(line: str, values: Mapping[str, str]) -> bool:
    """Whether a line consists of placeholders alone, all of them empty (an agent without a signature), or leads to
    links that there are not."""
    names = PLACEHOLDER.findall(line)
    is_bare = not PLACEHOLDER.sub("", line).strip() or all(name.endswith("_link") for name in names)
    return bool(names) and is_bare and not any(values.get(name, name) for name in names)


def quoted(text: str, *, most_lines: int = 200) -> str:
    """A text with the sign of a quotation before every line (RFC 3676 section 4.5), cut where it grows endless."""
    lines = text.strip().splitlines()
    kept = lines[:most_lines] + (["…"] if len(lines) > most_lines else [])
    return "\n".join(f"> {line}".rstrip() for line in kept)


def header_safe(text: str) -> str:
    """A text fit for a mail header: no line ends, no control characters (P37)."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
