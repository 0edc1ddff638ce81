"""Which tables hold words of a ticket or of a person, and what becomes of them when these are erased. Plain names.

A table that points to a ticket or a person and has text of its own must stand here, even if only to say that it is
kept; a test compares this with the models (P45). Names in the texts of tables that are kept are replaced besides.
"""

from __future__ import annotations

from typing import Any, Final

#: Stands where words were that a list or page needs.
ERASED: Final = "[…]"

#: Table, path to the ticket, field → what stands there afterwards.
EMPTIED_OF_TICKET: Final[tuple[tuple[str, str, dict[str, Any]], ...]] = (
    ("tickets.Message", "ticket", {
        "author_name": "", "author_address": "", "to": [], "cc": [], "subject": "", "text": ERASED, "html": "",
        "seal": "", "seal_check": "", "seal_by": "",
    }),
    ("tickets.Invitation", "message__ticket", {"summary": "", "place": ""}),
    ("tickets.Note", "ticket", {"text": ERASED}),
    ("tickets.Correspondence", "ticket", {
        "subject": "", "text": ERASED, "html": "", "seal": "", "seal_check": "", "seal_by": "",
    }),
    ("tickets.Intervention", "ticket", {"text": ERASED, "result": ""}),
    ("tickets.Resolution", "ticket", {"text": ERASED}),
    ("tickets.Task", "ticket", {"heading": "", "text": ERASED}),
    ("tickets.Pending", "ticket", {"note": ""}),
    ("tickets.Visit", "ticket", {"purpose": ERASED, "place": "", "tools": ""}),
    ("tickets.Measure", "complaint__ticket", {"text": ERASED}),
    ("tickets.BulkItem", "ticket", {"words": ""}),
    ("approvals.Approval", "ticket", {"question": ERASED}),
    ("approvals.Vote", "approval__ticket", {"words": ""}),
    ("catalog.Request", "ticket", {"answers": {}}),
    ("escalation.RequesterEscalation", "ticket", {"reason": ERASED}),
    ("escalation.Handover", "ticket", {
        "reason": ERASED, "observations": "", "steps": [], "ruled_out": "", "affected": "", "question": "",
        "enclosures": [], "at_once_because": "",
    }),
    ("escalation.HandBack", "ticket", {"reason": ERASED, "solution": "", "hint": ""}),
    ("escalation.Relay", "ticket", {"text": ERASED}),
    ("escalation.DirectLine", "ticket", {"reason": ERASED}),
    ("channels.Incoming", "ticket", {
        "raw": b"", "message_id": "", "envelope_from": "", "envelope_to": [], "sender": "", "subject": "",
        "problems": [], "last_error": "",
    }),
    ("channels.Held", "ticket", {"sender_name": "", "sender_address": "", "subject": ERASED, "gist": ""}),
    ("mail_out.OutgoingMail", "ticket", {"address": "", "answer_links": "", "last_answer": "", "accepted": []}),
    ("telephony.Call", "ticket", {"number": "", "shown_number": "", "subject": "", "notes": "", "rings_at": []}),
    ("telephony.Transfer", "call__ticket", {"reason": "", "question": "", "answer": ""}),
    ("fax.Fax", "ticket", {"number": "", "shown_number": ""}),
    ("chat.Chat", "ticket", {"name": "", "address": "", "page": "", "rating_words": ""}),
    ("chat.Line", "chat__ticket", {"text": "", "author_name": ""}),
    ("chat.Transfer", "chat__ticket", {"reason": "", "question": "", "answer": ""}),
    ("exchange.ImportLine", "ticket", {"title": "", "words": "", "before": {}}),
    ("training.Lesson", "ticket", {"words": ERASED, "outcome": ""}),
)  # fmt: skip

#: Rows that are nothing but words, or open a way back to the ticket from outside.
REMOVED_OF_TICKET: Final[tuple[tuple[str, str], ...]] = (
    ("chat.ChatFile", "line__chat__ticket"),
    ("tickets.Attachment", "ticket"),
    ("tickets.OwnValue", "ticket"),
    ("tickets.Answer", "ticket"),
    ("tickets.Draft", "ticket"),
    ("tickets.DraftPicture", "ticket"),
    ("tickets.Participant", "ticket"),
    ("tickets.TicketWords", "ticket"),
    ("channels.Thread", "ticket"),
    ("channels.KnownMessageId", "ticket"),
    ("communication.Notification", "ticket"),
    ("assistance.Proposal", "ticket"),
    ("assistance.MachineText", "ticket"),
    ("webhooks.Delivery", "ticket"),
)

