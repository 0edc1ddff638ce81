"""What one may write on a ticket, and to whom: the tabs of the composer with their drafts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dreiklang.channels.messengers import queries as messengers
from dreiklang.escalation import policy as between
from dreiklang.escalation.models import Relay
from dreiklang.kernel.permissions import Actor
from dreiklang.kernel.questions import Question
from dreiklang.tickets import lifecycle, policy
from dreiklang.tickets.models import Draft, Ticket
from dreiklang.tickets.queries.drafts import drafts_offered
from dreiklang.tickets.queries.recipients import Recipient, copies_of, recipients_of
from dreiklang.web.addresses import address
from dreiklang.web.desk.finding import me
from dreiklang.web.desk.reading import Reading
from dreiklang.web.desk.written import warnings_of

MESSAGE, NOTE, THIRD, RELAY = "message", "note", "third", "relay"
#: What leaves may have a look; what stays inside is plain words.
RICH = (MESSAGE, THIRD)


@dataclass(frozen=True)
class Tab:
    """One way to write: what it is called, where it goes, what was typed, what was wrong."""

    words: str
    name: str
    icon: str
    key: str
    url: str
    draft_url: str
    button: str
    placeholder: str
    version: int
    seen: int = 0
    recipients: str = ""
    warnings: Sequence[str] = ()
    is_rich: bool = False
    is_shared: bool = False
    pictures_url: str = ""
    notice: str = ""
    relay_id: int | None = None
    content: Mapping[str, Any] = field(default_factory=dict)
    saved_at: int = 0
    saved_words: str = ""
    problems: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    conflict: Any = None

    @property
    def rich_words(self) -> str:
        """What the editor says, for its script."""
        return json.dumps(
            {
                "picture": _("picture"),
                "pasted": _("pasted text"),
                "keeping": _("The picture is being kept …"),
                "waiting": _("A picture is still on its way; send again in a moment."),
                "largePicture": _("Larger than 4 MB: it goes along as a file, not inside the text."),
                "longText": _("Too long for a message: it goes along as a file. Nothing was cut."),
                "beside": _("It goes along as a file."),
            }
        )


@dataclass(frozen=True)
class Composer:
    """The tabs, and which one is open first."""

    tabs: Sequence[Tab]
    words: str = ""
    others: Sequence[Draft] = ()


_own_drafts = Question(lambda person, ticket: Draft.objects.filter(person_id=person, ticket_id=ticket))


def composer_of(
    ticket: Ticket,
    *,
    actor: Actor,
    typed: Mapping[str, Mapping[str, Any]] | None = None,
    problems: Mapping[str, Mapping[str, Sequence[Any]]] | None = None,
    conflicts: Mapping[str, Any] | None = None,
    opened: str = "",
    reading: Reading | None = None,
) -> Composer:
    """The composer for this reader; ``typed``, ``problems`` and ``conflicts`` by tab after a refusal."""
    if not policy.may_work(actor, ticket):
        return Composer(())
    drafts = {d.place: d for d in _own_drafts(me(actor), ticket.pk)}
    reading = reading or Reading(ticket)
    seen = reading.last_line
    typed, problems, conflicts = typed or {}, problems or {}, conflicts or {}

    def tab(words: str, **given: Any) -> Tab:
        draft = drafts.get(words)
        fallback = given.pop("content", {})
        content = typed.get(words) or (draft.content if draft and draft.content else fallback)
        return Tab(
            words=words,
            draft_url=address("desk:draft", ticket.number, words),
            pictures_url=address("desk:draft_pictures", ticket.number, words),
            is_rich=words in RICH,
            is_shared=draft.is_shared if draft else False,
            version=ticket.version,
            seen=seen,
            content=content,
            saved_at=int(draft.saved_at.timestamp() * 1000) if draft else 0,
            saved_words=saved_words(draft.saved_at) if draft and draft.content else "",
            problems=problems.get(words, {}),
            conflict=conflicts.get(words),
            **given,
        )

    tabs = list(_tabs(reading, actor, tab))
    chosen = next((t.words for t in tabs if t.words in typed or t.words == opened), "") or _first(tabs)
    offered = {t.words for t in tabs}
    others = [d for d in drafts_offered(ticket, actor=actor) if d.place in offered]
    return Composer(tabs, chosen, others)


def _first(tabs: Sequence[Tab]) -> str:
    drafted = [t for t in tabs if t.saved_at]
    return max(drafted, key=lambda t: t.saved_at).words if drafted else tabs[0].words if tabs else ""


def _tabs(reading: Reading, actor: Actor, tab: Any) -> Any:
    ticket = reading.ticket
    if policy.may_write_to_requester(actor, ticket):
        relay = reading.offered_relay(actor.teams)
        to, copies = recipients_of(ticket, reading.addresses), copies_of(ticket)
        yield tab(
            MESSAGE,
            name=_("Answer"),
            icon="send",
            key="r",
            url=address("desk:messages", ticket.number),
            button=send_words(to, copies),
            placeholder=_("What does %(name)s read?") % {"name": ticket.requester.name},
            recipients="" if to else _("No mail address is known: the answer stays here and in the portal."),
            warnings=[*messengers.warnings_about(ticket), *warnings_of(ticket, [*to, *copies])],
            **_relayed(relay),
        )
    elif ticket.level >= 3 and between.may_offer_relay(actor, ticket) and (handover := reading.way.in_force):
        level = handover.from_level
        yield tab(
            RELAY,
            name=_("Answer through level %(level)s") % {"level": level},
            icon="corner-down-right",
            key="r",
            url=address("desk:relays", ticket.number),
            button=_("Offer to level %(level)s") % {"level": level},
            placeholder=_("Technical words; level %(level)s puts them into the requester's") % {"level": level},
            notice="",
        )
    yield tab(
        NOTE,
        name=_("Internal note"),
        icon="lock",
        key="n",
        url=address("desk:notes", ticket.number),
        button=_("Keep inside"),
        placeholder=_("Only the levels read this. @@ mentions a colleague."),
    )
    if policy.may_write_to_third_party(actor, ticket) and ticket.state != lifecycle.CLOSED:
        yield tab(
            THIRD,
            name=_("Third party"),
            icon="mail-forward",
            key="t",
            url=address("desk:correspondence", ticket.number),
            button=_("Send to the third party"),
            placeholder=_("To a vendor or an expert. The requester does not see it."),
        )


def _relayed(relay: Relay | None) -> dict[str, Any]:
    if relay is None:
        return {}
    name = relay.author.name if relay.author else _("Level %(level)s") % {"level": relay.from_level}
    return {
        "relay_id": relay.pk,
        "content": {"text": relay.text},
        "notice": _("From %(name)s, level %(level)s, for you to put into the requester's words.")
        % {"name": name, "level": relay.from_level},
    }


def send_words(to: Sequence[Recipient], copies: Sequence[Recipient]) -> str:
    """Who will read it, on the button: 'Send to Rita Weber and 2 in copy'."""
    if not to:
        return _("Write to the portal")
    words = _("Send to %(names)s") % {"names": ", ".join(r.name or r.address for r in to)}
    if copies:
        words += ngettext(" and %(n)d in copy", " and %(n)d in copy", len(copies)) % {"n": len(copies)}
    return words


def saved_words(at: datetime) -> str:
    """'Draft saved 10:05'."""
    local = at.astimezone(timezone.get_current_timezone())
    return _("Draft saved %(time)s") % {"time": local.strftime("%H:%M")}
