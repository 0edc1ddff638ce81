"""Understanding a mail: bytes in, `ParsedMail` out; pure, without settings, never raises.

`structure` finds the parts, `headers` and `addresses` read the header, `bodies` chooses text and files,
`automatic` decides whether a machine wrote, `bounces` reads failed recipients, `replies` finds what was written now.
"""

from .addresses import Address
from .automatic import Kind
from .bodies import Attachment
from .bounces import FailedRecipient
from .mail import LOOP_HEADER, Marks, ParsedMail, parse_mail
from .replies import Piece, PieceKind, fold, split_reply
from .subjects import SubjectLine, find_ticket_numbers, normalised_subject, parse_subject

__all__ = [
    "LOOP_HEADER",
    "Address",
    "Attachment",
    "FailedRecipient",
    "Kind",
    "Marks",
    "ParsedMail",
    "Piece",
    "PieceKind",
    "SubjectLine",
    "find_ticket_numbers",
    "fold",
    "normalised_subject",
    "parse_mail",
    "parse_subject",
    "split_reply",
]
