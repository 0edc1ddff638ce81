"""Who did not get a mail, with which status and why: delivery reports and the free text of servers without them.

Structured reports (RFC 3464, RFC 5337) are read first; then X-Failed-Recipients; then the text before the returned
mail, where servers name the address alone on a line, before a colon, or in their dialogue; at last the returned
mail's own To.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from . import limits
from .addresses import addresses
from .bounce_reasons import HARD, reason_of
from .bounce_reports import ADDRESS, ENHANCED, Row, from_inner_report, from_notification, from_reports
from .evidence import Evidence
from .headers import decoded, message_id
from .structure import Part, Reading


@dataclass(frozen=True, slots=True)
class FailedRecipient:
    """One row of a bounce; `status` is an enhanced code (RFC 3463), `x.0.0` where only the class can be known."""

    recipient: str
    status: str
    reason: str
    hard: bool

    def as_json(self) -> dict[str, object]:
        """As COMMANDS prints it."""
        return {"recipient": self.recipient, "status": self.status, "reason": self.reason, "hard": self.hard}


@dataclass(frozen=True, slots=True)
class BounceReport:
    """The rows, and which of our mails came back."""

    rows: tuple[FailedRecipient, ...]
    original_message_id: str


_REPLY_CODE = re.compile(
    r"(?<![\d.\[/-])([45]\d\d)(?=[ ,-]|$|\.\s)(?!\s?(?:bytes|kb|mb|days?|hours?|min|seconds?|messages?))"
)
_RETURNED = re.compile(
    r"^(?:[ \t>*_=-]*(?:this is a copy of (?:the|your) message|below this line is a copy of|"
    r"(?:the )?(?:original|returned|undelivered|rejected|bounced)[ -]?(?:e?-?mail )?(?:message|mail|text|"
    r"headers?|"
    r"e-?mail)"
    r"(?: (?:follows|headers?|text|body|content))*(?! (?:was|is|has|had|could|can|to|that|from|with|"
    r"identif|details))|message (?:headers?|text|contents?|body) follows?|"
    r"your (?:original )?message (?:follows|reads|header)|unsent message (?:below|follows)|"
    r"(?:start of |begin of |beginning of )?returned (?:message|mail)|"
    r"header of (?:the )?(?:original|failed)|message header|attached is|included is a copy|"
    r"(?:die )?(?:ursprüngliche|originale?)[ -]?(?:nachricht|kopfzeilen|mail|header)|es folgt eine kopie|"
    r"es folgt (?:ein teil )?ihrer?|forwarded message|--- the (?:header|message)|received message)[^\n]{0,80}"
    r"|(?P<header>return-path|received|x-received|delivered-to|dkim-signature|x-originalarrivaltime|message-id|"
    r"mime-version|x-mailer):[^\n]*)$",
    re.IGNORECASE | re.MULTILINE,
)
_LABELLED = re.compile(
    r"(?:^|\n)[ \t>*-]*(?:to|an|recipient(?: address)?|failed (?:recipient|address)|e-?mail address|user|rcpt|"
    r"(?:delivery )?failed for|intended recipient|addressed to|"
    r"(?:your )?(?:message|mail|e-mail|nachricht) (?:to|an)(?= )|"
    r"original[- ]recipient|final[- ]recipient|empfänger|original rcpt to|destination)"
    r"[ \t]*[:= ][ \t]*(?:rfc822;|smtp;|"
    r"\"[^\"\n]{0,80}\" ?)?[ \t]*[<(\[]?(?:mailto:)?([^\s<>;:,()\[\]\"]{1,128}@[^\s<>;:,()\[\]\"]{1,253})",
    re.IGNORECASE,
)
_ALONE = re.compile(
    r"(?:^|\n)[ \t>*-]{0,40}(?:\d{1,3}[.)][ \t]+)?(?:[^\n<@:]{0,60}[ \t])?[<\[(\"']?"
    r"([A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,128}@[A-Za-z0-9.-]{1,253}[A-Za-z0-9])[>\])\"']?"
    r"(?:<mailto:[^>\n]*>|\([^)\n]*\))*[ \t]*(?::|\.{0,3}[ \t]*(?=\n|$)|[ \t]+(?=\()|\.\.\.|,[ \t]|;|[ \t]-)"
)
_DIALOGUE = re.compile(r"rcpt to: ?<?([^\s<>;,()\[\]\"]{1,128}@[^\s<>;,()\[\]\"]{1,253})", re.IGNORECASE)
_ANNOUNCED = re.compile(r"did not reach the following recipient(?:\(s\)|s)?:?[ \t]*\n", re.IGNORECASE)
_FIRST_ON_LINE = re.compile(
    r"^[ \t<]*(?:[^\n@]{0,120}SMTP=)?([^\s<>;,()\[\]\"'=]{1,128}@[^\s<>;,()\[\]\"']{1,253})>?;?[ \t]+(?:on|am) ",
    re.IGNORECASE | re.MULTILINE,
)
_LIST_SUFFIX = re.compile(r"-(?:bounces?|admin|owner|request)(?:\+[^@]*)?@")
_CONTACT = re.compile(
    r"contact|support|help|question|assist|(?<!generated )(?<!expanded )from\b|sender|kontakt|absender|von\b|@",
    re.IGNORECASE,
)
_AFTER_CONTENT = re.compile(
    r"in reply to (?:end of )?data|after (?:end of data|data)|>>> (?:data|\.)[ \t]*\n?<<< 5(?!03)|^data[ \t]*$|"
    r"\(data\)",
    re.I | re.M,
)
_AT_RECIPIENT = re.compile(r">>> rcpt to:[^\n]*\n<<< 5|in reply to rcpt|after rcpt", re.IGNORECASE)
_NETWORK = re.compile(r"\[?\b\d{1,3}(?:\.\d{1,3}){3}\b\]?")
_URL = re.compile(r"https?://\S+", re.IGNORECASE)
_DELAY = re.compile(
    r"delay(?:ed)?\b|not yet|will (?:be retried|keep trying|continue|retry)|warning message only|"
    r"temporar(?:y|ily)|"
    r"retry|you do not need to (?:do|resend)|still being|verzöger|vorübergehend|deferred|expired|timed? ?out|"
    r"too long|giving up|could not connect|connection refused"
)
_PERMANENT = re.compile(
    r"permanent|fatal|failed permanently|giving up|i've given up|unknown|not exist|no such|invalid|"
    r"rejected|denied|"
    r"expired|too long|undeliverable|refused"
)


def read_bounce(evidence: Evidence, reading: Reading) -> BounceReport:
    """Rows for every recipient named; a bounce that names nobody gives one row without recipient."""
    parts = list(evidence.root.walk())
    original = _original(parts, evidence.text, reading)
    report_text = _report_text(evidence.text)
    rows = from_notification(evidence.text) or from_reports(parts, evidence.text)
    text_rows = _from_text(report_text, evidence, original)
    rows = [_enriched(row, text_rows, report_text) for row in rows] or text_rows or from_inner_report(parts)
    if not rows:
        recipient = next(iter(original.recipients), "")
        rows = [Row(recipient=recipient, wording=report_text)]
    is_warning = not _PERMANENT.search(report_text.lower()) and (
        "delay" in evidence.subject.lower() or "warning" in evidence.subject.lower()
    )
    unique: dict[str, FailedRecipient] = {}
    for row in rows[: limits.BOUNCE_RECIPIENTS]:
        if row.recipient.lower() not in unique:
            unique[row.recipient.lower()] = _finished(row, report_text[:8_000], is_warning)
    return BounceReport(tuple(unique.values()), original.message_id)


@dataclass(frozen=True, slots=True)
class _Original:
    """What is known of the mail that came back."""

    message_id: str = ""
    senders: frozenset[str] = frozenset()
    recipients: tuple[str, ...] = ()


def _original(parts: list[Part], text: str, reading: Reading) -> _Original:
    for part in parts:
        if part.content_type in {"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"}:
            head = part.content[:200_000]
            found = _original_from(head)
            if found.message_id or found.recipients:
                return found
    returned = _RETURNED.search(text)
    if returned:
        tail = text[returned.start() if returned.group("header") else returned.end() :]
        lines = [line.lstrip("> \t") if line[:1] == ">" else line for line in tail.lstrip().split("\n")[:200]]
        return _original_from("\n".join(lines).lstrip().encode("utf-8", "replace"))
    return _Original()


def _original_from(head: bytes) -> _Original:
    inner = Part(Reading(head), 0, len(head))
    senders = [a.key for name in ("from", "return-path", "sender") for a in addresses(inner.first(name) or "")]
    recipients = [
        a.address for name in ("to", "cc", "x-original-to", "delivered-to") for a in addresses(inner.first(name) or "")
    ]
    return _Original(message_id(inner.first("message-id")), frozenset(senders), tuple(dict.fromkeys(recipients)))


def _report_text(text: str) -> str:
    """The server's own words: what stands before the returned mail."""
    text = text[:60_000]
    returned = _RETURNED.search(text, min(40, len(text)))
    head = text[: returned.start()] if returned else text
    return (head if head.strip() else text)[:20_000]


