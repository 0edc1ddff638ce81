"""A kept mail understood as far as the desk can: guarded, opened with its keys, its signature checked."""

from __future__ import annotations

from dreiklang.channels.mail.inbound.decrypting import unsealed
from dreiklang.channels.mail.inbound.isolation import Failure, parse_guarded
from dreiklang.channels.mail.inbound.parsing import ParsedMail
from dreiklang.channels.mail.settings.keys import keys_for_opening
from dreiklang.channels.mail.settings.signers import believed
from dreiklang.kernel import clock


def read_mail(raw: bytes) -> ParsedMail | Failure:
    """The mail with the keys and signers of this moment. Sealed mail costs two queries more, other mail none."""
    mail = parse_guarded(raw)
    if isinstance(mail, Failure) or not mail.seal:
        return mail
    return unsealed(raw, mail, keys_for_opening(), believed(), clock.now())
