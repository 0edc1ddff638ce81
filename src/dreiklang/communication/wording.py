"""The usual words of the mails we send, and how they are put together with the desk's own.

Fixed text in both languages stands here, not in translation files: a mail goes out in the *recipient's* language, and
the desk may replace each text as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.utils import formats, timezone, translation

from dreiklang.communication import rules
from dreiklang.communication.models import Template
from dreiklang.tickets.models import Message


@dataclass(frozen=True)
class Words:
    """Subject and body of a mail, filled in."""

    subject: str
    body: str


USUAL: dict[tuple[str, str], tuple[str, str]] = {
    ("message", "en"): ("{subject}", "{text}\n\n-- \n{agent}\n{team}\n{signature}"),
    ("message", "de"): ("{subject}", "{text}\n\n-- \n{agent}\n{team}\n{signature}"),
    ("resolved", "en"): (
        "{subject}",
        (
            "{text}\n\nDoes it work again?\nYes, close it: {confirm_link}\nNo, not yet: {reopen_link}\n\n"
            "If we hear nothing, the ticket closes by itself on {closes_on}.\n\n-- \n{agent}\n{team}\n{signature}"
        ),
    ),
    ("resolved", "de"): (
        "{subject}",
        (
            "{text}\n\nFunktioniert es wieder?\n"
            "Ja, Ticket schließen: {confirm_link}\nNein, noch nicht: {reopen_link}\n\n"
            "Wenn wir nichts hören, schließt sich das Ticket am {closes_on} von selbst.\n\n"
            "-- \n{agent}\n{team}\n{signature}"
        ),
    ),
    ("together", "en"): ("{subject}", "Good day {name},\n\n{text}\n\n-- \n{agent}\n{team}\n{signature}"),
    ("together", "de"): ("{subject}", "Guten Tag {name},\n\n{text}\n\n-- \n{agent}\n{team}\n{signature}"),
    ("together_resolved", "en"): (
        "{subject}",
        (
            "Good day {name},\n\n{text}\n\nDoes it work again?\nYes, close it: {confirm_link}\n"
            "No, not yet: {reopen_link}\n\n"
            "If we hear nothing, the ticket closes by itself on {closes_on}.\n\n-- \n{agent}\n{team}\n{signature}"
        ),
    ),
    ("together_resolved", "de"): (
        "{subject}",
        (
            "Guten Tag {name},\n\n{text}\n\nFunktioniert es wieder?\n"
            "Ja, Ticket schließen: {confirm_link}\nNein, noch nicht: {reopen_link}\n\n"
            "Wenn wir nichts hören, schließt sich das Ticket am {closes_on} von selbst.\n\n"
            "-- \n{agent}\n{team}\n{signature}"
        ),
    ),
    ("received", "en"): (
        "Your message has arrived",
        (
            "Good day,\n\nyour message has arrived and has the number {number}. We will get back to you.\n\n"
            "If it cannot wait, tell us why: {escalate_link}\n\n-- \n{desk}"
        ),
    ),
    ("received", "de"): (
        "Ihre Nachricht ist angekommen",
        (
            "Guten Tag,\n\nIhre Nachricht ist angekommen und hat die Nummer {number}. Wir melden uns bei Ihnen.\n\n"
            "Wenn es nicht warten kann, sagen Sie uns, warum: {escalate_link}\n\n-- \n{desk}"
        ),
    ),
    ("closed", "en"): (
        "{subject}",
        "Good day,\n\nwe have closed the ticket {number}. If it is not over after all: {reopen_link}",
    ),
    ("closed", "de"): (
        "{subject}",
        "Guten Tag,\n\nwir haben das Ticket {number} geschlossen. Falls es doch nicht erledigt ist: {reopen_link}",
    ),
    ("unanswered", "en"): (
        "{subject}",
        (
            "Good day,\n\nas we have not heard from you, we have closed the ticket {number}. If you still need us, "
            "open it again here: {reopen_link}"
        ),
    ),
    ("unanswered", "de"): (
        "{subject}",
        (
            "Guten Tag,\n\nda wir nichts von Ihnen gehört haben, haben wir das Ticket {number} geschlossen. Wenn Sie "
            "uns noch brauchen, öffnen Sie es hier wieder: {reopen_link}"
        ),
    ),
    ("reminder", "en"): (
        "Our question about: {subject}",
        (
            "Good day,\n\nto go on with the ticket {number} we need a word from you. Just answer this mail. If we hear "
            "nothing, we will ask again on {next_on}.\n\n{question}"
        ),
    ),
    ("reminder", "de"): (
        "Unsere Frage zu: {subject}",
        (
            "Guten Tag,\n\num beim Ticket {number} weiterzukommen, brauchen wir eine Antwort von Ihnen. Antworten Sie "
            "einfach auf diese Mail. Wenn wir nichts hören, fragen wir am {next_on} noch einmal nach.\n\n{question}"
        ),
    ),
    ("last_reminder", "en"): (
        "Our question about: {subject}",
        (
            "Good day,\n\nwe are still waiting for a word from you about the ticket {number}. Just answer this mail. "
            "If we hear nothing, the ticket closes by itself on {closes_on}.\n\n{question}"
        ),
    ),
    ("last_reminder", "de"): (
        "Unsere Frage zu: {subject}",
        (
            "Guten Tag,\n\nzum Ticket {number} warten wir noch auf eine Antwort von Ihnen. Antworten Sie einfach auf "
            "diese Mail. Wenn wir nichts hören, schließt sich das Ticket am {closes_on} von selbst.\n\n{question}"
        ),
    ),
    ("only_reminder", "en"): (
        "Our question about: {subject}",
        (
            "Good day,\n\nto go on with the ticket {number} we need a word from you. Just answer this mail; the ticket "
            "stays open until then.\n\n{question}"
        ),
    ),
    ("only_reminder", "de"): (
        "Unsere Frage zu: {subject}",
        (
            "Guten Tag,\n\num beim Ticket {number} weiterzukommen, brauchen wir eine Antwort von Ihnen. Antworten Sie "
            "einfach auf diese Mail; bis dahin bleibt das Ticket offen.\n\n{question}"
        ),
    ),
    ("correspondence", "en"): ("{subject}", "{text}\n\n-- \n{agent}\n{team}\n{signature}"),
    ("correspondence", "de"): ("{subject}", "{text}\n\n-- \n{agent}\n{team}\n{signature}"),
    ("notification", "en"): (
        "{what}: {subject}",
        "{what}\n\n{number} {subject}\n{link}\n\nAn answer to this mail becomes an internal note.",
    ),
    ("notification", "de"): (
        "{what}: {subject}",
        "{what}\n\n{number} {subject}\n{link}\n\nEine Antwort auf diese Mail wird eine interne Notiz.",
    ),
    ("sign_in", "en"): (
        "Your link to sign in",
        (
            "Good day,\n\nwith this link you sign in once, within {within}:\n{link}\n\n"
            "If you did not ask for it, you need not do anything.\n\n-- \n{desk}"
        ),
    ),
    ("sign_in", "de"): (
        "Ihr Link zum Anmelden",
        (
            "Guten Tag,\n\nmit diesem Link melden Sie sich einmal an, innerhalb von {within}:\n{link}\n\n"
            "Wenn Sie ihn nicht angefordert haben, brauchen Sie nichts zu tun.\n\n-- \n{desk}"
        ),
    ),
    ("reset", "en"): (
        "A new password",
        (
            "Good day,\n\nwith this link you choose a new password, within {within}:\n{link}\n\n"
            "If you did not ask for it, you need not do anything.\n\n-- \n{desk}"
        ),
    ),
    ("reset", "de"): (
        "Ein neues Passwort",
        (
            "Guten Tag,\n\nmit diesem Link wählen Sie ein neues Passwort, innerhalb von {within}:\n{link}\n\n"
            "Wenn Sie ihn nicht angefordert haben, brauchen Sie nichts zu tun.\n\n-- \n{desk}"
        ),
    ),
    ("invitation", "en"): (
        "Your access to the service desk",
        (
            "Good day,\n\nyou have been given access to the service desk. With this link you choose your password, "
            "within {within}:\n{link}\n\n-- \n{desk}"
        ),
    ),
    ("invitation", "de"): (
        "Ihr Zugang zum Service Desk",
        (
            "Guten Tag,\n\nSie haben einen Zugang zum Service Desk erhalten. Mit diesem Link wählen Sie Ihr Passwort, "
            "innerhalb von {within}:\n{link}\n\n-- \n{desk}"
        ),
    ),
    ("identity", "en"): (
        "Confirm your new way to sign in",
        (
            "Good day,\n\nsomebody signed in by another service under this mail address. If that was you, open this "
            "link in the same browser within {within}:\n{link}\n\n"
            "If it was not you, do nothing: without the link nobody gets in.\n\n-- \n{desk}"
        ),
    ),
    ("identity", "de"): (
        "Bestätigen Sie die neue Anmeldung",
        (
            "Guten Tag,\n\nunter dieser Mailadresse hat sich jemand über einen anderen Dienst angemeldet. Wenn Sie das "
            "waren, öffnen Sie diesen Link innerhalb von {within} im selben Browser:\n{link}\n\n"
            "Wenn nicht, brauchen Sie nichts zu tun: Ohne den Link kommt niemand hinein.\n\n-- \n{desk}"
        ),
    ),
    ("approval", "en"): (
        "Please decide: {subject}",
        (
            "Good day {name},\n\n{asked_by} asks for your yes or no, for {requester} (ticket {number}):\n\n"
            "{question}\n\n"
            "Cost: {cost}\n\nDecide here, without signing in: {link}\n\n-- \n{desk}"
        ),
    ),
    ("approval", "de"): (
        "Bitte entscheiden: {subject}",
        (
            "Guten Tag {name},\n\n{asked_by} bittet um Ihr Ja oder Nein, für {requester} (Ticket {number}):\n\n"
            "{question}\n\n"
            "Kosten: {cost}\n\nHier entscheiden, ohne Anmeldung: {link}\n\n-- \n{desk}"
        ),
    ),
    ("outage", "en"): (
        "{title}",
        (
            "Good day {name},\n\n{title} ({when})\n\n{text}\n\nIf this hits you as well, you need not write to us: "
            "{link}\n\n-- \n{desk}"
        ),
    ),
    ("outage", "de"): (
        "{title}",
        (
            "Guten Tag {name},\n\n{title} ({when})\n\n{text}\n\nWenn es Sie auch betrifft, brauchen Sie uns nicht zu "
            "schreiben: {link}\n\n-- \n{desk}"
        ),
    ),
    ("outage_over", "en"): (
        "It is over: {title}",
        (
            "Good day {name},\n\nit is over: {title}.\n\nIf it still does not work for you, please tell us: {link}"
            "\n\n-- \n{desk}"
        ),
    ),
    ("outage_over", "de"): (
        "Vorbei: {title}",
        (
            "Guten Tag {name},\n\nes ist vorbei: {title}.\n\nWenn es bei Ihnen noch nicht geht, melden Sie sich bitte: "
            "{link}\n\n-- \n{desk}"
        ),
    ),
    ("webhook_off", "en"): (
        "The webhook “{webhook}” was switched off",
        (
            "Good day {name},\n\nthe program at {address} has taken no call of the desk for three days. The desk "
            "calls it no longer; what waits for it is kept.\n\n"
            "Look at its calls and switch it on again: {link}\n\n-- \n{desk}"
        ),
    ),
    ("webhook_off", "de"): (
        "Der Webhook „{webhook}“ wurde abgeschaltet",
        (
            "Guten Tag {name},\n\ndas Programm unter {address} hat drei Tage lang keinen Aufruf des Desks angenommen. "
            "Der Desk ruft es nicht mehr auf; was darauf wartet, bleibt aufgehoben.\n\n"
            "Aufrufe ansehen und wieder einschalten: {link}\n\n-- \n{desk}"
        ),
    ),
    ("webhook_gone", "en"): (
        "The webhook “{webhook}” was switched off",
        (
            "Good day {name},\n\nthe program at {address} says that it is gone for good. The desk calls it no "
            "longer.\n\nLook at its calls: {link}\n\n-- \n{desk}"
        ),
    ),
    ("webhook_gone", "de"): (
        "Der Webhook „{webhook}“ wurde abgeschaltet",
        (
            "Guten Tag {name},\n\ndas Programm unter {address} meldet, dass es dort für immer fort ist. Der Desk ruft "
            "es nicht mehr auf.\n\nAufrufe ansehen: {link}\n\n-- \n{desk}"
        ),
    ),
}

WHAT: dict[tuple[str, str], str] = {
    (rules.ASSIGNED, "en"): "Assigned to you",
    (rules.ASSIGNED, "de"): "Ihnen zugewiesen",
    (rules.HANDED_OVER, "en"): "Handed over to your team",
    (rules.HANDED_OVER, "de"): "An Ihr Team übergeben",
    (rules.HANDED_BACK, "en"): "Handed back",
    (rules.HANDED_BACK, "de"): "Zurückgegeben",
    (rules.RELAYED, "en"): "An answer is offered to you",
    (rules.RELAYED, "de"): "Eine Antwort liegt für Sie bereit",
    (rules.REPLIED, "en"): "The requester has answered",
    (rules.REPLIED, "de"): "Antwort von außen",
    (rules.MENTIONED, "en"): "You were mentioned",
    (rules.MENTIONED, "de"): "Sie wurden erwähnt",
    (rules.REOPENED, "en"): "Open again",
    (rules.REOPENED, "de"): "Wieder geöffnet",
    (rules.SOLVED, "en"): "Solved",
    (rules.SOLVED, "de"): "Gelöst",
    (rules.VENDOR_SILENT, "en"): "A vendor is silent",
    (rules.VENDOR_SILENT, "de"): "Ein Hersteller schweigt",
    (rules.ESCALATED, "en"): "Escalated to you",
    (rules.ESCALATED, "de"): "An Sie eskaliert",
    (rules.UNDELIVERED, "en"): "Your mail could not be delivered",
    (rules.UNDELIVERED, "de"): "Ihre Mail konnte nicht zugestellt werden",
    (rules.TASK, "en"): "A task for you",
    (rules.TASK, "de"): "Eine Aufgabe für Sie",
    (rules.RETURNED, "en"): "Come back by itself",
    (rules.RETURNED, "de"): "Von selbst zurückgekommen",
    (rules.BY_RULE, "en"): "A rule asks you to look",
    (rules.BY_RULE, "de"): "Eine Regel bittet um Ihren Blick",
    (rules.FOLLOWED, "en"): "News on a ticket you follow",
    (rules.FOLLOWED, "de"): "Neues in einem Ticket, dem Sie folgen",
    (rules.OUTAGE, "en"): "An outage",
    (rules.OUTAGE, "de"): "Ein Ausfall",
    (rules.OUTAGE_OVER, "en"): "An outage is over",
    (rules.OUTAGE_OVER, "de"): "Ein Ausfall ist vorbei",
    (rules.PROMISE_NEAR, "en"): "A promise is due soon",
    (rules.PROMISE_NEAR, "de"): "Eine Zusage ist bald fällig",
    (rules.PROMISE_BROKEN, "en"): "A promise was not kept",
    (rules.PROMISE_BROKEN, "de"): "Eine Zusage wurde nicht gehalten",
}


def template_words(key: str, language: str) -> tuple[str, str]:
    """Subject and body of a template as they stand: the desk's own, else the usual, else the English ones."""
    language = language.split("-")[0]
    own = Template.objects.filter(key=key, language=language).values_list("subject", "body").first()
    return own or USUAL.get((key, language)) or USUAL[key, "en"]


