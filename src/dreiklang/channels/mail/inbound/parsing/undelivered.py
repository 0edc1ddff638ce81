"""Is this a mail system's word that a mail could not be delivered? Reports by their form, the others by their words.

Sources: RFC 3464 (delivery reports), RFC 5321 §4.5.5 (the null sender), and how servers word it that know neither.
"""

from __future__ import annotations

import re

from .evidence import (
    MACHINE_SENDER,
    NOTIFICATION,
    Evidence,
    has_null_sender,
    has_part,
    is_feedback_report,
    is_receipt_report,
    report_type,
)

_DAEMON = re.compile(
    r"(?:mailer|mail|mdaemon|mailerd?)[-_.]?(?:daemon|demon|deamon|system|subsystem)(?:[-_.+][^@]*)?@|mdaemon@|"
    r"mailer-?daemon|post[-_.]?master(?:@|$)|mail-?delivery|mailmaster@|no-?reply-?bounce|"
    r"bounces?(?:[-_+.][^@]*)?@|<>|microsoftexchange[0-9a-f]{20,}@|mail-?admin(?:istrator)?@|mailrouter|"
    r"(?:delivery|email)-?(?:notification|failure|status)s?@|^system ?administrator@",
)
_MAYBE_DAEMON = re.compile(
    r"^(?:mail|mailer|mailerd|admin|administrator|root|system|smtp|mta|nobody)@|-(?:admin|request|owner)@|owner-[^@]*@"
)
"""Addresses that mail systems have, and people too: 'mail@' is a usual address of small firms."""
_DAEMON_NAME = re.compile(
    r"mail(?:er)?[ -]?(?:delivery|daemon|system|administrator|router)|postmaster|delivery (?:sub)?system|"
    r"system ?administrator$|zustell(?:ung|dienst|benach|system)|mail-?system|internet mail delivery|pmdf|"
    r"^microsoft outlook$|groupwise",
)
_BOUNCE_SUBJECT = re.compile(
    r"undeliver(?:able|ed)|delivery (?:status|failure|has failed|report|notification|unsuccessful|problem)|"
    r"deliver(?:y|ing) (?:to .{1,80} )?(?:failed|failure|delayed)|mail (?:delivery|system|could not)|"
    r"returned? mail|"
    r"(?:mail|message)[ -](?:delivery )?(?:fail|returned|status|delayed|not delivered|undelivered)|"
    r"failure notice|"
    r"(?:could not|couldn't|cannot|can't|can not|unable to) (?:be )?(?:deliver|send)|non.?delivery|"
    r"nondeliverable|"
    r"delivery.{0,40}fail|fail(?:ed|ure).{0,30}deliver|failure delivery|return(?:ed|ing)(?: .{1,20})? to sender|"
    r"user unknown|warning: could not send|rejected (?:mail|message)|mail ?box (?:is )?full|"
    r"(?:message|mail) (?:was )?(?:rejected|refused|blocked)|bounced? (?:mail|message)|"
    r"unzustellbar|nicht zu(?:ge)?stellbar|nicht zugestellt|zustell(?:ung|ungs?)[^:]{0,40}(?:fehl|"
    r"gescheitert|verz)|"
    r"unzustellbarkeit|übermittlungsstatus|zustellstatus|zustellungsstatus|"
    r"zustellbenachrichtigung|zustellfehler|fehler bei der (?:zustellung|übermittlung)|"
    r"rückläufer|mail konnte nicht|nachricht konnte nicht|übermittlung(?:s)?(?:bericht|fehler| fehlgeschlagen)|"
    r"non remis|échec de (?:la )?remise|no se puede entregar|mancato recapito|niet bezorgd|onbestelbaar|"
    r"retourn[ée]|недоставлен|не доставлен|ошибка доставки|mail failure|メール|配信|エラー|退信|"
    r"notice: mail|loop (?:alert|"
    r"back)|error sending|smtp server: errors|"
    r"failed mail|processing error$|(?:not|n't) (?:yet )?been delivered|not? (?:yet )?delivered|"
    r"mail delivery warning|delivery (?:warning|notice|incomplete|delayed|error)|"
    r"mail quarantine|apparently from you|(?:message|mail) \S{1,80} delayed|message you sent blocked|"
    r"delivery$|nondelivery|dsn",
)
_BOUNCE_WORDS = re.compile(
    r"(?:could|can|was|were|is|has|have|be)(?: ?not|n't)(?: be| been)?(?: successfully)? (?:delivered|"
    r"sent|reached)|"
    r"undeliver(?:able|ed)|delivery (?:to .{0,120}? )?(?:has |of .{0,80}? )?(?:failed|failure|delayed|attempt|"
    r"status|error)|"
    r"(?:wasn't|not) able to deliver|unable to deliver|failed to deliver|permanent (?:fatal )?(?:error|failure)|"
    r"following (?:address|recipient|destination)|(?:mail|message) has been returned|returned mail follows|"
    r"(?:not|n't) yet been delivered|delivery .{0,120}? has been (?:postponed|delayed|deferred)|did not reach the|"
    r"will continue to (?:try|attempt)|did not (?:exactly )?match an? |n'a pas pu (?:etre|être) (?:delivre|remis)|"
    r"has not been collected|returned to sender|wasn't delivered|could not deliver|"
    r"host (?:or domain name )?(?:not found|unknown)|user unknown|unknown user|no such (?:user|recipient|"
    r"mailbox)|"
    r"mailbox (?:is )?(?:full|unavailable|not found|quota)|quota exceeded|rejected your message|"
    r"message (?:was )?(?:blocked|rejected|refused)|smtp error|remote (?:host|server) (?:said|returned|rejected)|"
    r"(?:^|\n)\s*<<< [45]\d\d|(?:^|\n)[ >]*[45]\d\d[ -][45]\.\d|failed addresses? follow|"
    r"konnte(?:n)? (?:leider )?nicht (?:an .{0,80}? )?(?:zugestellt|übermittelt|ausgeliefert|gesendet)|"
    r"nicht zustellbar|unzustellbar|empfänger (?:unbekannt|existiert nicht)|postfach (?:ist )?(?:voll|überfüllt)|"
    r"kann nicht zugestellt|"
    r"(?:zustellung|übermittlung) .{0,80}?(?:fehlgeschlagen|gescheitert|nicht möglich|nicht erfolgreich)|"
    r"transcript of session|duplicated message-id|trouble delivering|error: invalid user|no such user here|"
    r"не может быть доставлено|n'a pas pu être (?:remis|délivré)|no se ha podido entregar|non è stato possibile",
)
_REPORT_START = re.compile(
    r"(?:this (?:is|message|report)[^\n]{0,60}(?:mail (?:system|delivery|server)|automatically|qmail|generated)|"
    r"hi\. this is|\**[ \t]*message from .{1,60}(?:virus|scan|wall|gateway|filter|system)|-*[ \t]*non-?delivery report|"
    r"the (?:e-?)?mail below could not|could not deliver message to|this is an advisory-only|"
    r"delivery of (?:e-?)?mail to|failed recipients|"
    r"your (?:message|mail|e-?mail) |sorry|i'm sorry|we're sorry|the (?:following|"
    r"original) (?:message|recipient|address|mail)|"
    r"delivery (?:to|has|of|failed)|unable to deliver|a message that you sent|an error occurred|"
    r"diese (?:nachricht|e-?mail) wurde automatisch|ihre (?:nachricht|e-?mail|mail) )",
)


