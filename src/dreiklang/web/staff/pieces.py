"""The pieces of the picture as SVG text. Every word that comes from people is escaped here."""

from __future__ import annotations

from functools import lru_cache
from html import escape

from dreiklang.web.staff.lexicon import Lexicon
from dreiklang.web.staff.placing.axis import FoldKind, caesura_half
from dreiklang.web.staff.placing.picture import Folded, Picture, Sign, Stretch, Word
from dreiklang.web.staff.score import MarkKind

_ANCHORS = {"start": "", "middle": " s-mid", "end": " s-end"}


@lru_cache(maxsize=8192)
def number(value: float) -> str:
    """A coordinate with one decimal, without trailing noughts."""
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text


def word(text: Word, classes: str) -> str:
    """A line of text."""
    names = (classes + _ANCHORS[text.anchor]).strip()
    named = f' class="{names}"' if names else ""
    return f'<text{named} x="{number(text.x)}" y="{number(text.y)}">{escape(text.words)}</text>'


def path(d: str, classes: str) -> str:
    """A path; nothing where there is nothing to draw."""
    return f'<path class="{classes}" d="{d}"/>' if d else ""


def rect(classes: str, box: tuple[float, float, float, float], rx: float = 0.0) -> str:
    """A rectangle: left, top, width, height."""
    x, y, width, height = (number(value) for value in box)
    rounded = f' rx="{number(rx)}"' if rx else ""
    return f'<rect class="{classes}" x="{x}" y="{y}" width="{width}" height="{height}"{rounded}/>'


def along(stretches: tuple[Stretch, ...], y: float) -> str:
    """Level lines at one height."""
    return "".join(f"M{number(a)} {number(y)}H{number(b)}" for a, b in stretches)


def lines(p: Picture) -> str:
    """Staff lines, the vendor's dashed, and the bar lines of the days."""
    right = p.x1 if p.closed_x is None else p.closed_x + 8
    out = [
        path(
            f"M{number(p.frame.line_x)} {number(s.y)}H{number(right)}", "s-line s-vendor" if s.level == 4 else "s-line"
        )
        for s in p.lines
    ]
    top, bottom = p.lines[-1].y, p.lines[0].y
    if top == bottom:
        top, bottom = top - 8, bottom + 8
    out.append(path("".join(f"M{number(x)} {number(top)}V{number(bottom)}" for x in p.bars), "s-bar"))
    return "".join(out)


def folds(p: Picture) -> str:
    """Caesuras: the line is interrupted, two strokes for a night, three for days off, twice two for silence."""
    out: list[str] = []
    for fold in p.folds:
        middle, width = (fold.x0 + fold.x1) / 2, fold.x1 - fold.x0
        half = caesura_half(width) if fold.kind in (FoldKind.SILENT, FoldKind.EARLIER) else width / 2
        top, bottom = p.lines[-1].y - 17.4, p.lines[0].y + 17.4
        if p.frame.gap < 40:
            top, bottom = top + 8, bottom - 8
        scale = min(p.frame.radius / 5.9, half / 16)
        strokes = "".join(_caesura(fold, middle, line.y, scale) for line in p.lines)
        out.append(
            f"<g><title>{escape(fold.name)}</title>"
            f"{rect('s-ground', (middle - half, top, 2 * half, bottom - top))}{path(strokes, 's-fold')}</g>"
        )
    return "".join(out)


def _caesura(fold: Folded, middle: float, y: float, scale: float) -> str:
    places = {
        FoldKind.NIGHT: (-5.5, 0.5),
        FoldKind.DAYS_OFF: (-8.5, -2.5, 3.5),
        FoldKind.SILENT: (-13.5, -7.5, 5.5, 11.5),
        FoldKind.EARLIER: (-8.5, -2.5, 3.5),
    }[fold.kind]
    return "".join(
        f"M{number(middle + at * scale)} {number(y + 7 * scale)}l{number(5 * scale)} {number(-14 * scale)}"
        for at in places
    )


def ribbons(p: Picture) -> str:
    """Who had it."""
    out: list[str] = []
    for ribbon in p.ribbons:
        d = along(ribbon.stretches, ribbon.y)
        if d:
            out.append(f'<g class="s-l{ribbon.level}">{path(d, "s-rib")}{path(d, "s-core")}</g>')
    return "".join(out)


def rests(p: Picture) -> str:
    """Dots, the block above the line, the reason."""
    out: list[str] = []
    for rest in p.rests:
        small = p.frame.gap < 40
        wide, high, up = (12, 5, 6) if small else (16, 7, 8)
        block = ""
        if rest.block is not None:
            block = rect("s-block", (rest.block - wide / 2, rest.y - up, wide, high))
        said = word(rest.word, "s-say") if rest.word else ""
        out.append(
            f'<g class="s-l{rest.level}"><title>{escape(rest.name)}</title>'
            f"{path(along(rest.stretches, rest.y), 's-dots')}"
            f"{block}{said}</g>"
        )
    return "".join(out)