# --- free text ----------------------------------------------------------------------------------------------------


def _from_text(text: str, evidence: Evidence, original: _Original) -> list[Row]:
    """Addresses in the server's words with what is said after each."""
    own = {evidence.sender.lower(), *original.senders} | {
        a.key for name in ("to", "return-path") for a in addresses(evidence.root.first(name) or "")
    }
    lists = {_LIST_SUFFIX.sub("@", address) for address in own}
    wanted = {address.lower() for address in original.recipients}
    failed_header = [a.address for a in addresses(", ".join(evidence.root.all("x-failed-recipients")))]
    own -= {address.lower() for address in failed_header}
    own -= wanted
    occurrences = _named(text, own | (lists - wanted), wanted) or _named(text, own, wanted)
    said = _said_after(occurrences[:2_000], text)
    if failed_header:
        return _rows_of_header(failed_header, said, text)
    return [Row(recipient=address, wording=wording) for address, wording in said.values()]


def _named(text: str, own: set[str], wanted: set[str]) -> list[tuple[int, str]]:
    """Where which address is said to have failed: by the form of the line, else by being named at all."""
    announced = _ANNOUNCED.search(text)
    if announced:
        after = [
            (match.start(1), match.group(1).rstrip("."))
            for match in _FIRST_ON_LINE.finditer(text, announced.end())
            if _is_failed(match.group(1), own)
        ]
        if after:
            return after
    occurrences: list[tuple[int, str]] = []
    for pattern in (_LABELLED, _ALONE, _DIALOGUE):
        for match in pattern.finditer(text):
            address = match.group(1).rstrip(".'")
            is_alias = re.search(r"(?:generated|expanded) (?:from|by)", match.group(), re.IGNORECASE)
            if not is_alias and _is_failed(address, own):
                occurrences.append((match.start(), address))
        if occurrences and pattern is not _LABELLED:
            break
    if occurrences:
        return occurrences
    named = [
        (match.start(), address)
        for match in ADDRESS.finditer(text)
        if _is_failed(address := match.group().rstrip(".'").strip("'").removeprefix("SMTP="), own)
    ]
    in_copy = [(start, address) for start, address in named if address.lower() in wanted]
    return in_copy or [(start, address) for start, address in named if not _is_contact(text, start)][:1]


