"""The staff on a ticket's page: the picture in its own scrolling box, what hovering reads, and the text twin."""

from __future__ import annotations

from html import escape

from django.utils.safestring import SafeString, mark_safe

from dreiklang.web.staff import phrases, words
from dreiklang.web.staff.drawing import svg_of
from dreiklang.web.staff.lexicon import lexicon
from dreiklang.web.staff.placing.frame import FRAMES
from dreiklang.web.staff.placing.layout import picture_of
from dreiklang.web.staff.score import Score
from dreiklang.web.staff.surroundings import badges

ACTIONS = (
    "keydown->staff#move click->staff#open focusin->staff#tell mouseover->staff#tell "
    "focusout->staff#hush mouseout->staff#hush"
)


def render_figure(
    score: Score, size: str = "page", *, with_earlier: bool = False, earlier_link: str = "?earlier"
) -> SafeString:
    """Picture and twin together. The controller ``staff`` brings the keys; without it the marks are still links."""
    picture = picture_of(score, FRAMES[size], with_earlier=with_earlier)
    svg = svg_of(score, picture, earlier_link=earlier_link)
    return mark_safe(  # noqa: S308 the parts are escaped where they are made
        f'<figure class="staff-figure" data-controller="staff" data-action="{ACTIONS}">'
        f'<div class="staff-scroll" data-staff-target="scroll">{svg}</div>{badges(picture)}'
        f'<div class="staff-readout" data-staff-target="readout" aria-hidden="true" hidden></div>'
        f"{render_twin(score)}</figure>"
    )


def render_twin(score: Score) -> SafeString:
    """The text twin, folded: a sentence per stay with its marks, promises, what is open."""
    twin = words.text_twin(score)
    out = [
        f'<details class="staff-twin"><summary>{escape(lexicon(score.language).read_as_text)}</summary>',
        f"<p>{escape(twin.opening)}</p>",
    ]
    for passage in twin.passages:
        out.append(f"<p>{escape(passage.sentence)}</p>")
        if passage.marks:
            names = (escape(phrases.mark_name(score, mark)) for mark in passage.marks)
            out.append("<ul>" + "".join(f"<li>{name}</li>" for name in names) + "</ul>")
    out += [f"<p>{escape(said)}</p>" for said in (twin.promises, twin.still_open) if said]
    return mark_safe("".join(out) + "</details>")  # noqa: S308 every sentence is escaped above
