"""Is a machine writing, and which kind? The first kind that fits counts, in the order of `Kind`.

Sources: RFC 3464 (delivery reports), RFC 5965 (feedback reports), RFC 8098 (receipts), RFC 5546 (invitations),
RFC 3834 (automatic answers), RFC 2369 and RFC 2919 (lists), and what programs write that know none of them.
A person's mail about such things ('out-of-office assistant does not work') is none of them: a subject alone
decides only in the exact form that programs give it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from .structure import Part


class Kind(StrEnum):
    """What wrote the mail, in the order of deciding."""

    BOUNCE = "bounce"
    FEEDBACK = "feedback"
    RECEIPT = "receipt"
    INVITATION = "invitation"
    AUTO_REPLY = "auto-reply"
    LIST = "list"
    BULK = "bulk"
    AUTO_GENERATED = "auto-generated"
    NONE = "none"

    def __reduce_ex__(self, proto: object) -> tuple[type[StrEnum], tuple[str]]:
        """By its value: early releases of Python 3.11 would name a builtin, which `isolation` refuses."""
        return type(self), (self.value,)


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

    def header(self, name: str) -> str:
        """The first value in lower case without comments; empty if missing."""
        value = self.root.first(name)
        if value is None:
            return ""
        return re.sub(r"\([^()]*\)", "", value[:2_000].lower()).strip()

    def has(self, name: str) -> bool:
        """Whether the mail bears this header."""
        return self.root.has(name)


_DAEMON = re.compile(
    r"(?:mailer|mail|mdaemon|mailerd?|maildelivery|mail-?delivery)[-_.]?(?:daemon|demon|deamon|system|subsystem)?"
    r"(?:[-_.+][^@]*)?@|mailer-?daemon|post[-_.]?master@|postmaster$|-(?:admin|request|owner)@|owner-[^@]*@|"
    r"mail-?delivery|mailmaster@|no-?reply-?bounce|"
    r"bounces?(?:[-_+.][^@]*)?@|<>|microsoftexchange[0-9a-f]{20,}@|mail-?admin(?:istrator)?@|mailrouter|"
    r"(?:delivery|email)-?(?:notification|failure|status)s?@",
)
_DAEMON_NAME = re.compile(
    r"mail(?:er)?[ -]?(?:delivery|daemon|system|administrator|router)|postmaster|delivery (?:sub)?system|"
    r"system ?administrator|zustell|mail-?system|internet mail delivery|pmdf|microsoft outlook|groupwise",
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
    r"unzustellbarkeit|zustellbenachrichtigung|zustellfehler|fehler bei der (?:zustellung|übermittlung)|"
    r"rückläufer|mail konnte nicht|nachricht konnte nicht|übermittlung(?:s)?(?:bericht|fehler| fehlgeschlagen)|"
    r"non remis|échec de (?:la )?remise|no se puede entregar|mancato recapito|niet bezorgd|onbestelbaar|"
    r"retourn[ée]|недоставлен|не доставлен|ошибка доставки|mail failure|メール|配信|エラー|退信|"
    r"notice: mail|loop (?:alert|"
    r"back)|error sending|smtp server: errors|"
    r"mail quarantine|apparently from you|(?:message|mail) \S{1,80} delayed|message you sent blocked|"
    r"delivery$|nondelivery|dsn",
)
_BOUNCE_WORDS = re.compile(
    r"(?:could|can|was|were|is|has|have|be)(?: ?not|n't)(?: be| been)?(?: successfully)? (?:delivered|"
    r"sent|reached)|"
    r"undeliver(?:able|ed)|delivery (?:to .{0,120}? )?(?:has |of .{0,80}? )?(?:failed|failure|delayed|attempt|"
    r"status|error)|"
    r"(?:wasn't|not) able to deliver|unable to deliver|failed to deliver|permanent (?:fatal )?(?:error|failure)|"
    r"following (?:address|recipient|destination)|returned to sender|wasn't delivered|could not deliver|"
    r"host (?:or domain name )?(?:not found|unknown)|user unknown|unknown user|no such (?:user|recipient|"
    r"mailbox)|"
    r"mailbox (?:is )?(?:full|unavailable|not found|quota)|quota exceeded|rejected your message|"
    r"message (?:was )?(?:blocked|rejected|refused)|smtp error|remote (?:host|server) (?:said|returned|rejected)|"
    r"(?:^|\n)\s*<<< [45]\d\d|(?:^|\n)[ >]*[45]\d\d[ -][45]\.\d|failed addresses? follow|"
    r"konnte(?:n)? (?:leider )?nicht (?:an .{0,80}? )?(?:zugestellt|übermittelt|ausgeliefert|gesendet)|"
    r"nicht zustellbar|unzustellbar|empfänger (?:unbekannt|existiert nicht)|postfach (?:ist )?(?:voll|überfüllt)|"
    r"kann nicht zugestellt|zustellung .{0,80}?(?:fehlgeschlagen|gescheitert|nicht möglich|nicht erfolgreich)|"
    r"transcript of session|duplicated message-id|trouble delivering|error: invalid user|no such user here|"
    r"не может быть доставлено|n'a pas pu être (?:remis|délivré)|no se ha podido entregar|non è stato possibile",
)
_NOTIFICATION = re.compile(r"\A\{.{0,2000}?\"(?:notificationtype|eventtype)\"\s*:\s*\"(\w{1,20})\"", re.DOTALL)
_COMPLAINT_SUBJECT = re.compile(
    r"(?:complaint about message from|(?:e-?mail )?(?:abuse|feedback|spam) (?:report|complaint)|"
    r"abuse report|fbl\b)"
)
_REPORT_START = re.compile(
    r"(?:this (?:is|message|report)[^\n]{0,60}(?:mail (?:system|delivery|server)|automatically|qmail|generated)|"
    r"hi\. this is|your (?:message|mail|e-?mail) |sorry|i'm sorry|we're sorry|the (?:following|"
    r"original) (?:message|recipient|address|mail)|"
    r"delivery (?:to|has|of|failed)|unable to deliver|a message that you sent|an error occurred|"
    r"diese (?:nachricht|e-?mail) wurde automatisch|ihre (?:nachricht|e-?mail|mail) )",
)
_AUTO_REPLY_HEADERS = (
    "x-autoreply",
    "x-auto-reply",
    "x-autorespond",
    "x-autoresponse",
    "x-autoresponder",
    "x-autoreply-from",
    "x-auto-reply-from",
    "x-mail-autoreply",
    "x-mailer-autoreply",
    "x-vacation",
    "x-fc-machinegenerated",
    "x-autogenerated",
    "x-sieve-vacation",
    "x-responder",
)
_AUTO_REPLY_SUBJECT = re.compile(
    r"(?:(?:re|aw): ?)?(?:automatische antwort|automatic reply|automatisch antwoord|réponse automatique|"
    r"respuesta automática|risposta automatica|automatiskt svar|automatisk svar|resposta automática|"
    r"odpowiedź automatyczna|automaattinen vastaus|automatická odpověď|automatic response|"
    r"auto(?:matic)?[- ]?(?:reply|response)|out of (?:the )?office(?: auto-?(?:reply|response))?|"
    r"out-of-office(?: auto-?reply)?|自動応答|自动答复|автоответ) ?[:：]|"
    r"out of office autoreply|\[?auto-?(?:reply|response)\]|autom(?:atische)? abwesenheits|vacation reply"
)
_ABSENCE_SUBJECT = re.compile(
    r"(?:(?:re|aw): ?)?(?:abwesenheits(?:notiz|benachrichtigung|meldung|assistent|info)|abwesend|"
    r"bin (?:im urlaub|"
    r"nicht)|"
    r"nicht (?:im büro|im haus|erreichbar)|urlaub|out of (?:the )?office|ooo\b|away from|on (?:vacation|holiday|"
    r"leave)|"
    r"ich bin (?:dann mal weg|nicht|im urlaub|bis|vom|ab|derzeit|zurzeit|zur zeit)|auto:|eingangsbestätigung|"
    r"empfangsbestätigung|absence|abwesenheit|vacation|autoreply|autoresponder)"
)
_ABSENCE_WORDS = re.compile(
    r"(?:bin|befinde mich) (?:\S+ ){0,12}(?:nicht (?:im (?:büro|haus|hause|dienst|office)|erreichbar|"
    r"am arbeitsplatz|da\b)|"
    r"abwesend|im urlaub|außer haus|auf dienstreise|in elternzeit|wieder (?:im büro|erreichbar|für sie da))|"
    r"(?:ihre|deine) (?:e-?mail|nachricht|mail)s? (?:wird|werden) (?:nicht|weder|nach meiner rückkehr|"
    r"automatisch)|"
    r"(?:i am|i'm|i will be|i'll be) (?:\S+ ){0,8}(?:out of (?:the )?office|on (?:vacation|annual leave|holiday|"
    r"leave)|"
    r"away from|unavailable|out until|back on)|"
    r"(?:this is an|dies ist eine) (?:automat\w+|auto-?\w+) (?:reply|response|antwort|\w*nachricht|e-?mail)"
)
_MACHINE_SENDER = re.compile(
    r"(?:do[-_.]?not[-_.]?reply|no[-_.]?reply|noreply|nicht[-_.]?antworten|keine[-_.]?antwort|donotrespond|"
    r"no[-_.]?response|notifications?|notify|alerts?|automail(?:er)?|cron|daemon)(?:[-_.+][^@]*)?@|"
    r"[-_.]no-?reply@"
)
_RECEIPT_SUBJECT = re.compile(
    r"(?:gelesen|read|read receipt|lesebestätigung|return receipt(?: \(displayed\))?|nicht gelesen|not read|"
    r"ungelesen gelöscht|disposition notification|lu|empfangsbestätigung \(angezeigt\)) ?(?::| ?- )"
)
_RECEIPT_WORDS = re.compile(
    r"(?:was read on|wurde (?:am .{0,60})?gelesen|ihre nachricht[^.]{0,400}gelesen|your message[^.]{0,400}(?:was|"
    r"has been) "
    r"(?:read|displayed|deleted without being read)|this is a return receipt|dies ist eine (?:empfangs|"
    r"lese)bestätigung|"
    r"this receipt verifies|no guarantee that the message has been read|wurde auf dem (?:computer|bildschirm))"
)
_ITIP = re.compile(r"^METHOD\s*:\s*(?:REQUEST|REPLY|CANCEL|COUNTER|DECLINECOUNTER|ADD|REFRESH)\b", re.MULTILINE | re.I)
_ITIP_METHODS = frozenset({"request", "reply", "cancel", "counter", "declinecounter", "add", "refresh"})


def kind_of(evidence: Evidence) -> Kind:
    """Decide what wrote the mail."""
    for kind, fits in _DECISIONS:
        if fits(evidence):
            return kind
    return Kind.NONE


def _report_type(evidence: Evidence) -> str:
    root = evidence.root
    if root.content_type != "multipart/report":
        return ""
    return (root.content_type_parameters.get("report-type") or "").lower()


def _has_part(evidence: Evidence, *types: str) -> bool:
    """A part of that type in the mail's own structure; forwarded mails are one leaf and are not looked into."""
    return any(part.content_type in types for part in evidence.root.walk())


