"""Writing the picture as SVG: symbols once in ``defs``, position attributes, classes, no inline style.

In pages the rules come from ``staff.css``; for PDF and mail ``standalone`` puts them into the picture with the light
values in place of variables.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Final

from django.utils.safestring import SafeString, mark_safe

from dreiklang.web.staff import pieces, spark, surroundings, words
from dreiklang.web.staff.lexicon import lexicon
from dreiklang.web.staff.placing.frame import FRAMES
from dreiklang.web.staff.placing.layout import picture_of
from dreiklang.web.staff.placing.picture import Picture
from dreiklang.web.staff.score import Score

#: What a PDF program may find; it does not know system-ui.
PRINT_FONTS: Final = "Inter, Helvetica, Arial, 'DejaVu Sans', sans-serif"
STYLESHEET: Final = Path(__file__).resolve().parent.parent / "static" / "dreiklang" / "staff.css"


def render_svg(
    score: Score,
    size: str = "page",
    *,
    standalone: bool = False,
    with_earlier: bool = False,
    earlier_link: str = "",
) -> SafeString:
    """A ticket's staff as SVG.

    ``size``: ``page`` (796×176), ``large`` (1200×360), ``spark`` (120×20), ``spark-narrow`` (96×20). In a page its
    marks are a list of links to their entries with one tab stop; ``standalone`` makes one image of it, with its own
    rules, for PDF and mail. ``earlier_link`` is where a click on the folded earlier days leads.
    """
    if size in spark.SIZES:
        return spark.spark_svg(
            spark.trail_of(score), size, language=score.language, style=style() if standalone else ""
        )
    picture = picture_of(score, FRAMES[size], with_earlier=with_earlier)
    return svg_of(score, picture, standalone=standalone, earlier_link=earlier_link)


def svg_of(score: Score, picture: Picture, *, standalone: bool = False, earlier_link: str = "") -> SafeString:
    """A picture that is placed already."""
    frame, key = picture.frame, f"staff-{picture.frame.name}-{escape(score.number)}"
    said, height = lexicon(score.language), picture.height - picture.crop
    title = said.title % score.number
    role = "img" if standalone else "group"
    wide = " staff-wide" if picture.width > frame.width else ""
    start = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="staff staff-{frame.name}{wide}" '
        f'viewBox="0 {picture.crop:g} {picture.width:g} {height:g}" '
        f'width="{picture.width:g}" height="{height:g}" '
        f'fill="none" lang="{escape(score.language)}" role="{role}" '
        f'aria-labelledby="{key}-t" aria-describedby="{key}-d" '
        f'data-now="{picture.x_end:.0f}">'
        f'<title id="{key}-t">{escape(title)}</title>'
        f'<desc id="{key}-d">{escape(words.text_twin(score).sentences())}</desc>'
    )
    ids = f"{key}-n"
    parts = [
        start,
        f"<style>{style()}</style>" if standalone else "",
        _symbols(frame.radius, ids),
        '<g aria-hidden="true">' if not standalone else "<g>",
        surroundings.ground(picture),
        pieces.lines(picture),
        pieces.folds(picture),
        pieces.ribbons(picture),
        pieces.rests(picture),
        pieces.moves(picture),
        pieces.stems(picture),
        surroundings.brackets(picture),
        surroundings.now(picture),
        surroundings.ends(picture),
        surroundings.times(picture),
        surroundings.labels(picture),
        surroundings.key(picture, ids, said) if picture.key_y else "",
        "</g>",
        pieces.earlier(picture, earlier_link, said) if not standalone else "",
        pieces.signs(picture, ids, said, is_list=not standalone),
        "</svg>",
    ]
    return mark_safe("".join(parts))  # noqa: S308 every word is escaped in `pieces`


@lru_cache(maxsize=64)
def _symbols(r: float, ids: str) -> str:
    """The five note shapes; ids carry the picture's name so that two pictures fit on one page."""
    n = pieces.number
    ellipse, tip = f'rx="{n(1.2 * r)}" ry="{n(0.92 * r)}" transform="rotate(-20)"', n(1.28 * r)
    return (
        f'<defs><ellipse id="{ids}-outward" {ellipse} class="nt nt-out"/>'
        f'<ellipse id="{ids}-internal" {ellipse} class="nt nt-in"/>'
        f'<path id="{ids}-check" d="M0 -{tip}L{tip} 0L0 {tip}L-{tip} 0Z" class="nt nt-check"/>'
        f'<path id="{ids}-automatic" d="M{n(-0.8 * r)} {n(-0.8 * r)}L{n(0.8 * r)} {n(0.8 * r)}'
        f'M{n(0.8 * r)} {n(-0.8 * r)}L{n(-0.8 * r)} {n(0.8 * r)}" class="nt nt-auto"/>'
        f'<path id="{ids}-requester" d="M0 {n(-0.9 * r)}L{n(r)} {n(0.8 * r)}H{n(-r)}Z" class="nt nt-voice"/></defs>'
    )


@lru_cache(maxsize=1)
def style() -> str:
    """The stylesheet's rules for pictures, with light values in place of variables; pages' boxes left out."""
    sheet = re.sub(r"/\*.*?\*/", "", STYLESHEET.read_text(encoding="utf-8"), flags=re.DOTALL)
    values = dict(re.findall(r"(--st-[\w-]+):\s*light-dark\((#\w+),", sheet))
    rules = re.findall(r"([^{}]+)\{([^{}]*)\}", sheet)
    kept = [
        f"{selector.strip()}{{{' '.join(body.split())}}}"
        for selector, body in rules
        if not re.search(r":root|:focus|:hover|\.staff-(figure|scroll|readout|twin|badges)|@media|\.s-ring", selector)
    ]
    rules_kept = "".join(kept).replace("system-ui, sans-serif", PRINT_FONTS)
    return re.sub(r"var\((--st-[\w-]+)\)", lambda found: values[found[1]], rules_kept)
