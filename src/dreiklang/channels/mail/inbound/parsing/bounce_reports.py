"""Delivery reports that follow a form: RFC 3464 and RFC 5337 fields, and the JSON of mail services."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from . import limits
from .charsets import text_of
from .structure import Part, Reading, read_structure

ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,128}@[A-Za-z0-9\u00a1-\uffff][A-Za-z0-9.\u00a1-\uffff_-]{0,253}", re.A
)
ENHANCED = re.compile(r"(?<![\d.\[\]])([245])\.(\d{1,2})\.(\d{1,3})(?![\d.]\d|\d)")
_FIELD = re.compile(r"^([A-Za-z][A-Za-z-]{2,40})[ \t]*:[ \t]*(.*)$")


@dataclass(slots=True)
class Row:
    """What is said of one recipient, before it is judged."""

    recipient: str = ""
    status: str = ""
    action: str = ""
    wording: str = ""


def from_reports(parts: list[Part], text: str) -> list[Row]:
    """Rows of the delivery reports in a mail, or of their fields where these stand in its text."""
    rows: list[Row] = []
    for part in parts:
        if part.content_type in {"message/delivery-status", "message/global-delivery-status"}:
            rows += _rows_of_fields(text_of(part.content[:500_000], part.charset)[0])
    if not rows and re.search(r"^(?:final|original)-recipient[ \t]*:", text, re.IGNORECASE | re.MULTILINE):
        rows = _rows_of_fields(text[:200_000])
    return rows


def from_inner_report(parts: list[Part]) -> list[Row]:
    """A gateway passed the report on as a forwarded mail: its fields stand one mail further in."""
    for part in parts:
        if part.content_type == "message/rfc822" and b"final-recipient" in part.content[:200_000].lower():
            inner = read_structure(Reading(part.content[:500_000]))
            if rows := from_reports(list(inner.walk()), ""):
                return rows
    return []


def _rows_of_fields(text: str) -> list[Row]:
    """Blocks of `Final-Recipient`, `Action`, `Status`, `Diagnostic-Code` in any order (RFC 3464 §2.3)."""
    rows: list[Row] = []
    block: dict[str, str] = {}
    name = ""

    def finish() -> None:
        recipient = _typed(block.get("final-recipient", "")) or _typed(block.get("original-recipient", ""))
        original = _typed(block.get("original-recipient", ""))
        if "@" in original and ("@" not in recipient or "." not in recipient.rpartition("@")[2]):
            recipient = original
        if not recipient and not (block.get("status") and block.get("action")):
            return
        status = ENHANCED.search(block.get("status", ""))
        diagnostics = block.get("diagnostic-code", "") or block.get("x-postfix", "")
        diagnostics = diagnostics or block.get("status", "").partition("(")[2]
        x_supplementary = block.get("x-supplementary-info", "")
        rows.append(
            Row(
                recipient=recipient,
                status=status.group() if status else "",
                action=block.get("action", "").lower().split()[0] if block.get("action", "").strip() else "",
                wording=f"{diagnostics} {x_supplementary}".strip(),
            )
        )

    for line in text.replace("\r\n", "\n").split("\n")[: limits.REPLY_LINES]:
        field = _FIELD.match(line)
        if field:
            name = field.group(1).lower()
            if (name in block and name in {"final-recipient", "original-recipient", "action"}) or len(block) > 60:
                finish()
                block = {}
            block.setdefault(name, field.group(2).strip())
        elif line[:1] in {" ", "\t"} and name in block and len(block[name]) < 8_000:
            block[name] += " " + line.strip()
        elif not line.strip():
            name = ""
            if "final-recipient" in block or "original-recipient" in block or "status" in block:
                finish()
                block = {}
        elif name in {"diagnostic-code"} and len(block[name]) < 8_000:
            block[name] += " " + line.strip()
        if len(rows) > limits.BOUNCE_RECIPIENTS:
            break
    finish()
    return [row for row in rows if row.recipient or len(rows) == 1]


def _typed(value: str) -> str:
    """The address in `rfc822; address` (also without a type, in brackets, or with words around it)."""
    kind, _semicolon, address = value.partition(";")
    value = address or value
    if kind.strip().lower() == "utf-8":
        # RFC 6533 §3: letters beyond ASCII as they are, or as `\x{FC}`.
        value = re.sub(r"\\x\{([0-9A-Fa-f]{2,6})\}", lambda code: _letter(code.group(1)), value.strip(" <>"))
        if value.count("@") == 1 and " " not in value:
            return value[:320]
    found = ADDRESS.search(value)
    if found:
        return found.group().rstrip(".")
    value = value.strip(" <>\"'")
    return "" if " " in value or value.startswith("@") else value[:320]


def _letter(code: str) -> str:
    number = int(code, 16)
    return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"


def from_notification(text: str) -> list[Row]:
    """Mail services report in JSON: `bouncedRecipients`, or `delivery` with its `recipients`."""
    if not text.lstrip().startswith("{"):
        return []
    try:
        said, _end = json.JSONDecoder(strict=False).raw_decode(text.lstrip()[:200_000])
    except (ValueError, RecursionError):
        return []
    if not isinstance(said, dict):
        return []
    bounce, delivery = said.get("bounce"), said.get("delivery")
    rows: list[Row] = []
    recipients = bounce.get("bouncedRecipients") if isinstance(bounce, dict) else None
    for one in recipients if isinstance(recipients, list) else []:
        if isinstance(one, dict):
            status = ENHANCED.search(str(one.get("status", "")))
            rows.append(
                Row(
                    recipient=_typed(str(one.get("emailAddress", ""))),
                    status=status.group() if status else "",
                    action=str(one.get("action", "failed")).lower(),
                    wording=str(one.get("diagnosticCode", "")),
                )
            )
    recipients = delivery.get("recipients") if isinstance(delivery, dict) else None
    for address in recipients if isinstance(recipients, list) else []:
        wording = str(delivery.get("smtpResponse", "")) if isinstance(delivery, dict) else ""
        rows.append(Row(recipient=_typed(str(address)), action="delivered", wording=wording))
    return rows
