"""Promises as pure functions of a log: no database, no clock, no side effects.

`agreement` says what is promised, `log` what can happen, `clocks` measures the one against the other,
`documents` answers `dreiklang sla compute`. docs/clocks.md says it in words.
"""

from dreiklang.sla.rules.agreement import (
    FIRST_RESPONSE,
    METRICS,
    RESOLUTION,
    UPDATE,
    BadAgreement,
    Share,
    Target,
    Terms,
)
from dreiklang.sla.rules.clocks import clocks_of
from dreiklang.sla.rules.documents import answer_agreement
from dreiklang.sla.rules.log import Happening, Step, Type
from dreiklang.sla.rules.measure import BREACHED, MET, PAUSED, RUNNING, Measured

__all__ = [
    "BREACHED",
    "FIRST_RESPONSE",
    "MET",
    "METRICS",
    "PAUSED",
    "RESOLUTION",
    "RUNNING",
    "UPDATE",
    "BadAgreement",
    "Happening",
    "Measured",
    "Share",
    "Step",
    "Target",
    "Terms",
    "Type",
    "answer_agreement",
    "clocks_of",
]
