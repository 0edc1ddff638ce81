"""``backup`` and ``restore``: database, files and keys in one archive that proves itself.

An archive is a plain tar: ``database.dump`` (pg_dump's custom format), ``files/<sha256>``, ``keys/<name>``,
and last ``manifest.json`` with the checksum of everything before it. An archive without its manifest was cut
off.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

from dreiklang.console import cluster
from dreiklang.console.answers import ANSWER_IS_NO, DONE, USAGE, Refused, say, tell
from dreiklang.console.cluster import identity
from dreiklang.console.cluster.homes import Layout
from dreiklang.console.cluster.running import prepare


def backup(options: argparse.Namespace) -> int:
    """Write one archive while the desk runs. Root stays root here: it only reads the home, and may write
    anywhere.
    """
    from dreiklang.console.archive.writing import write_archive

    at = Layout(cluster.home())
    prepare(at, identity.house_identity())
    begun = time.monotonic()
    target = Path(options.file)
    if not target.parent.is_dir():
        raise Refused(USAGE, f"the folder {target.parent} does not exist")
    with cluster.ensure_running():
        manifest = write_archive(at.home, target)
    missing = manifest["missing_files"]
    answer = {
        "file": str(target),
        "bytes": target.stat().st_size,
        "files": manifest["file_count"],
        "missing_files": missing,
        "seconds": round(time.monotonic() - begun, 2),
    }
    words = "{file}: database, {files} files and the keys, {bytes} bytes in {seconds} s".format(**answer)
    say(answer, words, as_json=options.json)
    for digest in missing:
        tell(f"The file {digest} is named by the database but not in the store; it is not in the archive.")
    return ANSWER_IS_NO if missing else DONE


def restore(options: argparse.Namespace) -> int:
    """Read an archive back, verified before anything is changed, and begin a new epoch."""
    from dreiklang.console.archive.reading import Archive
    from dreiklang.console.archive.restoring import restore_archive
    from dreiklang.console.desk import READING, settle

    begun = time.monotonic()
    with Archive.open(options.file) as archive:
        settle(READING)
        with cluster.ensure_running():
            archive.verify()
            given = Path(options.erasures) if options.erasures else None
            restored = restore_archive(archive, cluster.home(), force=options.force, erasures=given)
    answer = {"file": options.file, **restored, "seconds": round(time.monotonic() - begun, 2)}
    words = (
        f"{options.file} of {answer['made_at']} is restored: {answer['files']} files, epoch {answer['epoch']}. "
        "Mail that answers to tickets of later than that opens held tickets."
    )
    if answer["held_mails"]:
        words += (
            f" Mails that waited to leave when the backup was made, and may have left since: {answer['held_mails']}."
            " They are held until an administrator decides (Control, What goes out)."
        )
    say(answer, words + _about_erasures(answer), as_json=options.json)
    return DONE


def _about_erasures(answer: dict[str, Any]) -> str:
    """What became of those who were erased since the backup: who restores elsewhere must give the register."""
    if answer["register_entries"]:
        return " Erased again, as the register of erasures says: {erased_again}.".format(**answer)
    return (
        " No register of erasures (erasures.jsonl) was found here or given: who was erased after this backup was made"
        " is in it again. If there is one on the former machine, restore again with --force --erasures FILE."
    )