def _is_contact(text: str, start: int) -> bool:
    """Whether the line offers an address to ask, or says whose mail was refused."""
    return bool(_CONTACT.search(text[max(0, text.rfind("\n", 0, start)) : start]))


def _said_after(occurrences: list[tuple[int, str]], text: str) -> dict[str, tuple[str, str]]:
    """For each address the text from where it stands to where another one stands."""
    ordered = sorted(occurrences)
    said: dict[str, tuple[str, str]] = {}
    for number, (start, address) in enumerate(ordered):
        end = ordered[number + 1][0] if number + 1 < len(ordered) else len(text)
        known = said.get(address.lower(), (address, ""))
        said[address.lower()] = (known[0], (known[1] + text[start:end])[:4_000])
    return said


def _rows_of_header(failed: list[str], said: dict[str, tuple[str, str]], text: str) -> list[Row]:
    """X-Failed-Recipients names the addresses we wrote to; the text may name those they were forwarded to."""
    in_order = [wording for _address, wording in said.values()] if len(said) == len(failed) else []
    rows = []
    for number, address in enumerate(failed):
        known = said.get(address.lower(), ("", ""))[1]
        rows.append(Row(recipient=address, wording=known or (in_order[number] if in_order else text[:4_000])))
    return rows


def _is_failed(address: str, own: set[str]) -> bool:
    """Neither the sender nor a mail system's own address, nor a message-id."""
    low = address.lower()
    local, _at, domain = low.partition("@")
    if low in own or "." not in domain:
        return False
    return not re.match(r"(?:mailer-?daemon|postmaster|abuse|support|help|helpdesk|unsubscribe)$", local)


