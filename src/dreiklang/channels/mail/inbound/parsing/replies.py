"""What the writer wrote now: quoted mails and signature told apart from it, without losing a word.

When in doubt a line belongs to the writer. Answers between quoted lines are kept; forwarded mails are kept, because
they are what the sender wants to show. German and English first, the commonest words of a few other languages too.
Every rule looks at one line or at a handful of neighbours, so that the time grows with the length only (P04).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from . import limits
from .html_text import MARKERS, QUOTE_BEGINS, QUOTE_ENDS, SIGNATURE_BEGINS, SIGNATURE_ENDS
from .signatures import signature_lines


class PieceKind(StrEnum):
    """What a stretch of lines is."""

    OWN = "own"
    QUOTE = "quote"
    SIGNATURE = "signature"
    FORWARDED = "forwarded"

    def __reduce_ex__(self, proto: object) -> tuple[type[StrEnum], tuple[str]]:
        """By its value: early releases of Python 3.11 would name a builtin, which `isolation` refuses."""
        return type(self), (self.value,)


@dataclass(frozen=True, slots=True)
class Piece:
    """Neighbouring lines of one kind."""

    kind: PieceKind
    text: str

    @property
    def is_folded(self) -> bool:
        """Whether the conversation shows it only after a click."""
        return self.kind in {PieceKind.QUOTE, PieceKind.SIGNATURE}


@dataclass(frozen=True, slots=True)
class ReplySplit:
    """The writer's words now, the signature, and the whole text in pieces."""

    reply: str
    signature: str
    pieces: tuple[Piece, ...]


_QUOTED = re.compile(r"[ \t]{0,3}(?:>|&gt;|\|[ \t]?>|[A-Z]{1,3}> )")
_GROUPWISE = re.compile(r">>>[ \t][^\n]{2,200}\d{1,2}[:.]\d{2}[^\n]{0,20}[ \t]>>>[ \t]*")
"""GroupWise says so once; the lines below bear no sign."""
_ORIGINAL = re.compile(
    r"[ \t>*]*[-_=*–—]{2,60}[ \t]*(?:ursprüngliche|original(?:e|-)?|urspr(?:\.|üngl\.)?|antwort auf|reply message|"
    r"message d'origine|mensaje original|messaggio originale|oorspronkelijk bericht|vorherige|originalnachricht)"
    r"[- ]*(?:nachricht|message|e-?mail|mail|appointment|termin)?[ \t]*:?[ \t]*[-_=*–—]{0,60}[ \t]*",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    r"[ \t*]*(?:[-_=*–—]{2,60}[ \t]*(?:forwarded (?:message|mail)|weitergeleitete (?:nachricht|e-?mail|mail)|"
    r"weitergeleitet|message transféré|mensaje reenviado|doorgestuurd bericht|messaggio inoltrato)[^\n]{0,80}|"
    r"begin forwarded message:?|anfang der weitergeleiteten (?:nachricht|e-?mail):?|start of forwarded message:?|"
    r"weitergeleitete nachricht:?|début du message transféré ?:?)[ \t]*",
    re.IGNORECASE,
)
_ABOVE = re.compile(
    r"[ \t]*[-#_=*]{1,20}[ \t]*(?:please |bitte )?(?:reply|antworten|oberhalb|antworte|type your reply|write|"
    r"above this line)"
    r"[^\n]{0,100}(?:line|zeile)[^\n]{0,60}",
    re.IGNORECASE,
)
_FROM_LABEL = re.compile(
    r"[ \t>*_|]*(?:von|from|de|da|van|från|fra|od|absender|expéditeur|sender|lähettäjä|от)"
    r"[ \t]*\*?[ \t]*[:\uff1a][ \t*]*\S",
    re.IGNORECASE,
)
_OTHER_LABEL = re.compile(
    r"[ \t>*_|]*(?:(?P<sent>gesendet(?: am)?|sent|date|datum|envoyé|enviado(?: el)?|inviato|verzonden|skickat|sendt|"
    r"data|fecha|wysłano|received|empfangen|отправлено|дата)|(?P<to>an|to|à|para|a|aan|till|til|do|empfänger|pour|кому)|"
    r"(?P<cc>cc|kopie|copie|bcc|blindkopie|antwort an|reply-to|importance|wichtigkeit|priorität|priority|"
    r"attachments|anlagen)|"
    r"(?P<subject>betreff|subject|objet|asunto|oggetto|onderwerp|ämne|emne|temat|thema|betr|тема))"
    r"[ \t]*\.?\*?[ \t]*[:\uff1a]",
    re.IGNORECASE,
)
_START = re.compile(
    r"[ \t>*_\"'-]*(?:am|on|den|le|el|il|op|em|w dniu|dnia|vào|dne|på|in data|mo|di|mi|do|fr|sa|so)\b[.,]?[ \t]", re.I
)
_VERB = re.compile(
    r"\b(?:schrieb(?:en)?|wrote|writes|geschrieben|skrev|écrit|escribi[oó]|scritto|schreef|geschreven|napisał\w*|"
    r"escreveu|"
    r"kirjoitti|napsal)\b|写道|寫道|のメッセージ|작성",
    re.IGNORECASE,
)
_MOMENT = re.compile(r"\d{1,2}[:.]\d{2}|\d{4}|\d{1,2}[./-]\d{1,2}")
_WROTE_RULED = re.compile(
    r"[ \t]*[-_=]{2,60}[ \t]*[^\n]{2,200}\b(?:wrote|schrieb(?:en)?|написал\w*)[ \t]*:?[ \t]*[-_=]{2,60}[ \t]*", re.I
)
_QUOTING = re.compile(r"[ \t]*(?:zitat von|quoting|citando|zitiere|quote from)\b.{2,200}:?[ \t]*", re.IGNORECASE)
_DATED = re.compile(r"[ \t]*(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./]\d{1,2}[./]\d{2,4})[^\n]{2,200}:?[ \t]*")
_RULE_STARTS = frozenset("-_=*–—#")
_LONGEST_LINE = 1_000
"""A longer line is somebody's paragraph, neither an attribution nor a header."""
_RULE = re.compile(r"[ \t]*(?:_{5,}|-{5,}|={5,}|\*{5,}|─{5,})[ \t]*")


