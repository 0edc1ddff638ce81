"""What control shows of webhooks, and what ``check`` says."""

from __future__ import annotations

from django.db.models import Count, Max, Q, QuerySet

from dreiklang.channels.webhooks import policy
from dreiklang.channels.webhooks.models import Delivery, Hook
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Person


def hooks(actor: Actor) -> QuerySet[Hook]:
    """All hooks, with how much waits for them and when they last took something."""
    if not policy.may_keep_hooks(actor):
        return Hook.objects.none()
    return Hook.objects.annotate(
        waiting=Count("deliveries", filter=Q(deliveries__state=Delivery.State.WAITING)),
        last_sent_at=Max("deliveries__tried_at", filter=Q(deliveries__state=Delivery.State.SENT)),
    ).order_by("name")


def deliveries(hook: Hook, *, actor: Actor) -> QuerySet[Delivery]:
    """What a hook was told or is to be told; what was not for it is left out."""
    if not policy.may_keep_hooks(actor):
        return Delivery.objects.none()
    return Delivery.objects.filter(hook=hook).exclude(state=Delivery.State.SKIPPED)


def switched_off() -> list[Hook]:
    """Hooks that the desk itself has stopped calling."""
    return list(Hook.objects.filter(is_active=False).exclude(off_because=""))


def keepers_of(hook_id: int) -> list[Person]:
    """Whom to tell about a hook: who made it, or every administrator if that one does not administer any more."""
    administrators = Person.objects.filter(
        is_active=True, account__is_active=True, account__roles__contains=["administrator"]
    ).order_by("pk")
    keeper = Hook.objects.filter(pk=hook_id).values_list("keeper", flat=True).first()
    return (list(administrators.filter(pk=keeper)) if keeper else []) or list(administrators)
