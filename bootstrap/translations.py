"""Puts the translations together and tells what is missing.

Each room keeps its words in ``src/dreiklang/locale/<language>/parts/<room>.po``; they become one ``django.po``
and ``django.mo``, which git does not keep. The words of the source are found without gettext's programs: Python
by its syntax tree, templates by Django's own template parser.

    translations.py compile    parts → django.po, django.mo
    translations.py check      says what is untranslated, fuzzy, used nowhere, or has other placeholders
    translations.py missing    the same gaps as empty entries, to be filled in
"""

import ast
import re
import sys
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "dreiklang"
LOCALE = SOURCE / "locale"
LANGUAGES = ("de",)
PLURALS = {"de": "nplurals=2; plural=(n != 1);"}

#: gettext's functions: which positional arguments are (context, singular, plural).
FUNCTIONS = {
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)|\{(\w*)\}|%[sd]")
TEMPLATE_CALL = re.compile(r"(?<![\w.])(_|n?p?gettext)\(")
TEMPLATES = (".html", ".txt", ".svg", ".typ")


# -- what the source says


def source_words():
    """Every translatable word: (context, singular) → (plural or None, 'file:line')."""
    found = {}
    for file in sorted(SOURCE.rglob("*")):
        where = file.relative_to(ROOT)
        if file.suffix == ".py" and "migrations" not in file.parts:
            words = python_words(file.read_text(encoding="utf-8"))
        elif file.suffix in TEMPLATES and "templates" in file.parts:
            words = template_words(file.read_text(encoding="utf-8"), str(file))
        else:
            continue
        for context, singular, plural, line in words:
            if singular:
                found.setdefault((context, singular), (plural, f"{where}:{line}"))
    return found


def python_words(text):
    """The words given to gettext in a module, whatever name it was imported under."""
    tree = ast.parse(text)
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            names.update(
                {alias.asname or alias.name: FUNCTIONS[alias.name] for alias in node.names if alias.name in FUNCTIONS}
            )
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        by_module = isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") == "translation"
        shape = names.get(name) if isinstance(node.func, ast.Name) else (FUNCTIONS.get(name) if by_module else None)
        if shape:
            yield from call_words(shape, node.args, node.lineno)


def call_words(shape, arguments, line):
    """The (context, singular, plural, line) of one call; nothing where a word is not written out."""

    def word(position):
        if position is None or position >= len(arguments):
            return None
        given = arguments[position]
        return given.value if isinstance(given, ast.Constant) and isinstance(given.value, str) else None

    context, singular, plural = (word(position) for position in shape)
    if singular is not None:
        yield context, singular, plural, line


def template_words(text, origin):
    """The words of a template, as Django's own makemessages sees them."""
    from django.utils.translation.template import templatize

    code = templatize(text, origin=origin)
    for match in TEMPLATE_CALL.finditer(code):
        end = closing(code, match.end())
        try:
            call = ast.parse(f"f({code[match.end() : end]})", mode="eval").body
        except SyntaxError:
            continue
        name = "gettext" if match.group(1) == "_" else match.group(1)
        yield from call_words(FUNCTIONS[name], call.args, code.count("\n", 0, match.start()) + 1)


def closing(code, start):
    """Where the bracket that opened before ``start`` closes, quotes respected."""
    depth, quote, at = 1, "", start
    while at < len(code):
        sign = code[at]
        if quote:
            if sign == "\\":
                at += 1
            elif sign == quote:
                quote = ""
        elif sign in "'\"":
            quote = sign
        elif sign in "()":
            depth += 1 if sign == "(" else -1
            if not depth:
                return at
        at += 1
    return len(code)


# -- what the parts say


