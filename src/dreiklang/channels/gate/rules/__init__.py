"""What becomes of a mail: the table, and how a mere 'thank you' is told. Pure."""

from dreiklang.channels.gate.rules.table import (
    Belongs,
    Deed,
    Role,
    Sight,
    Standing,
    Verdict,
    Via,
    decide,
)
from dreiklang.channels.gate.rules.thanks import Gratitude, gratitude_of

__all__ = ["Belongs", "Deed", "Gratitude", "Role", "Sight", "Standing", "Verdict", "Via", "decide", "gratitude_of"]
