"""The command line: where --json may stand, and what is refused as usage."""

from __future__ import annotations

import pytest

from dreiklang.console.arguments import build_parser, split_json_switch


@pytest.mark.parametrize(
    "words", [["mail", "parse", "--json", "a"], ["mail", "--json", "parse", "a"], ["mail", "parse", "a", "--json"]]
)
def test_json_is_accepted_anywhere_after_the_command(words):
    rest, as_json = split_json_switch(words)
    assert as_json
    assert rest == ["mail", "parse", "a"]


def test_a_file_may_be_called_like_the_switch():
    rest, as_json = split_json_switch(["mail", "parse", "--", "--json"])
    assert not as_json
    assert build_parser().parse_args(rest).files == ["--json"]


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["nonsense"],
        ["mail"],
        ["backup"],
        ["serve", "--port", "0"],
        ["serve", "--port", "65535"],
        ["web", "--port", "eight"],
        ["seed"],
        ["seed", "--tickets", "-5"],
        ["sla", "compute"],
        ["check", "--unknown"],
    ],
)
def test_wrong_usage_ends_with_two(words, capsys):
    with pytest.raises(SystemExit) as ended:
        build_parser().parse_args(words)
    assert ended.value.code == 2
    assert "usage: dreiklang" in capsys.readouterr().err


def test_every_command_of_the_fixed_shapes_is_there():
    parser = build_parser()
    for words in (
        ["demo", "--host", "0.0.0.0", "--port", "9000"],
        ["init"],
        ["migrate"],
        ["check"],
        ["backup", "f"],
        ["restore", "f"],
        ["version"],
        ["serve", "--host", "::1", "--port", "80"],
        ["web"],
        ["live"],
        ["worker"],
        ["doors"],
        ["seed", "--tickets", "100", "--seed", "7"],
        ["mail", "parse", "-"],
        ["mail", "deliver", "--mailbox", "it@example.org", "a", "b"],
        ["mail", "deliver", "--mbox", "f"],
        ["mail", "deliver", "--maildir", "d"],
        ["sla", "compute", "-"],
    ):
        assert parser.parse_args(words).answerer
