"""What README promises can be copied from it and holds: commands, JSON example, dependencies."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import msgspec
import pytest

from showcaller.core.show import FORMAT, VERSION, Show, decode_hook

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def _names(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=;\[ ]", requirement)[0] for requirement in requirements}


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def test_each_dependency_has_its_reason_and_licence() -> None:
    section = README.partition("## What it is built on")[2]
    rows = re.findall(r"^\| ([^\s`]+) \| (.+?) \| (.+?) \|$", section, re.MULTILINE)
    table = {name: (reason, licence) for name, reason, licence in rows if name not in {"dependency", "---"}}
    assert table.keys() == _names(PROJECT["dependencies"])


@pytest.mark.parametrize("extra", ["test", "build"])
def test_each_dependency_of_tests_and_build_is_named_with_its_licence(extra: str) -> None:
    for name in _names(PROJECT["optional-dependencies"][extra]):
        assert re.search(rf"\b{re.escape(name)}\s\([A-Z]", README), name


def test_commands_are_one_line_each_and_start_from_nothing() -> None:
    commands = [block.strip() for block in _blocks("sh")]
    assert commands == [
        "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/showcaller demo",
        'python3 -m venv .venv && .venv/bin/pip install -e ".[test]" && .venv/bin/python -m pytest',
    ]


def test_ci_runs_the_test_command_of_the_readme() -> None:
    assert [line for line in README.splitlines() if '".[test]"' in line] == [_blocks("sh")[1].strip()]


def test_json_example_is_a_show() -> None:
    (example,) = _blocks("json")
    values = json.loads(example)
    assert values.pop("format") == FORMAT
    assert values.pop("version") == VERSION
    show = msgspec.convert(values, Show, dec_hook=decode_hook)
    assert [row.id for row in show.rundown] == ["a1", "c10", "c11"]


def test_keyboard_sheet_is_the_one_that_the_program_shows() -> None:
    from showcaller.gui.shortcuts import as_markdown

    assert as_markdown().strip() in README
