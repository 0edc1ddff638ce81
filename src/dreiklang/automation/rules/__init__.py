"""What rules are made of, which may set each other off, and when they must stop. Pure."""

from dreiklang.automation.rules.chains import Cause, circles, too_deep
from dreiklang.automation.rules.deeds import DEEDS, Deed, Step, deed_named
from dreiklang.automation.rules.occasions import IDLE, OCCASIONS, TIME, Occasion, occasions_of
from dreiklang.automation.rules.ready import READY

__all__ = [
    "DEEDS",
    "IDLE",
    "OCCASIONS",
    "READY",
    "TIME",
    "Cause",
    "Deed",
    "Occasion",
    "Step",
    "circles",
    "deed_named",
    "occasions_of",
    "too_deep",
]
