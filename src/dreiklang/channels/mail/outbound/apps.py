"""Registration of the outbox, and its reactions, event by event."""

from django.apps import AppConfig


class MailOutConfig(AppConfig):
    """The mail door, outward."""

    name = "dreiklang.channels.mail.outbound"
    label = "mail_out"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to words that are to leave."""
        from dreiklang.accounts import events as accounts
        from dreiklang.approvals import events as approvals
        from dreiklang.channels.gate import events as gate
        from dreiklang.channels.mail.outbound import reactions as r
        from dreiklang.channels.webhooks.events import HookSwitchedOff
        from dreiklang.communication import events as communication
        from dreiklang.kernel.reactions import at_once
        from dreiklang.tickets import events as tickets
        from dreiklang.tickets.events import silence

        at_once(tickets.MessageWritten, r.queue_message)
        at_once(tickets.MessageWithdrawn, r.take_back_message)
        at_once(tickets.CorrespondenceWritten, r.queue_correspondence)
        at_once(tickets.CorrespondenceWithdrawn, r.take_back_correspondence)
        at_once(tickets.TicketOpened, r.queue_acknowledgement)
        at_once(tickets.TicketClosed, r.queue_closing_word)
        at_once(silence.RequesterReminded, r.queue_reminder)
        at_once(communication.PersonsNotified, r.queue_notifications)
        at_once(communication.PersonsToldOf, r.queue_news_of)
        at_once(communication.OutageAnnounced, r.queue_outage)
        at_once(communication.OutageChanged, r.queue_outage)
        at_once(communication.OutageEnded, r.queue_outage)
        at_once(accounts.LinkAsked, r.queue_link)
        at_once(approvals.ApprovalAsked, r.queue_approval)
        at_once(approvals.VoteReminded, r.queue_approval)
        at_once(gate.MailboxChanged, r.try_soon)
        at_once(HookSwitchedOff, r.queue_word_of_service)
