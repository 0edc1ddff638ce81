"""Registration of this package, and its reactions, event by event."""

from django.apps import AppConfig


class CommunicationConfig(AppConfig):
    """Who must hear what."""

    name = "dreiklang.communication"
    label = "communication"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to what happens to tickets and between the levels."""
        from dreiklang.automation.rules.doings import register
        from dreiklang.communication import events as own
        from dreiklang.communication import following
        from dreiklang.communication import reactions as r
        from dreiklang.escalation import events as levels
        from dreiklang.kernel.reactions import at_once, later
        from dreiklang.sla import events as promises
        from dreiklang.tickets import events as tickets

        register("notify", r.notify_by_rule)
        at_once(tickets.TicketAssigned, r.tell_assignee)
        at_once(tickets.complaints.ComplaintTaken, r.tell_owner_of_complaint)
        at_once(tickets.tasks.TasksAdded, r.tell_of_tasks)
        at_once(tickets.tasks.TaskChanged, r.tell_of_tasks)
        at_once(tickets.visits.VisitPlanned, r.tell_of_tasks)
        at_once(tickets.TicketResumed, r.tell_of_return)
        at_once(tickets.MessageReceived, r.tell_of_message)
        at_once(tickets.NoteWritten, r.tell_mentioned)
        at_once(tickets.TicketReopened, r.tell_of_reopening)
        at_once(tickets.TicketReopened, r.revoke_answers)
        at_once(tickets.joined.TicketMerged, r.revoke_answers)
        at_once(tickets.MessageFailed, r.tell_author_of_failure)
        at_once(tickets.CorrespondenceFailed, r.tell_author_of_failure)
        at_once(tickets.TicketResolved, r.tell_those_who_handed_up)
        at_once(own.OutageAnnounced, r.tell_of_outage)
        at_once(own.OutageChanged, r.tell_of_outage)
        at_once(own.OutageEnded, r.tell_of_outage)
        at_once(levels.HandoverMade, r.tell_receiving_team)
        at_once(levels.HandoverReminded, r.tell_receiving_team)
        at_once(levels.HandedBack, r.tell_of_hand_back)
        at_once(levels.RelayOffered, r.tell_of_relay)
        at_once(levels.LadderRang, r.tell_of_ladder)
        at_once(levels.RequesterEscalated, r.tell_of_requester_escalation)
        for heard in following.HEARD:  # last, so that whoever is told for a nearer reason is told of that one
            at_once(heard, following.tell_followers)
        at_once(promises.VendorSilent, r.tell_of_silent_vendor)
        later(promises.PromiseNear, r.tell_of_promise)
        later(promises.PromiseBroken, r.tell_of_promise)
