"""Where a signature begins: the delimiter `-- `, words of farewell with a name, lines that telephones add.

Farewell, name and address lines are the signature; a postscript or a sentence below them is not.
"""

from __future__ import annotations

import re

_DELIMITER = re.compile(r"[ \t]*(?:-- ?|—|–|--=20)[ \t]*")
_RULE = re.compile(r"[ \t]*(?:_{3,}|-{3,}|={4,}|\*{4,}|~{3,}|─{3,})[ \t]*")
_DEVICE = re.compile(
    r"[ \t]*\(?(?:diese (?:nachricht|e-?mail) wurde )?(?:"
    r"(?:von|mit) (?:\S+ ){1,6}(?:aus )?(?:gesendet|geschickt|versendet|verschickt)|"
    r"(?:gesendet|geschickt|versendet) (?:von|mit|aus|über|via) (?:\S+ ?){1,9}|"
    r"(?:sent|envoyé|enviado|inviato|verzonden|skickat) (?:from|via|with|using|by|de|desde|da|vanaf|från) (?:my |"
    r"mon |mi |mijn |min )?"
    r"(?:\S+ ?){1,6}|(?:get|holen sie sich|hol dir) outlook (?:for|für) (?:ios|android|mac)|"
    r"von meinem \S+(?: \S+){0,5} gesendet|mobil (?:gesendet|geschrieben|verschickt)|"
    r"(?:laden sie |lade )?outlook (?:für|for) (?:ios|android|mac)[ \t]*(?:<?https?://\S{1,200}>?)?[ \t]*"
    r"(?:herunterladen|herunter|beziehen|holen)|"
    r"sent from mail for windows(?: \d+)?)\.?\)?[ \t]*(?:<?https?://\S{1,200}>?)?[ \t]*",
    re.IGNORECASE,
)
_DEVICE_WORDS = re.compile(
    r"iphone|ipad|ios|android|samsung|galaxy|handy|mobil|smartphone|blackberry|outlook|gmx|web\.de|k-9|"
    r"thunderbird|mail\b|"
    r"phone|huawei|xiaomi|pixel|nokia|tablet|yahoo|aol|proton|tutanota|freenet|t-online|telekom|windows|gerät|"
    r"wireless|"
    r"device|posteo|mailbox|nine|app\b",
    re.IGNORECASE,
)
_FAREWELL = re.compile(
    r"[ \t*_>]*(?:(?:vielen |herzlichen |besten |tausend )?dank(?:e)?[ \t]*(?:im voraus|vorab)?[ \t]*(?:,|und|&|"
    r"\+)[ \t]*|(?:many )?thanks(?: in advance)?[ \t]*(?:,|and|&|\+)[ \t]+(?!best[ \t]*$))?(?:"
    r"mit (?:den )?(?:besten|freundlichen?|vielen|herzlichen|lieben|schönen|sonnigen|kollegialen|freundlichem|"
    r"bestem|herzlichem)"
    r"(?:,? (?:und )?\w+en)? gr(?:ü|ue|u)(?:ß|ss|s)(?:en|e)?n?|mit freundlichem gruß|mit bestem gruß|"
    r"mit besten empfehlungen|"
    r"(?:viele|liebe|beste|freundliche|herzliche|schöne|sonnige|kollegiale|bis dahin viele|ganz liebe|lieben|"
    r"schönen|besten|"
    r"freundlichen|herzlichen) gr(?:ü|ue)(?:ß|ss)e?n?|freundlichst|herzlichst|hochachtungsvoll|"
    r"gr(?:ü|ue)(?:ß|ss)e?|gruss|"
    r"mfg|m\.f\.g\.|lg|vg|bg|fg|hg|mbg|mit frdl\. gr(?:ü|ue)(?:ß|ss)en|gruß|"
    r"(?:with )?(?:kind(?:est)?|best|warm(?:est)?|many|friendly|kindly) (?:regards|wishes|greetings)|"
    r"(?:best )?regards|rgds|"
    r"(?:yours|your's) (?:sincerely|faithfully|truly)|sincerely(?: yours)?|faithfully|with (?:best|kind|"
    r"warm) regards|"
    r"cordialement|cheers|br|kr|all the best|best)"
    r"(?:[ \t]+(?:aus|from|nach|an)[ \t]+(?:\w+ ?){1,4})?[ \t]*[,.!*_]*[ \t]*(?P<name>(?:[^\W\d_][\w.'-]*[ \t]*){0"
    r",4})[ \t*_]*",
    re.IGNORECASE,
)
_HALVES = re.compile(r"[ \t]+[/|][ \t]+")
_BULLET = re.compile(r"[ \t]*(?:[-*•+]|\d{1,2}[.)])[ \t]+\S")
_WEAK = re.compile(r"[ \t]*(?:cheers|best|br|kr|regards|gruß|grüße|lg|vg|bg|fg|hg|gruss)\b", re.IGNORECASE)
_POSTSCRIPT = re.compile(r"[ \t]*(?:p\.? ?p?\.?s\.?|nb|n\.b\.|nachtrag|anmerkung|edit)\b[ \t]*[:.–-]?", re.IGNORECASE)
_CONTACT = re.compile(
    r"(?:tel(?:efon|\.|:)|fax|mobil|phone|handy|durchwahl|e-?mail|mail:|www\.|https?://|@|\+\d|\b0\d{2,5}[ /-]|"
    r"straße|strasse|str\.|\bplatz\b|allee|weg \d|\bD-\d{5}|\b\d{5} [A-ZÄÖÜ]|gmbh|\bag\b|\bkg\b|e\.v\.|ltd|inc\.|"
    r"hrb|amtsgericht|registergericht|geschäftsführ|vorstand|aufsichtsrat|ust-?id|ustid|steuernummer|sitz der|"
    r"abteilung|department|büro|raum|gebäude|zimmer|postfach|\|)",
    re.IGNORECASE,
)
_DISCLAIMER = re.compile(
    r"vertraulich|confidential|intended (?:recipient|only|solely|for)|privileged|disclaimer|irrtümlich|unbefugt|"
    r"nicht der (?:richtige|vorgesehene)|unauthori[sz]ed|environment before printing|bevor sie diese (?:e-?mail|"
    r"nachricht)|"
    r"umwelt|datenschutz|rechtlich geschützt|in error|vernichten|virus|legally|informationen (?:zum|nach|gemäß)",
    re.IGNORECASE,
)
_LONGEST = 60
"""Lines of the longest signature believed."""
_SENTENCE_END = re.compile(r"[?!]\s*$|[a-zäöüß]{3,}\.\s*$")


