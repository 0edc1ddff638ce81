"""What is wrong with a condition, as a sentence: where it stands, and what would do."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dreiklang.tickets.rules.conditions import Mistake


def mistake_words(mistake: Mistake) -> str:
    """A mistake in the reader's language."""
    said = {"at": mistake.at + 1, "word": mistake.word[:60]}
    if mistake.code == "unknown_field":
        if near := mistake.known.get("near"):
            return _("Character %(at)s: there is no field “%(word)s”. Did you mean “%(near)s”?") % {
                **said,
                "near": near,
            }
        return _("Character %(at)s: there is no field “%(word)s”.") % said
    if mistake.code == "no_choice":
        known = "; ".join(mistake.known.values())
        return _("Character %(at)s: “%(word)s” is not known here. Possible: %(known)s.") % {**said, "known": known}
    return _sentences()[mistake.code] % said


def _sentences() -> dict[str, str]:
    return {
        "too_long": _("These conditions are too long: at most %(at)s characters."),
        "too_many": _("These are too many conditions: at most 60."),
        "too_deep": _("Character %(at)s: brackets stand too deep within each other."),
        "stray": _("Character %(at)s: this bracket closes nothing."),
        "not_closed": _("Character %(at)s: what begins here with %(word)s is not closed."),
        "unfinished": _("Character %(at)s: something is missing here."),
        "no_value": _("Character %(at)s: “%(word)s” needs a value after the colon."),
        "no_number": _("Character %(at)s: “%(word)s” is not a number."),
        "no_moment": _("Character %(at)s: “%(word)s” is no day. Possible: 2026-11-25, today, 7d, +2d."),
        "no_yes_no": _("Character %(at)s: “%(word)s” is neither yes nor no."),
        "no_name": _("Character %(at)s: “%(word)s” is no name."),
        "no_text": _("Character %(at)s: “%(word)s” is no text."),
        "no_order": _("Character %(at)s: “%(word)s” has no order; only a colon fits."),
        "one_value": _("Character %(at)s: a comparison of “%(word)s” takes one value."),
        "unknown_name": _("Character %(at)s: nobody and nothing is called “%(word)s”."),
    }