def _enriched(row: Row, text_rows: list[Row], report_text: str) -> Row:
    """A report whose status is generic takes the code from its diagnosis, then from the text to the recipient."""
    wording = row.wording
    if not row.recipient and len(text_rows) == 1:
        row = replace(row, recipient=text_rows[0].recipient)
    if not wording or (_is_generic(row.status) and not ENHANCED.search(wording)):
        for text_row in text_rows:
            if text_row.recipient.lower() == row.recipient.lower() or len(text_rows) == 1:
                wording = f"{wording} {text_row.wording}"
                break
        else:
            wording = wording or report_text
    return replace(row, wording=wording)


def _is_generic(status: str) -> bool:
    return not status or status.endswith(".0.0")


def _finished(row: Row, report_text: str, is_warning: bool) -> FailedRecipient:
    wording = _without_addresses(row.wording)
    status = _status(row, wording, report_text, is_warning)
    reason = reason_of(wording if wording.strip() else _without_addresses(report_text), status, row.action)
    if reason == "undefined" and row.wording is not report_text:
        reason = reason_of(_without_addresses(report_text), status, row.action)
    if reason == "userunknown" and not status.startswith("5.1.") and _refused_after_content(row, report_text):
        # Known at RCPT, refused with the content: a filter's answer.
        reason = "filtered"
    return FailedRecipient(decoded(row.recipient), status, reason, reason in HARD)


def _refused_after_content(row: Row, report_text: str) -> bool:
    text = f"{row.wording} {report_text}"
    return bool(_AFTER_CONTENT.search(text)) and not _AT_RECIPIENT.search(text)


def _without_addresses(text: str) -> str:
    """Words of a local part ('unknown@…') must not count as the server's words."""
    text = re.sub(r"\s+", " ", text[:12_000])
    return ADDRESS.sub("<>", _NETWORK.sub("ip", _URL.sub("", text)))


def _status(row: Row, wording: str, report_text: str, is_warning: bool) -> str:
    """The code said for this recipient: the far server's answer, the status field; else the class alone.

    The far server knows more than the one that wrote the report: its code wins, unless it is less exact.
    """
    codes = ["".join((m.group(1), ".", m.group(2), ".", m.group(3))) for m in ENHANCED.finditer(wording)]
    if row.action not in {"delivered", "relayed", "expanded"}:
        codes = [code for code in codes if code[0] != "2"]
    codes = [*codes, row.status] if row.status else codes
    if codes:
        return min(codes, key=_vagueness)
    if row.action in {"delivered", "relayed", "expanded"}:
        return "2.0.0"
    reply = _REPLY_CODE.search(wording)
    if reply:
        return f"{reply.group(1)[0]}.0.0"
    if row.action == "delayed" or is_warning:
        return "4.0.0"
    text = (wording if wording.strip() else report_text).lower()
    if row.action != "failed" and _DELAY.search(text) and not _PERMANENT.search(text):
        return "4.0.0"
    return "5.0.0"


def _vagueness(status: str) -> int:
    """0 for a code that says something, more for `x.4.7` (time is up), `x.y.0`, `x.0.0`."""
    if status.endswith(".0.0"):
        return 3
    if status.endswith(".0"):
        return 2
    return 1 if status.endswith(".4.7") else 0
