"""Builds the desktop application for the platform it runs on, and starts it once.

`python build_spec.py` leaves a folder `dist/showcaller` that runs without Python. One folder, not one
file: a one-file application unpacks itself for each start and takes the engine's files away when its
parent dies. Knows what PyInstaller cannot see by itself: resources, modules imported by name, and which
parts of Qt nobody uses. Called by whoever makes a release.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import PyInstaller.__main__

ROOT = Path(__file__).resolve().parent
FOLDER = ROOT / "dist" / "showcaller"
PROGRAM = FOLDER / ("showcaller.exe" if sys.platform == "win32" else "showcaller")
SECONDS_TO_START = 120

IMPORTED_BY_NAME = ("mido.backends.rtmidi",)
UNUSED_QT = (
    "Concurrent Designer Help OpenGL OpenGLWidgets Qml Quick QuickControls2 QuickTest QuickWidgets Sql Test "
    "UiTools Xml"
)
UNUSED = (
    *(f"PySide6.Qt{part}" for part in UNUSED_QT.split()),
    *("IPython", "matplotlib", "pandas", "PIL", "PyQt5", "PyQt6", "PySide2", "scipy", "tkinter"),
    *("hypothesis", "pytest", "setuptools"),
)
"""Left out for their size: nothing that runs needs them."""


def arguments() -> list[str]:
    """Return what PyInstaller is told."""
    told = [
        str(ROOT / "showcaller" / "__main__.py"),
        "--name=showcaller",
        "--onedir",
        "--noconfirm",
        "--log-level=WARN",
        f"--paths={ROOT}",
        f"--distpath={ROOT / 'dist'}",
        f"--workpath={ROOT / 'build'}",
        f"--specpath={ROOT / 'build'}",
        f"--add-data={ROOT / 'resources'}{os.pathsep}resources",
        f"--add-data={ROOT / 'LICENSE'}{os.pathsep}.",
        "--collect-submodules=showcaller",
    ]
    told += [f"--hidden-import={module}" for module in IMPORTED_BY_NAME]
    told += [f"--exclude-module={module}" for module in UNUSED]
    if sys.platform == "win32":
        # One program is window and command line: its console stays for whoever started it from one.
        told += ["--console", "--hide-console=hide-early", "--collect-data=tzdata"]
        told += [f"--icon={ROOT / 'resources' / 'icons' / 'showcaller.ico'}"]
    elif sys.platform == "darwin":
        told += ["--windowed"]
    return told


def start_once() -> None:
    """Run the built application's own smoke test, far from the source tree.

    Raises:
        subprocess.CalledProcessError: It does not work.
        subprocess.TimeoutExpired: It hangs.
    """
    with tempfile.TemporaryDirectory(prefix="sc-") as folder:
        own = {"SHOWCALLER_DATA": folder, "SHOWCALLER_RUNTIME": folder, "QT_QPA_PLATFORM": "offscreen"}
        subprocess.run(
            [PROGRAM, "--smoke"], cwd=folder, env=os.environ | own, timeout=SECONDS_TO_START, check=True
        )


def main() -> int:
    """Build, start once, say where it is."""
    PyInstaller.__main__.run(arguments())
    start_once()
    size = sum(path.lstat().st_size for path in FOLDER.rglob("*"))
    sys.stdout.write(f"{PROGRAM} works ({size / 1e6:.0f} MB in its folder)\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