def split_reply(text: str, *, is_forward: bool = False, is_answer: bool | None = None) -> ReplySplit:
    """Tell the writer's words from quotes and signature.

    `is_forward`: the subject says so. `is_answer`: the headers or the subject say that another mail is answered;
    None where nothing is known. The text may bear the marks of `text_from_html(…, markers=True)`.
    """
    lines = text.split("\n")
    rest = lines[limits.REPLY_LINES :]
    lines = lines[: limits.REPLY_LINES]
    kinds = _Sorter(lines, is_forward=is_forward, is_answer=is_answer).kinds()
    pairs = list(zip(kinds, lines, strict=True))
    if MARKERS.search(text):
        pairs = [
            (kind, MARKERS.sub("", line))
            for kind, line in pairs
            if not MARKERS.search(line) or MARKERS.sub("", line).strip(" >")
        ]
    pairs += [(PieceKind.OWN, line) for line in rest]
    return ReplySplit(
        reply=_joined(pairs, {PieceKind.OWN, PieceKind.FORWARDED}),
        signature=_joined(pairs, {PieceKind.SIGNATURE}),
        pieces=tuple(_pieces(pairs)),
    )


def fold(text: str, *, is_forward: bool = False, is_answer: bool | None = None) -> tuple[Piece, ...]:
    """The text in pieces for the conversation view: quotes between answers stay open, the rest is folded.

    Joined by line ends the pieces are the text again.
    """
    pieces = split_reply(text, is_forward=is_forward, is_answer=is_answer).pieces
    own = [number for number, piece in enumerate(pieces) if piece.kind is PieceKind.OWN and piece.text.strip()]
    return tuple(
        Piece(PieceKind.OWN, piece.text)
        if own and piece.kind is PieceKind.QUOTE and own[0] < number < own[-1]
        else piece
        for number, piece in enumerate(pieces)
    )