def moves(p: Picture) -> str:
    """Strokes with their heads, then their words above everything they cross."""
    out: list[str] = []
    for move in p.moves:
        line = f"M{number(move.foot[0])} {number(move.foot[1])}L{number(move.end[0])} {number(move.end[1])}"
        head = "M" + "L".join(f"{number(x)} {number(y)}" for x, y in move.head) + "Z" if move.head else ""
        out.append(
            f'<g class="s-l{move.level}"><title>{escape(move.name)}</title>'
            f"{path(line, 's-stroke s-back' if move.is_back else 's-stroke')}"
            + (f'<polygon class="s-head" points="{_points(move.head)}"/>' if head else "")
            + "</g>"
        )
    out += [word(move.word, "s-say") for move in p.moves if move.word]
    return "".join(out)


def _points(corners: tuple[tuple[float, float], ...]) -> str:
    return " ".join(f"{number(x)},{number(y)}" for x, y in corners)


def stems(p: Picture) -> str:
    """Stems, beams and initials of the sittings."""
    out: list[str] = []
    for stem in p.stems:
        d = "".join(f"M{number(x)} {number(bottom)}V{number(top)}" for x, top, bottom in stem.stems)
        beam = f"M{number(stem.beam[0])} {number(stem.beam[2])}H{number(stem.beam[1])}" if stem.beam else ""
        said = word(stem.initials, "s-who") if stem.initials else ""
        out.append(f'<g class="s-l{stem.level}">{path(d, "s-stem")}{path(beam, "s-beam")}{said}</g>')
    return "".join(out)


def earlier(p: Picture, link: str, said: Lexicon) -> str:
    """The fold of earlier days as a link that opens it."""
    fold = next((f for f in p.folds if f.kind is FoldKind.EARLIER), None)
    if fold is None or not link:
        return ""
    top, bottom = p.lines[-1].y - 17, p.lines[0].y + 17
    name = said.show_earlier % fold.hidden
    return (
        f'<a class="s-earlier" href="{escape(link)}" hx-get="{escape(link)}" hx-target="closest .staff-figure" '
        f'hx-swap="outerHTML" aria-label="{escape(name)}">'
        f"{rect('s-ring', (fold.x0, top, fold.x1 - fold.x0, bottom - top))}</a>"
    )


def signs(p: Picture, ids: str, said: Lexicon, *, is_list: bool) -> str:
    """All marks, by time: in a page a list of links with one tab stop, the last mark; else plain shapes."""
    if not p.signs:
        return ""
    shapes = [_shape(s, p, ids) for s in p.signs]
    if not is_list:
        return (
            "<g>"
            + "".join(
                f'<g class="s-l{s.level}"><title>{escape(s.name)}</title>{shape}</g>'
                for s, shape in zip(p.signs, shapes, strict=True)
            )
            + "</g>"
        )
    label = escape(said.marks_by_time)
    out = [f'<g role="list" aria-label="{label}">']
    last = len(p.signs) - 1
    for place, (s, shape) in enumerate(zip(p.signs, shapes, strict=True)):
        entry = next((m.entry for m in s.marks if m.entry), "")
        half, high = max(s.half, 1.3 * p.frame.radius) + 3, 1.9 * p.frame.radius
        ring = rect("s-ring", (s.x - half, s.y - high, 2 * half, 2 * high), 5)
        stop = 0 if place == last else -1
        out.append(
            f'<g role="listitem"><a class="s-l{s.level}" href="#{escape(entry)}" tabindex="{stop}" '
            f'aria-label="{escape(s.name)}" data-level="{s.level}" data-x="{s.x:.0f}">{ring}{shape}</a></g>'
        )
    out.append("</g>")
    return "".join(out)


def _shape(s: Sign, p: Picture, ids: str) -> str:
    r = p.frame.radius
    if s.half:
        high = 2.7 * r
        text = Word(s.number_x, s.y + 3.9, str(s.number), "middle")
        return f"{rect('s-capsule', (s.x - s.half, s.y - high / 2, 2 * s.half, high), high / 2)}{word(text, 's-count')}"
    shape = f'<use href="#{ids}-{s.kind.value}" x="{number(s.x)}" y="{number(s.y)}"/>'
    if s.number:
        off = 1.4 * r if s.kind in (MarkKind.AUTOMATIC, MarkKind.REQUESTER) else 1.6 * r
        shape += word(Word(s.x + off, s.y + 3.5, f"+{s.number}"), "s-count s-say")
    return shape
