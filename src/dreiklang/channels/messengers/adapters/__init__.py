"""The services that can be spoken to, by the kind of a line."""

from __future__ import annotations

from typing import Final

from dreiklang.channels.messengers.adapters.interface import Adapter
from dreiklang.channels.messengers.adapters.matrix import Matrix
from dreiklang.channels.messengers.adapters.mattermost import Mattermost
from dreiklang.channels.messengers.adapters.slack import Slack
from dreiklang.channels.messengers.adapters.sms import Sms
from dreiklang.channels.messengers.adapters.teams import Teams
from dreiklang.channels.messengers.adapters.telegram import Telegram
from dreiklang.channels.messengers.adapters.whatsapp import WhatsApp

_ALL = (WhatsApp(), Telegram(), Sms(), Matrix(), Mattermost(), Slack(), Teams())
ADAPTERS: Final[dict[str, Adapter]] = {one.kind: one for one in _ALL}

__all__ = ["ADAPTERS", "Adapter"]