def _joined(pairs: list[tuple[PieceKind, str]], wanted: set[PieceKind]) -> str:
    """Lines of these kinds; a blank line where something was left out between them."""
    out: list[str] = []
    gap = False
    for kind, line in pairs:
        if kind not in wanted:
            gap = True
            continue
        if gap and out and out[-1].strip() and line.strip():
            out.append("")
        gap = False
        out.append(line)
    joined = "\n".join(line.rstrip() for line in out).strip("\n")
    return re.sub(r"\n{3,}", "\n\n", joined) if len(wanted) == 2 and "\n\n\n" in joined else joined


def _pieces(pairs: list[tuple[PieceKind, str]]) -> Iterator[Piece]:
    run: list[str] = []
    kind: PieceKind | None = None
    for line_kind, line in pairs:
        if line_kind is not kind and kind is not None:
            yield Piece(kind, "\n".join(run))
            run = []
        kind = line_kind
        run.append(line)
    if kind is not None:
        yield Piece(kind, "\n".join(run))


def _may_matter(line: str) -> bool:
    """A quick look that most of the writer's lines do not pass: rules above look only at lines like these."""
    return (
        ":" in line
        or "\uff1a" in line
        or line.lstrip()[:1] in _RULE_STARTS
        or bool(_START.match(line))
        or bool(_QUOTING.fullmatch(line))
        or bool(_DATED.fullmatch(line))
        or line.lstrip(" \t*")[:8].lower() in {"begin fo", "anfang d", "start of", "weiterge", "début du"}
    )


