"""What the decision about automatic mail looks at, and the plain facts in it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .structure import Part

MACHINE_SENDER = re.compile(
    r"(?:do[-_.]?not[-_.]?reply|no[-_.]?reply|noreply|nicht[-_.]?antworten|keine[-_.]?antwort|donotrespond|"
    r"no[-_.]?response|notifications?|notify|alerts?|automail(?:er)?|cron|daemon)(?:[-_.+][^@]*)?@|"
    r"[^@]{1,60}[-_.]no-?reply@"
)
NOTIFICATION = re.compile(r"\A\{.{0,2000}?\"(?:notificationtype|eventtype)\"\s*:\s*\"(\w{1,20})\"", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the decision looks at."""

    root: Part
    subject: str
    sender: str
    sender_name: str
    text: str
    calendars: tuple[Part, ...]
    has_reply_to: bool
    is_meeting: bool = False

    def header(self, name: str) -> str:
        """The first value in lower case without comments; empty if missing."""
        value = self.root.first(name)
        if value is None:
            return ""
        return re.sub(r"\([^()]*\)", "", value[:2_000].lower()).strip()

    def has(self, name: str) -> bool:
        """Whether the mail bears this header."""
        return self.root.has(name)


def report_type(evidence: Evidence) -> str:
    """The kind of a multipart/report (RFC 6522), lower case; empty for any other mail."""
    root = evidence.root
    if root.content_type != "multipart/report":
        return ""
    return (root.content_type_parameters.get("report-type") or "").lower()


def has_part(evidence: Evidence, *types: str) -> bool:
    """A part of that type in the mail's own structure; forwarded mails are one leaf and are not looked into."""
    return any(part.content_type in types for part in evidence.root.walk())


def is_feedback_report(evidence: Evidence) -> bool:
    """A complaint in the form of RFC 5965."""
    return report_type(evidence) == "feedback-report" or has_part(evidence, "message/feedback-report")


def is_receipt_report(evidence: Evidence) -> bool:
    """Told what became of a mail after delivery, in the form of RFC 8098."""
    return report_type(evidence) == "disposition-notification" or has_part(
        evidence, "message/disposition-notification", "message/global-disposition-notification"
    )


def has_null_sender(evidence: Evidence) -> bool:
    """Return-Path `<>` (RFC 5321 §4.5.5): nobody wants to be answered."""
    path = evidence.header("return-path").replace(" ", "")
    return (
        path == "<>" or evidence.header("from").endswith("<>") or path.startswith(("<mailer-daemon", "mailer-daemon"))
    )
