"""One question to the language model, through the door that judges addresses (P35): no more than was shown leaves."""

from __future__ import annotations

import json
from typing import Final

from django.utils.translation import gettext as _

from dreiklang.assistance.models import MachineText
from dreiklang.assistance.queries.machine import language_model
from dreiklang.assistance.rules.prompts import answer_of
from dreiklang.kernel.errors import Refusal
from dreiklang.kernel.outgoing import ask
from dreiklang.kernel.secrets import decrypt

#: Seconds for a whole answer; then a plain sentence stands in its place.
PATIENCE = 60.0
MOST_WORDS: Final = 1_500


def answer_to(text: MachineText) -> tuple[str, str, str]:
    """Answer, or the sentence and the code of what went wrong."""
    known = language_model()
    if known is None or text.task not in known.functions:
        return "", _("This is switched off."), "switched_off"
    headers = {"Content-Type": "application/json"}
    body = {"model": known.model, "messages": text.sent, "temperature": 0.2, "max_tokens": MOST_WORDS, "stream": False}
    try:
        if known.secret:
            headers["Authorization"] = f"Bearer {decrypt(known.secret)}"
        reply = ask(
            f"{known.url}/chat/completions", method="POST", body=json.dumps(body).encode(), headers=headers,
            timeout=PATIENCE,
        )  # fmt: skip
        if reply.status != 200:
            return "", _("The language model refused with code %(status)s.") % {"status": reply.status}, "refused"
        answer = answer_of(reply.data())
    except Refusal as refused:
        return "", str(refused)[:300], refused.code
    for sign, name in text.persons.items():
        answer = answer.replace(sign, name)
    return (answer, "", "") if answer else ("", _("The language model answered nothing that is a text."), "nonsense")