_REJECTED_BY_RECEIPT = re.compile(r"automatic-action/.{0,60};\s*(?:deleted|failed|denied)", re.DOTALL)
_REJECTED_WORDS = re.compile(
    r"(?:automatically|was|wurde|been) (?:\w+ )?(?:rejected|refused|abgelehnt|zurückgewiesen)|quota exceeded"
)
_GREETING = re.compile(
    r"(?:hallo|hi(?! ?\. this)|hey|moin|servus|grüezi|guten (?:tag|morgen|abend)|liebe[rs]?|sehr geehrte|hello|"
    r"good (?:morning|afternoon|day))\b"
)
_ANSWER = re.compile(r"\s*(?:re|aw|wg|fw|fwd|antw)\s*:")
_SHORT_REPORT = re.compile(
    r"[\s*=-]*(?:your message could not be delivered|votre message n'a pas pu|"
    r"ihre nachricht konnte nicht (?:an )?)[^@]{0,200}@"
)


def is_report(evidence: Evidence) -> bool:
    """A bounce by its form alone: the parts of a delivery report, or a header that only mail systems write."""
    if is_receipt_report(evidence):
        return _is_rejection(evidence)
    if is_feedback_report(evidence):
        return False
    is_status = has_part(evidence, "message/delivery-status", "message/global-delivery-status")
    return report_type(evidence) == "delivery-status" or is_status or evidence.has("x-failed-recipients")


def _is_rejection(evidence: Evidence) -> bool:
    """A mailbox's filter that refuses a mail answers with a receipt (RFC 5429 §2.1.2): deleted, and why."""
    for part in evidence.root.walk():
        if part.content_type == "message/disposition-notification":
            said = part.content[:4_000].decode("latin-1").lower()
            words = evidence.text[:2_000].lower()
            return bool(_REJECTED_BY_RECEIPT.search(said) and _REJECTED_WORDS.search(words))
    return False


def is_worded_so(evidence: Evidence) -> bool:
    """A bounce by who sends it and by its words."""
    sender = re.sub(r"[\\\"']", "", evidence.sender.lower())
    subject = evidence.subject.lower()
    text = evidence.text[:20_000].lower()
    has_words = bool(_BOUNCE_WORDS.search(text))
    about_delivery = bool(_BOUNCE_SUBJECT.search(subject))
    if _is_daemon(evidence, sender):
        if _greets(text) and (evidence.has("in-reply-to") or not about_delivery):
            return False
        return about_delivery or has_words or ("mailer-daemon" in sender and _returns_a_mail(evidence))
    if has_null_sender(evidence):
        return about_delivery or has_words
    notified = NOTIFICATION.search(text)
    if notified:
        return notified.group(1) in {"bounce", "delivery"}
    if not (has_words and about_delivery):
        return False
    if evidence.has("in-reply-to") or (_ANSWER.match(subject) and not _SHORT_REPORT.match(text)):
        return False
    return (
        bool(_REPORT_START.match(text.lstrip(" \t\n*-=")[:400]))
        or bool(_SHORT_REPORT.match(text))
        or "final-recipient:" in text
        or bool(MACHINE_SENDER.match(sender))
        or (bool(_MAYBE_DAEMON.search(sender)) and not _greets(text))
    )


def is_surely_worded_so(evidence: Evidence) -> bool:
    """The sender or the subject says it; else an automatic answer is the better reading."""
    sender = re.sub(r"[\\\"']", "", evidence.sender.lower())
    return _is_daemon(evidence, sender) or bool(_BOUNCE_SUBJECT.search(evidence.subject.lower()))


def _is_daemon(evidence: Evidence, sender: str) -> bool:
    return bool(_DAEMON.search(sender) or _DAEMON_NAME.search(evidence.sender_name.lower()))


def _greets(text: str) -> bool:
    return bool(_GREETING.match(text.lstrip()[:40]))


def _returns_a_mail(evidence: Evidence) -> bool:
    return has_part(evidence, "message/rfc822", "text/rfc822-headers")
