"""What signing in may refuse with."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dreiklang.kernel.errors import Invalid


class DeadLink(Invalid):
    """A link that is wrong, used, or too old: one answer for all three, so that it tells nothing."""

    def __init__(self) -> None:
        super().__init__(message=_("This link does not work any more. Ask for a new one."), code="dead_link")