def _is_feedback_report(evidence: Evidence) -> bool:
    return _report_type(evidence) == "feedback-report" or _has_part(evidence, "message/feedback-report")


def _is_receipt_report(evidence: Evidence) -> bool:
    return _report_type(evidence) == "disposition-notification" or _has_part(
        evidence, "message/disposition-notification", "message/global-disposition-notification"
    )


def has_null_sender(evidence: Evidence) -> bool:
    """Return-Path `<>` (RFC 5321 §4.5.5): nobody wants to be answered."""
    path = evidence.header("return-path").replace(" ", "")
    return path == "<>" or path.startswith(("<mailer-daemon", "mailer-daemon"))


def _is_bounce(evidence: Evidence) -> bool:
    if _is_feedback_report(evidence) or _is_receipt_report(evidence):
        return False
    if _report_type(evidence) == "delivery-status" or _has_part(
        evidence, "message/delivery-status", "message/global-delivery-status"
    ):
        return True
    if evidence.has("x-failed-recipients"):
        return True
    is_daemon = bool(_DAEMON.search(evidence.sender.lower()) or _DAEMON_NAME.search(evidence.sender_name.lower()))
    about_delivery = bool(_BOUNCE_SUBJECT.search(evidence.subject.lower()))
    is_without_sender = is_daemon or has_null_sender(evidence)
    if not (is_without_sender or about_delivery or evidence.text.startswith("{")):
        return False
    if not (is_daemon or about_delivery) and _is_auto_reply(evidence):
        return False
    text = evidence.text[:20_000].lower()
    if is_without_sender:
        return about_delivery or bool(_BOUNCE_WORDS.search(text))
    # A sender that looks like a person must say it in the subject and in a machine's words.
    notified = _NOTIFICATION.search(text)
    if notified:
        return notified.group(1) in {"bounce", "delivery"}
    if not _BOUNCE_WORDS.search(text) or not about_delivery:
        return False
    return _speaks_like_a_server(evidence, text) or bool(_MACHINE_SENDER.match(evidence.sender.lower()))


