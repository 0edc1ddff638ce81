"""What is wrong with a table, in plain words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dreiklang.exchange.rules.tables import BadTable


def sentence_of(bad: BadTable) -> str:
    """Why a file as a whole cannot be read, and what to do."""
    sentences = {
        "too_large": _("The file is larger than 60 MB; please part it."),
        "too_many": _("The file has more than %(what)s lines; please part it."),
        "too_many_columns": _("The file has more than %(what)s columns."),
        "broken": _("The file is not a whole CSV: a quotation mark is missing somewhere."),
        "cell_too_long": _("A cell holds more than 100,000 characters, or a quotation mark is missing somewhere."),
        "empty": _("The file has no lines below its heading."),
        "no_text": _("This is not a CSV file. Save the table as CSV and try again."),
    }
    return sentences[bad.code] % {"what": bad.what}