def signature_lines(lines: list[str], *, is_last: bool) -> list[int]:
    """Indices of the lines that are signature; `is_last`: no own words follow after a later quote."""
    delimiter = _delimiter(lines)
    if delimiter is not None:
        above = lines[:delimiter]
        return _farewell(above, is_last=True) + list(range(delimiter, len(lines)))
    first = max(0, len(lines) - _LONGEST)
    device = next(
        (n for n in range(first, len(lines)) if _is_device_line(lines[n]) and _only_signature_below(lines, n)), None
    )
    if device is not None:
        return sorted({*_farewell(lines[:device], is_last=True), *range(device, len(lines))})
    return _farewell(lines, is_last=is_last)


def _delimiter(lines: list[str]) -> int | None:
    """The first delimiter line that has no more than a signature's worth of lines below."""
    filled = [n for n, line in enumerate(lines) if line.strip()][-_LONGEST - 1 :]
    for number, n in enumerate(filled):
        line = lines[n]
        if len(line) > 100 or not _may_delimit(line):
            continue
        below = [lines[m] for m in filled[number + 1 :]]
        if line in {"-- ", "--"} or line.rstrip("\r") == "-- ":
            if below and (line != "--" or not _BULLET.match(below[0])):
                return n
        elif _DELIMITER.fullmatch(line):
            if below and len(below) <= 25 and not any(_POSTSCRIPT.match(text) for text in below):
                return n
        elif _RULE.fullmatch(line) and below and len(below) <= 25 and _is_block_of_contacts(below):
            return n
    return None