def _speaks_like_a_server(evidence: Evidence, text: str) -> bool:
    if re.match(r"\s*(?:re|aw|wg|fw|fwd|antw)\s*:", evidence.subject.lower()) or evidence.has("in-reply-to"):
        return False
    return bool(_REPORT_START.match(text.lstrip(" \t\n*-=")[:400])) or "final-recipient:" in text


def _is_feedback(evidence: Evidence) -> bool:
    if _is_feedback_report(evidence):
        return True
    notified = _NOTIFICATION.search(evidence.text[:5_000].lower())
    if notified:
        return notified.group(1) == "complaint"
    return bool(_COMPLAINT_SUBJECT.match(evidence.subject.lower())) and _has_part(evidence, "message/rfc822")


def _is_receipt(evidence: Evidence) -> bool:
    if _is_receipt_report(evidence):
        return True
    subject = evidence.subject.lower()
    return bool(_RECEIPT_SUBJECT.match(subject)) and bool(_RECEIPT_WORDS.search(evidence.text[:3_000].lower()))


def _is_invitation(evidence: Evidence) -> bool:
    for part in evidence.calendars:
        if (part.content_type_parameters.get("method") or "").lower() in _ITIP_METHODS:
            return True
        if part.disposition != "attachment" and _ITIP.search(part.content[:50_000].decode("latin-1")):
            return True
    return evidence.header("content-class") == "urn:content-classes:calendarmessage"


