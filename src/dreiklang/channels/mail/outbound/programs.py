"""Words to those who look after the desk: another program takes no calls any more."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from dreiklang.channels.mail.outbound.models import OutgoingMail
from dreiklang.channels.webhooks.events import HookSwitchedOff
from dreiklang.channels.webhooks.models import Hook
from dreiklang.kernel import journal


@dataclass(frozen=True)
class WordOfService:
    """To whom, in which language, by which template and what it is filled with."""

    key: str
    language: str
    name: str
    address: str
    values: dict[str, str]


def word_of_service(mail: OutgoingMail) -> WordOfService | None:
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
    return WordOfService(
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
