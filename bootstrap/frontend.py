"""Copies what the screens need out of the pinned npm packages into the static files that the desk serves.

Nothing is bundled or changed but for two things: pointers to source maps are dropped (the maps are not shipped),
and the icons named in ``src/dreiklang/web/icons.txt`` become one sprite.
"""

import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

from words import ROOT, Missing

PACKAGES = ROOT / "node_modules"
VENDOR = ROOT / "src" / "dreiklang" / "web" / "static" / "vendor"
ICON_NAMES = ROOT / "src" / "dreiklang" / "web" / "icons.txt"

#: Where a file lies in its package → what it is called among our static files.
FILES = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "@hotwired/stimulus/dist/stimulus.js": "stimulus.js",
    "squire-rte/dist/squire.mjs": "squire.js",
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
}
LICENCES = ("htmx.org", "@hotwired/stimulus", "squire-rte", "@tabler/core", "@tabler/icons")

SOURCE_MAP = re.compile(rb"\s*(//[#@] ?sourceMappingURL=\S+|/\*[#@] ?sourceMappingURL=\S+ ?\*/)\s*$")
SVG = "{http://www.w3.org/2000/svg}"


def copy():
    """Fill ``static/vendor`` anew."""
    fresh = VENDOR.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for source, name in FILES.items():
        content = (PACKAGES / source).read_bytes()
        (fresh / name).write_bytes(SOURCE_MAP.sub(b"", content) + b"\n")
    (fresh / "icons.svg").write_text(sprite(icon_names()), encoding="utf-8")
    (fresh / "LICENSES.txt").write_text(licences(), encoding="utf-8")
    shutil.rmtree(VENDOR, ignore_errors=True)
    fresh.rename(VENDOR)


def icon_names():
    """The icons the screens use, in order and without doubles."""
    lines = (line.split("#")[0].strip() for line in ICON_NAMES.read_text(encoding="utf-8").splitlines())
    return sorted({line for line in lines if line})


def sprite(names):
    """One SVG with a symbol per icon; outline icons by their name, filled ones as ``filled/name``."""
    symbols = []
    for name in names:
        folder, _, plain = name.rpartition("/")
        file = PACKAGES / "@tabler/icons/icons" / (folder or "outline") / f"{plain}.svg"
        if not file.exists():
            raise Missing(f"src/dreiklang/web/icons.txt names '{name}', which is no icon of @tabler/icons.")
        symbols.append(symbol(name.replace("/", "-"), ElementTree.parse(file).getroot()))
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def symbol(name, drawing):
    """An icon as a symbol that takes colour and width of line from where it is used."""
    paint = (
        'fill="currentColor"'
        if name.startswith("filled-")
        else ('fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"')
    )
    shapes = []
    for shape in drawing.iter():
        if shape is drawing or shape.get("d", "").startswith("M0 0h24v24"):
            continue  # the invisible square that every icon brings
        attributes = "".join(f' {key}="{value}"' for key, value in shape.attrib.items())
        shapes.append(f"<{shape.tag.removeprefix(SVG)}{attributes}/>")
    return f'<symbol id="{name}" viewBox="0 0 24 24" {paint}>{"".join(shapes)}</symbol>'


def licences():
    """The licences of what is copied, as they ask."""
    parts = []
    for package in LICENCES:
        folder = PACKAGES / package
        found = sorted(f for f in folder.glob("*") if f.name.upper().startswith(("LICENSE", "LICENCE")))
        text = found[0].read_text(encoding="utf-8") if found else "Licence as named in its package.json.\n"
        parts.append(f"=== {package} ===\n\n{text.strip()}\n")
    return "\n\n".join(parts)


def inputs():
    """The files on which the copied ones depend; the set-up compares them with the last time."""
    return [ROOT / "package-lock.json", ICON_NAMES, Path(__file__)]
