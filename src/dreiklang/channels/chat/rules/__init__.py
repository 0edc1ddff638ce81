"""What stages a chat has, who a visitor is by the page's signature, and where a widget may stand."""

from dreiklang.channels.chat.rules.identity import LONGEST_PROOF, is_proven, signature_of
from dreiklang.channels.chat.rules.origins import origin_of, wrong_origin
from dreiklang.channels.chat.rules.stages import (
    ENDED,
    LIVE,
    MISSED,
    TALKING,
    WAITING,
    may_become,
)

__all__ = [
    "ENDED",
    "LIVE",
    "LONGEST_PROOF",
    "MISSED",
    "TALKING",
    "WAITING",
    "is_proven",
    "may_become",
    "origin_of",
    "signature_of",
    "wrong_origin",
]
