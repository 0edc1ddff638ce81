"""What stands around the notes, as SVG text: ground, promises, time, ends, labels, the key."""

from __future__ import annotations

from html import escape

from dreiklang.web.staff.lexicon import Lexicon
from dreiklang.web.staff.pieces import along, number, path, word
from dreiklang.web.staff.placing.lettering import width_of
from dreiklang.web.staff.placing.picture import Bracket, Picture, Stretch, Word


def ground(p: Picture) -> str:
    """The ground, and the paler one for what has not happened yet."""
    whole = f'<rect class="s-ground" width="{p.width:g}" height="{p.height:g}"/>'
    if p.now is None or p.closed_x is not None:
        return whole
    bottom = p.lines[0].y + 18.6 if p.lines else p.time_y - 40
    return (
        f'{whole}<rect class="s-future" x="{number(p.x_end)}" y="{number(p.frame.top)}" '
        f'width="{number(p.x1 - p.x_end)}" height="{number(bottom - p.frame.top)}"/>'
    )


def brackets(p: Picture) -> str:
    """Promises."""
    return "".join(f'<g class="s-l{b.level}"><title>{escape(b.name)}</title>{_bracket(b)}</g>' for b in p.brackets)


def _bracket(b: Bracket) -> str:
    y = number(b.y)
    line = "s-promise" if b.state != "run" else "s-run"
    out: list[str] = []
    feet = "".join(f"M{number(x)} {number(b.y + 6)}V{y}" for x in (b.start, b.end) if x is not None)
    out.append(path(feet + along(b.solid, b.y), "s-soon" if b.is_soon else line))
    out.append(path(along(b.dotted, b.y), "s-paused"))
    if b.ahead:
        ahead = "s-soon" if b.is_soon else line
        out.append(path(f"M{number(b.ahead[0])} {y}H{number(b.ahead[1])}", f"{ahead} s-ahead"))
    if b.due is not None and b.state in ("run", "broke"):
        up = 6 if b.state == "broke" else 5
        out.append(path(f"M{number(b.due)} {number(b.y - up)}V{number(b.y + 6)}", "s-soon" if b.is_soon else line))
    if b.zigzag:
        out.append(path(_zigzag(b.zigzag, b.y), "s-over"))
    if b.tick is not None:
        out.append(path(f"M{number(b.tick - 4.4)} {number(b.y - 6.8)}l2.8 2.8l5.6 -6", "s-tick"))
    if b.word:
        out.append(word(b.word, "s-hue" if b.level else "s-word-run" if b.state == "run" else ""))
    if b.late:
        out.append(word(b.late, "s-late"))
    if b.due_word:
        out.append(word(b.due_word, "s-due-soon" if b.is_soon else "s-due"))
    return "".join(out)


def _zigzag(stretch: Stretch, y: float) -> str:
    left, right = stretch
    steps = max(2, round((right - left) / 7))
    d = [f"M{number(left)} {number(y)}"]
    for step in range(1, steps):
        x = left + (right - left) * step / steps
        d.append(f"L{number(x)} {number(y - 3 if step % 2 else y + 3)}")
    return "".join(d) + f"L{number(right)} {number(y)}V{number(y + 6)}"


def now(p: Picture) -> str:
    """The present moment: a line and a pill; for a closed ticket the word when."""
    if p.now is None:
        return ""
    if p.pill is None:
        return word(p.now, "s-day")
    top = number(p.time_y - 11)
    left, right = p.pill
    return (
        f"{path(f'M{number(p.x_end)} {number(p.frame.top)}V{top}', 's-now')}"
        f'<rect class="s-pill" x="{number(left)}" y="{top}" width="{number(right - left)}" height="15" rx="7.5"/>'
        f"{word(p.now, 's-pill-word')}"
    )


def ends(p: Picture) -> str:
    """Closed: a thin and a thick bar line. Reopened: the repeat sign, where it began again."""
    top, bottom = p.lines[-1].y, p.lines[0].y
    if top == bottom:
        top, bottom = top - 12, bottom + 12
    out: list[str] = []
    for closed, reopened in p.breaks:
        if reopened - closed > 10:
            out.append(path(f"M{number(closed)} {number(top)}V{number(bottom)}", "s-last"))
        out.append(path(f"M{number(reopened - 7)} {number(top)}V{number(bottom)}", "s-last-thick"))
        out.append(path(f"M{number(reopened - 2)} {number(top)}V{number(bottom)}", "s-last"))
        for y in _dots(p):
            out.append(f'<circle class="s-dot" cx="{number(reopened + 3)}" cy="{number(y)}" r="2"/>')
    if p.closed_x is not None:
        out.append(path(f"M{number(p.closed_x)} {number(top)}V{number(bottom)}", "s-last"))
        out.append(path(f"M{number(p.closed_x + 5.5)} {number(top)}V{number(bottom)}", "s-last-thick"))
    return "".join(out)


