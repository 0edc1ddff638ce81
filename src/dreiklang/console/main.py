"""Entrance of the ``dreiklang`` command: reads the words, calls the one module that answers, maps errors to
exit codes.

Django is imported only by those answers that need the desk.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from dreiklang.console.answers import DONE, NOT_THERE, TRY_LATER, Refused, tell
from dreiklang.console.arguments import build_parser, split_json_switch
from dreiklang.console.cluster.errors import ClusterUnavailable

_INTERRUPTED = 130


def main(words: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    rest, as_json = split_json_switch(list(sys.argv[1:] if words is None else words))
    options = build_parser().parse_args(rest)
    options.json = as_json
    try:
        return _answerer(options.answerer)(options)
    except Refused as refused:
        tell(str(refused))
        return refused.code
    except ClusterUnavailable as unavailable:
        tell(str(unavailable))
        return _code_without_database(options)
    except BrokenPipeError:
        # The reader went away (a pager, head); what is left in the buffer has no destination.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        return _INTERRUPTED
    except Exception as error:
        if not _is_database_trouble(error):
            raise
        tell(f"The database does not answer: {str(error).strip().splitlines()[0]}")
        return _code_without_database(options)


def _code_without_database(options: argparse.Namespace) -> int:
    """A mail server keeps the mail and tries again on 75; everybody else learns that the service is not
    there.
    """
    return TRY_LATER if options.answerer in ("mail:deliver", "fax:deliver") else NOT_THERE


def _answerer(name: str) -> Callable[[Any], int]:
    module, _, function = name.partition(":")
    found: Callable[[Any], int] = getattr(importlib.import_module(f"dreiklang.console.{module}"), function)
    return found


def _is_database_trouble(error: Exception) -> bool:
    if "django" not in sys.modules and "psycopg" not in sys.modules:
        return False
    import psycopg
    from django.db import InterfaceError, OperationalError

    return isinstance(error, OperationalError | InterfaceError | psycopg.OperationalError)
