"""The fields that conditions may ask for: their names in each language, and what values they take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from dreiklang.tickets.rules.conditions import tree

CHOICE, NAME, MOMENT, NUMBER, TEXT, YES_NO = "choice", "name", "moment", "number", "text", "yes_no"
ORDERED = frozenset({MOMENT, NUMBER})

#: Stands for 'nobody', 'nothing', 'never', in any field that may be empty.
NONE = "none"
NONE_WORDS = {"none", "nobody", "never", "keine", "keiner", "niemand", "nie", "nichts", "leer", "empty"}
YES_WORDS = {"yes": "yes", "ja": "yes", "true": "yes", "no": "no", "nein": "no", "false": "no"}


@dataclass(frozen=True)
class Field:
    """One field: its key, its names (language → names, the first is written), the kind of its values.

    ``values`` of a choice: value → language → words for it, the first is written. ``operator``: the field only ever
    asks this way (``before:``), and is a name for another one (``stands_for``). ``is_deleted``: kept, asked no more.
    """

    key: str
    names: Mapping[str, tuple[str, ...]]
    kind: str
    values: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    may_be_none: bool = False
    stands_for: str = ""
    operator: str = ""
    is_deleted: bool = False
    label: str = ""

    def name_in(self, language: str) -> str:
        """The name as it is written in a language."""
        found = self.names.get(language) or self.names.get("en")
        return found[0] if found else self.key

    def word_for(self, value: str, language: str) -> str:
        """A value as it is written in a language."""
        if value == NONE and self.may_be_none:
            return "keine" if language == "de" else "none"
        if self.kind == YES_NO and language == "de":
            return {"yes": "ja", "no": "nein"}.get(value, value)
        words = self.values.get(value, {})
        found = words.get(language) or words.get("en")
        return found[0] if found else value

    def value_of(self, word: str) -> str | None:
        """The value that a word of a choice means, in any language; None if it means none."""
        small = word.strip().casefold()
        for value, languages in self.values.items():
            if small == value or any(small == known.casefold() for words in languages.values() for known in words):
                return value
        return None

    @property
    def operators(self) -> tuple[str, ...]:
        """How this field may be asked."""
        if self.operator:
            return (self.operator,)
        ordered = (tree.BELOW, tree.UP_TO, tree.ABOVE, tree.FROM, tree.BETWEEN)
        return (tree.IS, *ordered) if self.kind in ORDERED else (tree.IS,)


class Vocabulary:
    """A table of fields, found by any of their names."""

    def __init__(self, fields: Iterable[Field]) -> None:
        self.fields = {one.key: one for one in fields}
        self._by_name = {
            name.casefold(): one
            for one in self.fields.values()
            for name in (one.key, *(name for names in one.names.values() for name in names))
        }

    def find(self, name: str) -> Field | None:
        """The field that a name means, in any language."""
        return self._by_name.get(name.casefold())

    def near(self, name: str) -> str:
        """The name that a misspelt one comes nearest to, or nothing."""
        return next(iter(get_close_matches(name.casefold(), self._by_name, n=1, cutoff=0.6)), "")

    def with_fields(self, fields: Iterable[Field]) -> Vocabulary:
        """This table and some more fields; the same key replaces."""
        return Vocabulary((self.fields | {one.key: one for one in fields}).values())


def _choice(**values: tuple[tuple[str, ...], tuple[str, ...]]) -> dict[str, dict[str, tuple[str, ...]]]:
    return {value.rstrip("_"): {"en": en, "de": de} for value, (en, de) in values.items()}


def _field(key: str, kind: str, english: str, german: str, **more: object) -> Field:
    names = {"en": tuple(english.split()), "de": tuple(german.split())}
    return Field(key, names, kind, **more)  # type: ignore[arg-type]


#: What every desk can ask for. Own fields and those of higher floors are added where they are registered.
USUAL = Vocabulary((
    _field("team", NAME, "team", "team", may_be_none=True),
    _field("level", NUMBER, "level", "level stufe"),
    _field("customer", NAME, "customer", "auftraggeber kunde"),
    _field("requester", NAME, "requester from", "anfragende anwender von"),
    _field("assignee", NAME, "assignee", "bearbeitung bearbeiter bei", may_be_none=True),
    _field("category", NAME, "category", "kategorie", may_be_none=True),
    _field("state", CHOICE, "state status", "zustand status", values=_choice(
        new=(("new",), ("neu",)), open=(("open", "active"), ("offen", "in_arbeit")),
        waiting=(("waiting", "pending"), ("wartet", "wartend")), resolved=(("resolved", "solved"), ("gelöst",)),
        closed=(("closed",), ("geschlossen",)), merged=(("merged",), ("zusammengeführt",)))),
    _field("kind", CHOICE, "kind type", "art typ", values=_choice(
        incident=(("incident",), ("störung",)), security=(("security",), ("sicherheit", "sicherheitsvorfall")),
        request=(("request",), ("anfrage", "service-anfrage")), question=(("question",), ("frage",)),
        complaint=(("complaint",), ("beschwerde",)))),
    _field("priority", NUMBER, "priority prio", "priorität prio"),
    _field("impact", NUMBER, "impact", "auswirkung"),
    _field("urgency", NUMBER, "urgency", "dringlichkeit"),
    _field("channel", CHOICE, "channel", "kanal", values=_choice(
        mail=(("mail",), ("mail",)), phone=(("phone",), ("telefon",)), portal=(("portal",), ("portal",)),
        walk_in=(("in-person",), ("persönlich",)), api=(("api",), ("api",)), outgoing=(("outgoing",), ("ausgehend",)))),
    _field("language", CHOICE, "language", "sprache", values=_choice(
        de=(("german", "deutsch"), ("deutsch",)), en=(("english", "englisch"), ("englisch",)))),
    _field("service", NAME, "service", "service dienst", may_be_none=True),
    _field("tag", NAME, "tag", "schlagwort tag", may_be_none=True),
    _field("subject", TEXT, "subject", "betreff"),
    _field("created", MOMENT, "created opened", "angelegt eröffnet"),
    _field("updated", MOMENT, "updated changed", "geändert"),
    _field("due", MOMENT, "due", "fällig", may_be_none=True),
    _field("returns", MOMENT, "returns", "wiedervorlage", may_be_none=True),
    _field("resolved", MOMENT, "resolved", "gelöst", may_be_none=True),
    _field("closed", MOMENT, "closed", "geschlossen", may_be_none=True),
    _field("said", MOMENT, "said", "letztes-wort"),
    _field("before", MOMENT, "before", "vor", stands_for="created", operator=tree.BELOW),
    _field("after", MOMENT, "after since", "nach seit", stands_for="created", operator=tree.FROM),
    _field("is", CHOICE, "is", "ist", values=_choice(
        open=(("open", "unsettled"), ("offen",)), settled=(("settled", "done"), ("erledigt",)),
        mine=(("mine",), ("meins", "mein")), my_team=(("my-team", "ours"), ("mein-team", "unseres")),
        free=(("free", "unassigned"), ("frei",)), overdue=(("overdue",), ("überfällig",)),
        waiting=(("waiting", "parked"), ("wartend", "zurückgestellt")),
        unanswered=(("unanswered",), ("unbeantwortet",)), unread=(("unread",), ("ungelesen",)),
        not_accepted=(("not-accepted",), ("nicht-angenommen",)), restricted=(("restricted",), ("vertraulich",)),
        direct=(("direct",), ("direkt",)), vip=(("vip",), ("vip",)), followup=(("followup",), ("folgeticket",)))),
    _field("has", CHOICE, "has", "hat", values=_choice(
        attachment=(("attachment", "file"), ("anhang", "datei")), note=(("note",), ("notiz",)),
        promise=(("promise",), ("zusage",)), third_party=(("third-party",), ("dritte",)),
        copy=(("copy",), ("kopie",)))),
))  # fmt: skip