def _dots(p: Picture) -> tuple[float, ...]:
    """The two dots of a repeat sign: in the spaces beside the middle line, or either side of a single one."""
    ys = [line.y for line in p.lines]
    if len(ys) == 1:
        return ys[0] - 7, ys[0] + 7
    middle = (ys[0] + ys[-1]) / 2
    off = min(p.frame.gap * 0.22, 8)
    return middle - off, middle + off


def times(p: Picture) -> str:
    """Hours, days, what the folds hide."""
    ticks = "".join(f"M{number(t.x)} {number(p.time_y - 16)}v4" for t in p.ticks)
    out = [path(ticks, "s-hour"), *(word(t, "") for t in p.ticks)]
    out += [word(day, "s-day") for day in p.days]
    out += [word(fold, "") for fold in p.fold_words]
    return "".join(out)


def labels(p: Picture) -> str:
    """Left: badge, team, how long it was held; the rows' names; the requester."""
    out: list[str] = []
    small, badge = p.frame.gap < 40, p.frame.badge
    for line in p.lines:
        x = badge + (5 if not small else 1)
        up, down = (-2 if line.held else 4), (10 if small else 13)
        out.append(
            f'<g class="s-l{line.level}"><circle class="s-badge" cx="{number(x)}" cy="{number(line.y)}" r="{badge:g}"/>'
            + word(Word(x, line.y + (4.9 if not small else 4), str(line.level), "middle"), "s-num")
            + (f"<g><title>{escape(line.team)}</title>" if line.short != line.team else "<g>")
            + word(Word(p.frame.name_x, line.y + up, line.short), "s-name")
            + "</g>"
            + (word(Word(p.frame.name_x, line.y + down, line.held), "") if line.held else "")
            + "</g>"
        )
    out += [word(label, "") for label in p.row_labels]
    if p.requester:
        out.append(word(p.requester, ""))
    return "".join(out)


def badges(p: Picture) -> str:
    """The levels' badges alone, to stay at the left edge while the picture is scrolled on a narrow screen."""
    x, height = p.frame.badge + 1, p.height - p.crop
    drawn = "".join(
        f'<g class="s-l{line.level}">'
        f'<circle class="s-badge" cx="{number(x)}" cy="{number(line.y)}" r="{p.frame.badge:g}"/>'
        f"{word(Word(x, line.y + 4, str(line.level), 'middle'), 's-num')}</g>"
        for line in p.lines
    )
    box = f'viewBox="0 {p.crop:g} 22 {height:g}" width="22" height="{height:g}"'
    return f'<svg class="staff staff-{p.frame.name} staff-badges" {box} aria-hidden="true">{drawn}</svg>'


def key(p: Picture, ids: str, said: Lexicon) -> str:
    """What the signs mean, below the large picture."""
    signs = [
        ("outward", said.outward),
        ("internal", said.internal),
        ("check", said.check),
        ("automatic", said.automatic),
        ("requester", said.requester),
    ]
    x, y, out = p.frame.line_x, p.key_y or 0.0, ['<g class="s-l0">']
    for kind, name in signs:
        out.append(f'<use href="#{ids}-{kind}" x="{number(x + 6)}" y="{number(y - 4)}"/>')
        out.append(word(Word(x + 18, y, name), ""))
        x += 18 + width_of(name, p.frame.font) + 18
    rows = [
        (f"M{number(x)} {number(y)}l14 -9", "s-stroke", said.key_handover),
        ("", "s-stroke s-back", said.key_hand_back),
        ("", "s-beam", said.key_sitting),
    ]
    for d, classes, name in rows:
        d = f"M{number(x)} {number(y - 4)}h18" if classes == "s-beam" else d or f"M{number(x)} {number(y - 9)}l14 9"
        out.append(path(d, classes) + word(Word(x + 22, y, name), ""))
        x += 22 + width_of(name, p.frame.font) + 18
    out.append(f'<rect class="s-block" x="{number(x)}" y="{number(y - 8)}" width="14" height="6"/>')
    out.append(word(Word(x + 20, y, said.key_pause), "") + "</g>")
    return "".join(out)