def _auto_submitted(evidence: Evidence) -> str:
    return evidence.header("auto-submitted").split(";")[0].strip()


def _is_auto_reply(evidence: Evidence) -> bool:
    subject = evidence.subject.lower()
    if _auto_submitted(evidence) == "auto-replied":
        return True
    if any(evidence.has(name) and evidence.header(name) not in {"no", "false", "0"} for name in _AUTO_REPLY_HEADERS):
        return True
    if evidence.header("precedence") in {"auto_reply", "auto-reply", "autoreply", "auto-replied"}:
        return True
    if evidence.header("x-post-messageclass").startswith("9") or evidence.header("delivered-to") == "autoresponder":
        return True
    if _AUTO_REPLY_SUBJECT.match(subject):
        return True
    is_machine = (
        _auto_submitted(evidence) not in {"", "no"}
        or evidence.has("x-auto-response-suppress")
        or evidence.header("precedence") in {"bulk", "junk"}
        or has_null_sender(evidence)
    )
    about_absence = bool(_ABSENCE_SUBJECT.match(subject))
    if is_machine:
        return about_absence or _says_absent(evidence)
    # Without a machine's header only the exact form counts: 'Abwesenheitsnotiz: Karl', and nothing is asked.
    is_exact = about_absence and bool(re.search(r"^[^:]{3,60}(?::|$)", subject)) and "?" not in evidence.text[:2_000]
    return (
        is_exact
        and not re.search(r"\b(?:einrichten|aktivieren|set up|funktioniert)\b", subject)
        and _says_absent(evidence)
    )


def _says_absent(evidence: Evidence) -> bool:
    return bool(_ABSENCE_WORDS.search(evidence.text[:2_000].lower()))


def _is_list(evidence: Evidence) -> bool:
    if any(evidence.has(name) for name in ("list-id", "list-post", "mailing-list", "x-mailing-list", "x-list")):
        return evidence.header("list-post") != "no" or evidence.has("list-id")
    return evidence.header("precedence") == "list" or evidence.has("x-mailman-version")


def _is_bulk(evidence: Evidence) -> bool:
    if evidence.header("precedence") in {"bulk", "junk"}:
        return True
    bulk_headers = ("list-unsubscribe", "x-campaign", "x-campaignid", "x-mc-user", "x-csa-complaints", "x-bulkmail")
    return any(evidence.has(name) for name in bulk_headers)


def _is_auto_generated(evidence: Evidence) -> bool:
    if _auto_submitted(evidence) not in {"", "no"}:
        return True
    if evidence.header("x-auto-response-suppress") not in {"", "none"}:
        return True
    if has_null_sender(evidence) or evidence.has("x-cron-env") or "mailer-daemon" in evidence.sender.lower():
        return True
    if evidence.header("x-dreiklang-loop"):
        return True
    return bool(_MACHINE_SENDER.match(evidence.sender.lower())) and not evidence.has_reply_to


_DECISIONS = (
    (Kind.BOUNCE, _is_bounce),
    (Kind.FEEDBACK, _is_feedback),
    (Kind.RECEIPT, _is_receipt),
    (Kind.INVITATION, _is_invitation),
    (Kind.AUTO_REPLY, _is_auto_reply),
    (Kind.LIST, _is_list),
    (Kind.BULK, _is_bulk),
    (Kind.AUTO_GENERATED, _is_auto_generated),
)