class _Sorter:
    """Gives each line its kind."""

    def __init__(self, lines: list[str], *, is_forward: bool, is_answer: bool | None) -> None:
        self.lines = lines
        self.is_forward = is_forward
        self.is_answer = is_answer
        self.result = [PieceKind.OWN] * len(lines)

    def kinds(self) -> list[PieceKind]:
        self.sort_quotes()
        if not self.has_own() and not self.is_answer:
            # Nothing but a quoted mail: that is what the sender wants to show.
            self.result = [PieceKind.FORWARDED if kind is PieceKind.QUOTE else kind for kind in self.result]
        self.sort_signatures()
        return self.result

    def has_own(self) -> bool:
        return any(
            kind is not PieceKind.QUOTE and line and MARKERS.sub("", line).strip()
            for kind, line in zip(self.result, self.lines, strict=True)
        )

    def set(self, start: int, end: int, kind: PieceKind) -> None:
        self.result[start:end] = [kind] * (end - start)

    def sort_quotes(self) -> None:
        """Walk down once; each rule says where its stretch ends."""
        index, count = 0, len(self.lines)
        after_attribution = False
        while index < count:
            line = self.lines[index]
            if not line.strip():
                index += 1
                continue
            if line.strip() == QUOTE_BEGINS:
                index, is_attribution = self.marked_quote(index)
                after_attribution = after_attribution or is_attribution
                continue
            if len(line) > _LONGEST_LINE and not _QUOTED.match(line):
                index += 1
                continue
            if _QUOTED.match(line):
                index = self.quoted_run(index, after_attribution=after_attribution)
                continue
            if not _may_matter(line):
                index += 1
                continue
            if _FORWARDED.fullmatch(line):
                self.set(index, count, PieceKind.FORWARDED)
                return
            if self.starts_quoted_mail(index):
                kind = PieceKind.FORWARDED if self.is_forward else PieceKind.QUOTE
                self.set(self.with_rule_above(index), count, kind)
                return
            attribution_end = self.attribution(index)
            if attribution_end is not None:
                quoted = None if self.is_forward else self.next_quoted(attribution_end, within=2)
                if quoted is not None:
                    self.set(index, quoted, PieceKind.QUOTE)
                    after_attribution = True
                    index = quoted
                    continue
                if self.is_forward or self.is_full_attribution(index, attribution_end):
                    self.set(index, count, PieceKind.FORWARDED if self.is_forward else PieceKind.QUOTE)
                    return
            index += 1

    def marked_quote(self, index: int) -> tuple[int, bool]:
        """A quote that the mail program marks in its HTML; returns where it ends, and if `>` lines follow there."""
        if self.is_forward:
            self.set(index, len(self.lines), PieceKind.FORWARDED)
            return len(self.lines), False
        quoted = self.next_quoted(index + 1, within=8)
        end = self.end_of_container(index) if quoted is None else quoted
        self.set(self.with_rule_above(index), end, PieceKind.QUOTE)
        return end, quoted is not None

    def quoted_run(self, start: int, *, after_attribution: bool) -> int:
        """Neighbouring `>` lines; they are a quote only where something is answered."""
        if _GROUPWISE.fullmatch(self.lines[start]):
            self.set(start, len(self.lines), PieceKind.FORWARDED if self.is_forward else PieceKind.QUOTE)
            return len(self.lines)
        end = start
        last = start
        while end < len(self.lines) and (not self.lines[end].strip() or _QUOTED.match(self.lines[end])):
            if self.lines[end].strip():
                last = end
            end += 1
        is_quote = after_attribution or self.is_answer is not False or self.is_attributed(start)
        if is_quote:
            self.set(start, last + 1, PieceKind.QUOTE)
        return last + 1

    def is_attributed(self, start: int) -> bool:
        """Whether quoted lines begin by saying who wrote them, as telephones do: '> Am … um … schrieb …:'."""
        lines = [_QUOTED.sub("", line, count=1).strip() for line in self.lines[start : start + 3]]
        for end in (1, 2, 3):
            said = " ".join(lines[:end])[:600]
            if said.endswith(":"):
                return bool(_START.match(said) and _VERB.search(said) and _MOMENT.search(said))
        return False

    def next_quoted(self, start: int, *, within: int) -> int | None:
        """The first `>` line among the next non-blank lines."""
        seen = 0
        for index in range(start, min(len(self.lines), start + within * 3)):
            line = self.lines[index]
            if _QUOTED.match(line):
                return index
            if line.strip() and not MARKERS.fullmatch(line.strip()):
                seen += 1
                if seen >= within:
                    return None
        return None

    def end_of_container(self, start: int) -> int:
        depth = 0
        for index in range(start, len(self.lines)):
            mark = self.lines[index].strip(" >")
            if mark == QUOTE_BEGINS:
                depth += 1
            elif mark == QUOTE_ENDS:
                depth -= 1
                if depth <= 0:
                    return index + 1
        return len(self.lines)

    def starts_quoted_mail(self, index: int) -> bool:
        """'-----Ursprüngliche Nachricht-----', our own 'reply above this line', or a block of header lines."""
        line = self.lines[index]
        if _ORIGINAL.fullmatch(line) or _ABOVE.fullmatch(line) or _WROTE_RULED.fullmatch(line):
            return True
        return bool(_FROM_LABEL.match(line) or _OTHER_LABEL.match(line[:300])) and self.is_header_block(index)

    def is_header_block(self, index: int) -> bool:
        """From with two of Sent, To, Subject in neighbouring lines, long address lists wrapped.

        Without a moment or an address it is the writer's own list: 'Von: 1.12., An: Frau Scholz, Betreff: Vertretung'.
        """
        found: set[str] = set()
        unlabelled = 0
        names_address = False
        for line in self.lines[index : index + 14]:
            if not line.strip():
                if len(found) >= 3 or unlabelled > 2:
                    break
                unlabelled += 1
                continue
            names_address = names_address or "@" in line[:300]
            label = _OTHER_LABEL.match(line[:300])
            if label:
                found.add(label.lastgroup or "")
            elif _FROM_LABEL.match(line[:300]):
                found.add("from")
            else:
                unlabelled += 1
                if unlabelled > 6:
                    break
        found.discard("cc")
        return "from" in found and len(found) >= 3 and ("sent" in found or names_address)

    def with_rule_above(self, index: int) -> int:
        """A ruled line right above the header block belongs to it."""
        above = index - 1
        while above >= 0 and index - above <= 3 and not self.lines[above].strip():
            above -= 1
        if above >= 0 and _RULE.fullmatch(self.lines[above][:200]):
            return above
        return index

    def attribution(self, index: int) -> int | None:
        """'Am … schrieb …:' over one to four lines; returns the line after it."""
        line = self.lines[index]
        if len(line) > 600:
            return None
        if _QUOTING.fullmatch(line) or (_DATED.fullmatch(line) and "@" in line):
            return index + 1
        following = self.lines[index + 1].rstrip() if index + 1 < len(self.lines) else ""
        if _DATED.fullmatch(line) and line.rstrip().endswith("<") and following.endswith(">:") and "@" in following:
            return index + 2
        ends_here = line.rstrip().endswith((":", "\uff1a"))
        if ends_here and _VERB.search(line) and (_MOMENT.search(line) or "@" in line or self.quoted_follows(index + 1)):
            return index + 1
        if ends_here and "@" in line and self.quoted_follows(index + 1):
            return index + 1
        if not _START.match(line) or not _MOMENT.search(" ".join(self.lines[index : index + 2])[:600]):
            return None
        for end in range(index + 1, min(index + 5, len(self.lines) + 1)):
            last = self.lines[end - 1].rstrip()
            if not last or _QUOTED.match(last) or (end - 1 > index and _START.match(last) and _MOMENT.search(last)):
                return None
            if last.endswith((":", "\uff1a")):
                joined = " ".join(self.lines[index:end])[:1_500]
                return end if _VERB.search(joined) else None
        return None

    def quoted_follows(self, index: int) -> bool:
        return self.next_quoted(index, within=1) is not None

    def is_full_attribution(self, start: int, end: int) -> bool:
        """Certain enough to cut without `>` lines: date and time, a verb, and an address or a known answer."""
        joined = " ".join(self.lines[start:end])[:1_500]
        if not _MOMENT.search(joined):
            return False
        if "@" in joined:
            return True
        return self.is_answer is not False and bool(_START.match(joined)) and bool(re.search(r"\d{1,2}:\d{2}", joined))

    def sort_signatures(self) -> None:
        """Look at every run of own lines; marks of the mail program decide before the words."""
        runs = list(self.own_runs())
        for number, (start, end) in enumerate(runs):
            is_last = number == len(runs) - 1
            marked = self.marked_signature(start, end)
            chosen = marked or signature_lines(self.lines[start:end], is_last=is_last)
            for offset in chosen:
                self.result[start + offset] = PieceKind.SIGNATURE

    def own_runs(self) -> Iterator[tuple[int, int]]:
        start: int | None = None
        for index, kind in enumerate([*self.result, PieceKind.QUOTE]):
            if kind is PieceKind.OWN:
                start = index if start is None else start
            elif start is not None:
                yield start, index
                start = None

    def marked_signature(self, start: int, end: int) -> list[int]:
        """Lines between the marks, unless nothing but them was written."""
        chosen: list[int] = []
        inside = False
        for index in range(start, end):
            mark = self.lines[index].strip()
            if mark == SIGNATURE_BEGINS:
                inside = True
            if inside:
                chosen.append(index - start)
            if mark == SIGNATURE_ENDS:
                inside = False
        if not chosen:
            return []
        within = set(chosen)
        others = [MARKERS.sub("", self.lines[start + n]).strip() for n in range(end - start) if n not in within]
        if not any(others):
            return []
        kept = [line if n not in within else "" for n, line in enumerate(self.lines[start:end])]
        return sorted(within | set(signature_lines(kept, is_last=True)))
