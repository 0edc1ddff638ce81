"""Words that nobody typed to people who are no requesters: a program takes no calls, an approval is asked for."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from dreiklang.approvals.commands import make_vote_link
from dreiklang.approvals.models import Approval, Vote
from dreiklang.channels.mail.outbound.models import OutgoingMail
from dreiklang.channels.webhooks.events import HookSwitchedOff
from dreiklang.channels.webhooks.models import Hook
from dreiklang.communication.wording import amount_words
from dreiklang.kernel import journal
from dreiklang.kernel.permissions import system


@dataclass(frozen=True)
class Word:
    """To whom, in which language, by which template and what it is filled with."""

    key: str
    language: str
    name: str
    address: str
    values: dict[str, str]


def word_of_service(mail: OutgoingMail) -> Word | None:
    """What to write; None if the person does not administer the desk any more, or the webhook is gone."""
    assert mail.person is not None
    assert mail.line_id is not None
    event = journal.line(mail.line_id).event
    assert isinstance(event, HookSwitchedOff)
    person, account = mail.person, mail.person.account
    hook = Hook.objects.filter(pk=event.subject_id).first()
    if hook is None or account is None or not account.is_active or "administrator" not in account.roles:
        return None
    first = person.addresses.filter(kind="mail").order_by("-is_first", "id").values_list("value", flat=True).first()
    return Word(
        key="webhook_gone" if event.why == "gone" else "webhook_off",
        language=account.language,
        name=person.name,
        address=first or account.login,
        values={
            "webhook": hook.name,
            "address": hook.url,
            "link": f"{settings.PUBLIC_URL}/control/webhooks/{hook.pk}/",
            "name": person.name,
        },
    )


def question_of_approval(mail: OutgoingMail, *, sender: str) -> Word | None:
    """The question for who was asked, or for their substitute, with a link of its own; None once it is answered.

    The question as it was written for them, of the ticket number and subject only. The same link however often the
    mail is tried.
    """
    person = mail.person
    assert person is not None
    vote = Vote.objects.select_related("approval__ticket__requester", "approval__asked_by").get(pk=int(mail.what))
    approval = vote.approval
    if vote.answer or approval.state != Approval.State.OPEN:
        return None
    secret = mail.answer_links or make_vote_link(vote, person=person, actor=system("mail"))
    mail.answer_links = secret
    first = person.addresses.filter(kind="mail").order_by("-is_first", "id").values_list("value", flat=True).first()
    values = {
        "name": person.name, "desk": sender, "question": approval.question,
        "asked_by": approval.asked_by.name if approval.asked_by else sender,
        "requester": approval.ticket.requester.name, "number": str(approval.ticket.number),
        "subject": approval.ticket.subject, "link": f"{settings.PUBLIC_URL}/t/approval/{secret}/",
        "cost": amount_words(approval.cost, person.language),
    }  # fmt: skip
    return Word(key="approval", language=person.language, name=person.name, address=first or "", values=values)
