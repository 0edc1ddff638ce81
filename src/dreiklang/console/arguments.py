"""What may be asked of the ``dreiklang`` command, and which module answers."""

from __future__ import annotations

import argparse

from dreiklang import __version__

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8010

_EPILOGUE = (
    "Exit codes: 0 done, 1 the answer is 'no', 2 usage, 65 bad data, 69 service not there, 75 try again later. "
    "--json is accepted anywhere after the command."
)


def split_json_switch(words: list[str]) -> tuple[list[str], bool]:
    """Take ``--json`` out, wherever it stands before a ``--``."""
    end = words.index("--") if "--" in words else len(words)
    rest = [word for word in words[:end] if word != "--json"]
    return rest + words[end:], len(rest) != end


def build_parser() -> argparse.ArgumentParser:
    """The whole command line. ``answerer`` names the function that runs, imported only then."""
    parser = argparse.ArgumentParser(
        prog="dreiklang", description="The service desk for tiered IT support.", epilog=_EPILOGUE
    )
    parser.add_argument("--version", action="version", version=f"dreiklang {__version__}")
    verbs = parser.add_subparsers(dest="verb", metavar="COMMAND", required=True)
    _add_operation(verbs)
    _add_serving(verbs)
    _add_mail(verbs)
    _add_fax(verbs)
    _add_sla(verbs)
    _add_knowledge(verbs)
    _add_assistance(verbs)
    return parser


def _add(verbs: argparse._SubParsersAction[argparse.ArgumentParser], name: str, help_text: str, answerer: str):  # type: ignore[no-untyped-def]
    parser = verbs.add_parser(name, help=help_text, description=help_text, epilog=_EPILOGUE)
    parser.set_defaults(answerer=answerer)
    return parser


