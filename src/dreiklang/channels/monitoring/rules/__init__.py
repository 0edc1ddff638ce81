"""What a signal means for what is known: order, flapping, severity, signatures. Pure."""

from .order import CLEARED, FIRING, Known, Signal, Step, step_for
from .signatures import is_signed, new_signing_secret
from .steadiness import FLAPS, QUIET, STORM_SPAN, WATCHED, is_flapping

__all__ = [
    "CLEARED",
    "FIRING",
    "FLAPS",
    "QUIET",
    "STORM_SPAN",
    "WATCHED",
    "Known",
    "Signal",
    "Step",
    "is_flapping",
    "is_signed",
    "new_signing_secret",
    "step_for",
]
