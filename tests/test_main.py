"""The first word of the command line: a command, a show, or a mistake that is named."""

from __future__ import annotations

import pytest

from showcaller.__main__ import WORDS, main


def test_a_word_that_is_no_command_is_named_and_the_commands_are_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["plya", "demo.json"]) == 2
    told = capsys.readouterr().err
    assert told.startswith("“plya” is no command and no show file.")
    assert "showcaller play FILE" in told


def test_help_names_every_command_that_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    told = capsys.readouterr().out
    assert all(f"showcaller {word}" in told for word in WORDS.keys() - {"engine", "midi-ports", "tones"})
