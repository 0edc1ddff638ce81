"""What time has brought about."""

from __future__ import annotations

from dreiklang.kernel import clock
from dreiklang.sla.models import Clock


def has_reached_stages() -> bool:
    """Whether some clock has come to a stage that is not recorded yet."""
    return Clock.objects.filter(next_stage_at__lt=clock.now()).exists()