def _may_delimit(line: str) -> bool:
    return bool(_DELIMITER.fullmatch(line) or _RULE.fullmatch(line))


def _is_block_of_contacts(lines: list[str]) -> bool:
    """Mostly names, numbers and addresses, or a mailing list's footer."""
    like = sum(1 for line in lines if _CONTACT.search(line[:400]) or _DISCLAIMER.search(line[:400]))
    sentences = sum(1 for line in lines if line.rstrip().endswith("?"))
    return like * 2 >= len(lines) and not sentences and like > 0


def _is_device_line(line: str) -> bool:
    line = line.strip()
    return len(line) <= 160 and bool(_DEVICE.fullmatch(line)) and bool(_DEVICE_WORDS.search(line))


def _only_signature_below(lines: list[str], n: int) -> bool:
    """Nothing that reads like the writer's words stands below the line."""
    below = [line for line in lines[n + 1 : n + _LONGEST] if line.strip()]
    return len(below) <= 12 and not any(_is_prose(line) for line in below)


def _farewell(lines: list[str], *, is_last: bool) -> list[int]:
    """The farewell nearest to the end with what belongs to it; sentences below it are the writer's."""
    below = 0
    for n in range(len(lines) - 1, -1, -1):
        line = lines[n]
        if not line.strip():
            continue
        below += 1
        if below > _LONGEST + 1:
            return []
        if len(line) > 120 or not _is_farewell(line):
            continue
        if _WEAK.match(line) and (not is_last or below > 13 or not any(above.strip() for above in lines[:n])):
            continue
        return [n, *_belonging(lines, n + 1)]
    return []


def _is_farewell(line: str) -> bool:
    """Words of farewell, also in two languages: 'Mit freundlichen Grüßen / Best regards'."""
    if _FAREWELL.fullmatch(line):
        return True
    halves = _HALVES.split(line)
    return len(halves) == 2 and all(_FAREWELL.fullmatch(half) for half in halves)


def _belonging(lines: list[str], start: int) -> list[int]:
    """Paragraphs after the farewell that are name, address, disclaimer or advertisement."""
    chosen: list[int] = []
    paragraph: list[int] = []
    is_writers = False
    for n in range(start, len(lines) + 1):
        if n < len(lines) and lines[n].strip():
            paragraph.append(n)
            continue
        if paragraph:
            words = [lines[m] for m in paragraph]
            if _POSTSCRIPT.match(words[0]):
                is_writers = True
            elif is_writers and not _is_block_of_contacts(words):
                pass
            elif not _is_writers(words):
                is_writers = False
                chosen.extend(paragraph)
            paragraph = []
        if n < len(lines) and not is_writers:
            chosen.append(n)
    return chosen


def _is_writers(paragraph: list[str]) -> bool:
    """Whether a paragraph below the farewell is a sentence to the reader."""
    text = " ".join(paragraph)[:4_000]
    if _DISCLAIMER.search(text):
        return False
    contacts = sum(1 for line in paragraph if _CONTACT.search(line[:400]))
    if contacts * 2 >= len(paragraph):
        return False
    return any(_is_prose(line) for line in paragraph)


def _is_prose(line: str) -> bool:
    """A sentence: several words, or a question."""
    words = line.split()
    if _CONTACT.search(line[:400]) or _DISCLAIMER.search(line[:400]):
        return False
    if line.rstrip().endswith("?") and len(words) >= 2:
        return True
    return len(words) >= 9 or (len(words) >= 4 and bool(_SENTENCE_END.search(line[-200:])))