#: What tells of a ticket by codes and numbers, or by words of the desk's own set-up.
KEPT_OF_TICKET: Final = frozenset({
    "tickets.Ticket", "tickets.Complaint", "tickets.OutageCost", "tickets.Merge", "tickets.TicketLink", "sla.Clock",
    "sla.VendorWait", "automation.Run", "escalation.Ringing", "push.Push", "monitoring.Alert", "training.ArticleUse",
    "monitoring.Source", "tickets.Carried", "exchange.EmptiedTicket",
    "communication.AnnouncedOutage",
})  # fmt: skip

#: The same for what points to a person. ``account``: what points to their account.
EMPTIED_OF_PERSON: Final[tuple[tuple[str, str, dict[str, Any]], ...]] = (
    ("approvals.Vote", "person", {"words": ""}),
    ("escalation.RequesterEscalation", "person", {"reason": ERASED}),
    ("teams.Membership", "person", {"signature": ""}),
    ("knowledge.Feedback", "person", {"because": ""}),
    ("telephony.Call", "caller", {"number": "", "shown_number": "", "subject": "", "notes": ""}),
    ("telephony.Transfer", "call__caller", {"reason": "", "question": "", "answer": ""}),
    ("chat.Chat", "person", {"name": "", "address": "", "page": "", "rating_words": ""}),
    ("chat.Line", "chat__person", {"text": "", "author_name": ""}),
    ("chat.Transfer", "chat__person", {"reason": "", "question": "", "answer": ""}),
    ("exchange.ImportLine", "person", {"title": "", "words": "", "before": {}}),
)
REMOVED_OF_PERSON: Final[tuple[tuple[str, str], ...]] = (
    ("organizations.Address", "person"),
    ("teams.Absence", "person"),
    ("skills.Ability", "person"),
    ("skills.Certificate", "person"),
    ("tickets.Participant", "person"),
    ("tickets.OwnValue", "person"),
    ("tickets.Draft", "person"),
    ("tickets.DraftPicture", "person"),
    ("tickets.SavedView", "owner"),
    ("tickets.CalendarFeed", "person"),
    ("tickets.ReadMark", "person"),
    ("tickets.Follower", "person"),
    ("routines.TextBlock", "owner"),
    ("routines.Macro", "owner"),
    ("routines.Runbook", "owner"),
    ("channels.Thread", "person"),
    ("channels.KnownMessageId", "person"),
    ("communication.Notification", "person"),
    ("communication.AlsoAffected", "person"),
    ("telephony.Extension", "person"),
    ("messengers.Talk", "person"),
    ("training.Attempt", "person"),
    ("training.Interest", "person"),
    ("training.SolutionRead", "person"),
    ("exchange.Disclosure", "person"),
    ("accounts.OneTimeLink", "account"),
    ("accounts.SecondFactor", "account"),
    ("accounts.Passkey", "account"),
    ("accounts.RecoveryCode", "account"),
    ("accounts.SignedInSession", "account"),
    ("accounts.ApiToken", "account"),
    ("identities.Identity", "account"),
    ("push.Device", "account"),
)
#: Work for others, words of the desk, set-up: it stays under the pseudonym, and names in it are replaced.
KEPT_OF_PERSON: Final = frozenset({
    "organizations.Person", "knowledge.Article", "knowledge.Revision", "knowledge.Borrowed", "knowledge.ArticleFile",
    "knowledge.ArticleImport", "tickets.BulkRun", "tickets.Measure", "tickets.Merge", "tickets.Series", "tickets.Task",
    "tickets.TicketLink", "tickets.Visit", "tickets.Ticket", "tickets.Message", "tickets.Note",
    "tickets.Correspondence", "tickets.Intervention", "tickets.Resolution", "automation.RuleVersion",
    "approvals.Approval", "catalog.EntryVersion", "catalog.Request",
    "escalation.Rung", "escalation.Ringing", "escalation.Handover", "escalation.HandBack",
    "escalation.Relay", "escalation.DirectLine", "shifts.BookEntry", "channels.BlockedSender", "channels.Held",
    "mail_out.OutgoingMail", "monitoring.Source", "telephony.System", "fax.Line", "chat.Widget", "webhooks.Hook",
    "exchange.Import",
    "training.ArticleUse", "training.Exercise", "training.Lesson", "training.Keeper", "training.Proposal",
    "assistance.MachineText", "exchange.Erasure", "exchange.Retention",
    "communication.AnnouncedOutage", "messengers.Line",
})  # fmt: skip
