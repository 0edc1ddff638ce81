"""The services that can be spoken to, by the kind of a line."""

from __future__ import annotations

from typing import Final

from dreiklang.channels.messengers.adapters.interface import Adapter
from dreiklang.channels.messengers.adapters.sms import Sms
from dreiklang.channels.messengers.adapters.telegram import Telegram
from dreiklang.channels.messengers.adapters.whatsapp import WhatsApp

ADAPTERS: Final[dict[str, Adapter]] = {one.kind: one for one in (WhatsApp(), Telegram(), Sms())}

__all__ = ["ADAPTERS", "Adapter"]