def _add_operation(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    _add(verbs, "init", "Leave a working desk: one team per level and a catch-all mailbox.", "setting_up:init")
    _add(verbs, "migrate", "Bring the database to this version, whole or not at all.", "setting_up:migrate")
    _add(verbs, "check", "Say what is wrong with this installation; exit code 1 if anything is.", "checking:check")
    _add(verbs, "version", "Say which version this is.", "checking:version")
    backup = _add(verbs, "backup", "Write database, files and keys into one archive, while running.", "archive:backup")
    backup.add_argument("file", metavar="FILE")
    restore = _add(verbs, "restore", "Read an archive back into an empty desk.", "archive:restore")
    restore.add_argument("file", metavar="FILE")
    restore.add_argument("--force", action="store_true", help="replace what is there")
    restore.add_argument("--erasures", metavar="FILE", help="the former machine's erasures.jsonl: erase these again")
    erase = _add(verbs, "erase", "Say what erasing a person would do; with --yes do it.", "erasing:erase")
    erase.add_argument("person", metavar="PERSON", help="their number, or a mail address of theirs")
    erase.add_argument("--yes", action="store_true", help="do it; it cannot be taken back")
    erase.add_argument("--because", metavar="TEXT", default="", help="why, although something stands against it")
    retention = _add(verbs, "retention", "Say which words are due to go; with --run let them go.", "erasing:retention")
    retention.add_argument("--run", action="store_true", help="what the job does every night")
    seed = _add(verbs, "seed", "Fill the desk with tickets in bulk, for measuring.", "filling:seed")
    seed.add_argument("--tickets", type=_count, required=True, metavar="N")
    seed.add_argument("--seed", type=int, default=1, metavar="S")


def _add_serving(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    demo = _add(verbs, "demo", "Serve a filled demo desk in a home of its own.", "filling:demo")
    serve = _add(verbs, "serve", "Run everything: database, web, live, worker, doors.", "serving:serve")
    web = _add(verbs, "web", "Run the web workers only: pages and API.", "serving:web")
    live = _add(verbs, "live", "Run the live updates only (by default on the port after the web's).", "serving:live")
    for parser in (demo, serve, web, live):
        parser.add_argument("--host", default=DEFAULT_HOST)
    for parser in (demo, serve, web):
        parser.add_argument("--port", type=_port, default=DEFAULT_PORT)
    demo.add_argument("--days", type=_count, default=90, help="how far back the tickets of a new demo go (default 90)")
    live.add_argument("--port", type=_port, default=DEFAULT_PORT + 1)
    for parser in (serve, web):
        parser.add_argument("--workers", type=_count, default=2, help="web worker processes (default 2)")
    _add(verbs, "worker", "Run the worker only: jobs and their schedule.", "serving:worker")
    _add(verbs, "doors", "Run the mail doors only: listener, fetchers, sender.", "serving:doors")


def _add_mail(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    mail = verbs.add_parser("mail", help="Understand a mail, or put it through the gate.")
    kinds = mail.add_subparsers(dest="kind", metavar="parse|deliver", required=True)
    parse = _add(
        kinds, "parse", "Show what the mail door understands, a line per mail. Needs no database.", "mail:parse"
    )
    parse.add_argument("files", metavar="FILE", nargs="+", help="a mail, or - for standard input")
    deliver = _add(kinds, "deliver", "Put mails through the gate, as LMTP does; a line per mail.", "mail:deliver")
    deliver.add_argument("files", metavar="FILE", nargs="*", help="a mail, or - for standard input")
    deliver.add_argument("--mailbox", metavar="ADDR", help="the mailbox it came to (default: the catch-all)")
    deliver.add_argument("--mbox", metavar="F", help="every mail of an mbox file")
    deliver.add_argument("--maildir", metavar="D", help="every mail of a maildir")


def _add_fax(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    fax = verbs.add_parser("fax", help="Put a fax through the gate.")
    kinds = fax.add_subparsers(dest="kind", metavar="deliver", required=True)
    deliver = _add(kinds, "deliver", "Take faxes in, PDF or TIFF; a line per fax.", "fax:deliver")
    deliver.add_argument("files", metavar="FILE", nargs="+", help="a fax, or - for standard input")
    deliver.add_argument("--number", metavar="N", default="", help="the number it came from")
    deliver.add_argument("--line", metavar="NAME", default="", help="the fax line it came by (default: the only one)")


def _add_sla(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    sla = verbs.add_parser("sla", help="Working-time arithmetic and clocks on plain input.")
    kinds = sla.add_subparsers(dest="kind", metavar="compute|replay", required=True)
    compute = _add(kinds, "compute", "Answer questions about working time. Needs no database.", "calculating:compute")
    compute.add_argument("file", metavar="FILE", help="a JSON file, or - for standard input")
    replay = _add(kinds, "replay", "Measure every clock again from the journal; 1 if some differ.", "replaying:replay")
    replay.add_argument("--repair", action="store_true", help="put right what differs")


def _add_knowledge(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    knowledge = verbs.add_parser("knowledge", help="Take in articles, and find them.")
    kinds = knowledge.add_subparsers(dest="kind", metavar="import|search|export", required=True)
    taking = _add(
        kinds, "import", "Read articles from JSON lines; what is imported is published.", "articles:import_file"
    )
    taking.add_argument(
        "file",
        metavar="FILE",
        help="JSON lines, Markdown, HTML, CSV or a ZIP of these; - for JSON lines on standard input",
    )
    _add(kinds, "export", "Write every published article as JSON lines.", "articles:export")
    search = _add(kinds, "search", "Articles that answer a question, best first.", "articles:search")
    search.add_argument("query", metavar="QUERY", nargs="?")
    search.add_argument("--queries", metavar="FILE", help="a question in each line, or - for standard input")
    search.add_argument("--language", metavar="L", help="only articles in this language")
    search.add_argument("--limit", type=_count, default=10, metavar="N")
    search.add_argument("--as", dest="account", metavar="ACCOUNT", help="what this account may read")


def _add_assistance(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    assistance = verbs.add_parser("assistance", help="Proposals from text.")
    kinds = assistance.add_subparsers(dest="kind", metavar="evaluate", required=True)
    evaluate = _add(
        kinds, "evaluate", "Say how well proposals would work on a table of texts. Needs no database.",
        "assisting:evaluate",
    )  # fmt: skip
    evaluate.add_argument(
        "csv", metavar="CSV", help="a table with a header, packed by gzip or not; - for standard input"
    )
    evaluate.add_argument("--text", type=_names, required=True, metavar="COL,…", help="the columns with the text")
    evaluate.add_argument("--label", required=True, metavar="COL", help="the column with the class")
    evaluate.add_argument("--folds", type=_count, metavar="K", help="judge on K parts left out in turn (default 5)")
    evaluate.add_argument("--test", metavar="CSV", help="judge on this table instead")
    evaluate.add_argument("--predictions", metavar="FILE", help="write what was predicted for each row judged")
    evaluate.add_argument("--seed", type=int, default=1, metavar="S")


def _names(text: str) -> list[str]:
    names = list(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    if not names:
        raise argparse.ArgumentTypeError("name at least one column")
    return names


def _port(text: str) -> int:
    number = int(text) if text.isdigit() else 0
    if not 1 <= number <= 65534:
        raise argparse.ArgumentTypeError(f"'{text}' is not a port between 1 and 65534")
    return number


def _count(text: str) -> int:
    number = int(text) if text.isdigit() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number from 1")
    return number
