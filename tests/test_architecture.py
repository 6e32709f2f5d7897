"""The shape of the program: imports go one way, modules are small and named after what they own."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = sorted((ROOT / "showcaller").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
LONGEST = 500
NAMES_THAT_OWN_NOTHING = {"base", "common", "data", "helper", "helpers", "info", "manager", "misc", "utils"}
MEASURES_SLEEP = ROOT / "tests" / "bench"
"""The floor of a timed cue is the error of a bare sleep: there it is what is measured."""


def _lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = shutil.which("lint-imports", path=str(Path(sys.executable).parent))
    assert command, "lint-imports is missing: install the test requirements"
    return subprocess.run(
        [command, "--no-cache", "--no-logo"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_imports_go_one_way() -> None:
    run = _lint_imports(ROOT)
    assert run.returncode == 0, run.stdout + run.stderr
    assert " 0 broken" in run.stdout


@pytest.mark.parametrize(
    ("module", "planted", "contract"),
    [
        ("core/times.py", "import asyncio", "The core is pure"),
        ("core/show.py", "import PySide6", "The core is pure"),
        ("core/forms.py", "import showcaller.showfile", "Imports go one way"),
        ("showfile/__init__.py", "import showcaller.engine", "Imports go one way"),
        ("gui/__init__.py", "import showcaller.devices.driver", "The GUI never talks to a device"),
        ("engine/__init__.py", "import PySide6", "The engine runs without Qt"),
        ("devices/obs/__init__.py", "import showcaller.devices.osc", "Device kinds do not know each other"),
    ],
)
def test_planted_import_is_caught(module: str, planted: str, contract: str, tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "showcaller", tmp_path / "showcaller", ignore=shutil.ignore_patterns("*.pyc"))
    with (tmp_path / "showcaller" / module).open("a", encoding="utf-8") as text:
        text.write(f"\n{planted}\n")
    run = _lint_imports(tmp_path)
    assert run.returncode == 1, run.stdout + run.stderr
    assert f"{contract} BROKEN" in run.stdout


def test_no_module_is_too_long() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in (*PROGRAM, *TESTS, ROOT / "build_spec.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
    }
    assert long == {}


def test_no_module_is_named_after_nothing() -> None:
    parts = {
        part: path for path in (*PROGRAM, *TESTS) for part in path.relative_to(ROOT).with_suffix("").parts
    }
    assert {name: path for name, path in parts.items() if name in NAMES_THAT_OWN_NOTHING} == {}


def test_every_module_says_what_it_owns() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in (*PROGRAM, *TESTS)
        if not ast.get_docstring(tree := ast.parse(path.read_text(encoding="utf-8"))) and tree.body
    ]
    assert silent == []


def test_every_module_of_the_program_says_so_even_when_it_is_empty() -> None:
    assert [path for path in PROGRAM if not path.read_text(encoding="utf-8").strip()] == []


def _attributes(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute):
            yield ast.unparse(node), node.lineno
        elif isinstance(node, ast.ImportFrom):
            for name in node.names:
                yield f"{node.module}.{name.name}", node.lineno


def test_no_test_sleeps() -> None:
    sleeps = {"time.sleep", "asyncio.sleep"}
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in TESTS
        if not path.is_relative_to(MEASURES_SLEEP)
        for name, line in _attributes(path)
        if name in sleeps
    ]
    assert found == []


def test_no_test_is_left_out() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line} {name}"
        for path in TESTS
        for name, line in _attributes(path)
        if name.startswith(("pytest.", "unittest."))
        and name.rpartition(".")[2].removeprefix("import").removeprefix("or").startswith(("skip", "xfail"))
    ]
    assert found == []