def merged(language):
    """All parts of a language as one catalogue, and the quarrels between them."""
    catalogue, quarrels = polib.POFile(wrapwidth=110), []
    catalogue.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": language,
        "Plural-Forms": PLURALS[language],
    }
    seen = {}
    for part in sorted((LOCALE / language / "parts").glob("*.po")):
        for entry in polib.pofile(str(part), encoding="utf-8"):
            if entry.obsolete:
                continue
            entry.comment, entry.tcomment, entry.occurrences = "", "", []
            key = (entry.msgctxt, entry.msgid)
            if key not in seen:
                seen[key] = (entry, part.name)
                catalogue.append(entry)
                continue
            first, home = seen[key]
            if (first.msgstr, first.msgstr_plural) != (entry.msgstr, entry.msgstr_plural):
                if entry.msgid_plural and not first.msgid_plural:
                    first.msgid_plural, first.msgstr_plural = entry.msgid_plural, entry.msgstr_plural
                elif bool(entry.msgid_plural) == bool(first.msgid_plural):
                    quarrels.append(f"'{entry.msgid}' is translated differently in {home} and in {part.name}")
    return catalogue, quarrels


def compile_all():
    """Write django.po and django.mo of every language."""
    for language in LANGUAGES:
        catalogue, _ = merged(language)
        folder = LOCALE / language / "LC_MESSAGES"
        folder.mkdir(parents=True, exist_ok=True)
        catalogue.sort(key=lambda entry: (entry.msgid, entry.msgctxt or ""))
        catalogue.save(str(folder / "django.po"))
        catalogue.save_as_mofile(str(folder / "django.mo"))


def findings():
    """Every fault of the translations as one line, per language."""
    words = source_words()
    for language in LANGUAGES:
        catalogue, quarrels = merged(language)
        yield from (f"{language}: {quarrel}" for quarrel in quarrels)
        entries = {(entry.msgctxt, entry.msgid): entry for entry in catalogue}
        for key, (plural, where) in words.items():
            entry = entries.get(key)
            if entry is None or "fuzzy" in entry.flags or not translated(entry, plural):
                yield f"{language}: {where} '{key[1]}' has no translation"
        for key, entry in entries.items():
            if key not in words:
                yield f"{language}: '{key[1]}' is translated and used nowhere"
            elif fault := wrong_placeholders(entry):
                yield f"{language}: '{key[1]}' {fault}"


def translated(entry, plural):
    """Whether an entry says everything the source needs."""
    if plural is None:
        return bool(entry.msgstr or entry.msgstr_plural)
    return bool(entry.msgstr_plural) and all(entry.msgstr_plural.values())


def wrong_placeholders(entry):
    """What a translation does wrong with its placeholders; empty where all is right."""
    texts = list(entry.msgstr_plural.values()) or [entry.msgstr]
    wanted = placeholders(entry.msgid) | placeholders(entry.msgid_plural or "")
    for text in texts:
        if placeholders(text) - wanted:
            return f"has a placeholder in its translation that the source does not know: {text!r}"
        if not entry.msgid_plural and wanted - placeholders(text):
            return f"lacks a placeholder in its translation: {text!r}"
    return ""


def placeholders(text):
    """The placeholders of a text, however they are written."""
    return {match.group(0) for match in PLACEHOLDER.finditer(text)}


def show_missing():
    """The gaps as entries to be filled in, with the place of each."""
    words = source_words()
    for language in LANGUAGES:
        entries = {(entry.msgctxt, entry.msgid): entry for entry in merged(language)[0]}
        for (context, singular), (plural, where) in words.items():
            known = entries.get((context, singular))
            if known is None or not translated(known, plural):
                print(f"#: {where}")
                entry = polib.POEntry(msgctxt=context, msgid=singular, msgid_plural=plural or "", wrapwidth=110)
                if plural:
                    entry.msgstr_plural = {0: "", 1: ""}
                print(entry)


def main(arguments):
    """Entry for make."""
    action = arguments[0] if arguments else "compile"
    if action == "compile":
        compile_all()
    elif action == "missing":
        show_missing()
    elif action == "check":
        faults = list(findings())
        print("\n".join(faults) or "Every word is translated.")
        return 1 if faults else 0
    else:
        print(__doc__, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