def words_of(key: str, language: str, values: Mapping[str, str]) -> Words:
    """A mail's words in a language, filled in; empty lines that a missing signature left behind are closed up."""
    subject, body = template_words(key, language)
    filled = rules.fill_body(body, values)
    return Words(rules.header_safe(rules.fill(subject, values)), filled.rstrip() + "\n")


def span_words(minutes: int, language: str) -> str:
    """How long a link lasts, as one says it: ``30 minutes``, ``2 hours``, ``7 days``; in German in the dative."""
    words = _SPANS.get(language.split("-")[0], _SPANS["en"])
    for size, (one, more) in words.items():
        if minutes % size == 0 and minutes >= size:
            count = minutes // size
            return f"{count} {one if count == 1 else more}"
    return f"{minutes} {words[1][1]}"


def amount_words(amount: Decimal | None, language: str) -> str:
    """An amount in the desk's currency as a mail says it: ``1.250,00 EUR``; a dash for none."""
    if amount is None:
        return "–"
    with translation.override(language):
        return f"{formats.number_format(amount, 2, use_l10n=True, force_grouping=True)} {settings.CURRENCY}"


def what_happened(kind: str, language: str) -> str:
    """What a notification tells, in a few words."""
    language = language.split("-")[0]
    return WHAT.get((kind, language)) or WHAT[kind, "en"]


_SPANS: dict[str, dict[int, tuple[str, str]]] = {
    "en": {1440: ("day", "days"), 60: ("hour", "hours"), 1: ("minute", "minutes")},
    "de": {1440: ("Tag", "Tagen"), 60: ("Stunde", "Stunden"), 1: ("Minute", "Minuten")},
}

QUOTES = {"en": "{name} wrote on {day} at {time}:", "de": "{name} schrieb am {day} um {time}:"}


def quote_of(message: Message) -> str:
    """The words of a message as a quotation, in the language of its ticket. Only what was said with the requester."""
    language = message.ticket.language.split("-")[0]
    with translation.override(language):
        said_at = timezone.localtime(message.said_at)
        values = {
            "name": message.author_name or message.author_address,
            "day": formats.date_format(said_at, "SHORT_DATE_FORMAT"),
            "time": formats.time_format(said_at, "H:i"),
        }
    said = rules.fill(QUOTES.get(language, QUOTES["en"]), values)
    return f"{said}\n{rules.quoted(message.text)}"
