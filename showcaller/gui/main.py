"""The GUI process: builds the parts and the window, opens what the command line names, and runs.

Owns the application object, what becomes of an exception (logged, said in the window, and the show goes on)
and the smoke test of an installation. Called by `showcaller`, `showcaller open FILE` and `showcaller demo`.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QWidget

from showcaller.assets import asset
from showcaller.core import messages
from showcaller.core.asrun import CueCalled
from showcaller.gui.collector import Collector, calm
from showcaller.gui.demos import DEFAULT, DEMOS
from showcaller.gui.end_signals import EndSignals
from showcaller.gui.engine_start import EarlyEngine
from showcaller.gui.main_window import MainWindow
from showcaller.gui.parts import Parts, make_parts

_log = logging.getLogger(__name__)

SMOKE_SECONDS = 30
ENGINE_ENDS_WITHIN = 5.0


def read_arguments(argv: Sequence[str]) -> argparse.Namespace:
    """Return what the command line asks for; ends the process with a sentence where it cannot be."""
    parser = argparse.ArgumentParser(prog="showcaller", description="The desk of the show caller.")
    parser.add_argument("--smoke", action="store_true", help="open the demo, take one GO, and end")
    parser.add_argument("--auto", action="store_true", help="demo: call by itself")
    parser.add_argument("words", nargs="*", metavar="[open] FILE | demo [NAME]")
    arguments = parser.parse_args(list(argv))
    words = list(arguments.words)
    if words and words[0] == "open":
        words = words[1:]
        if len(words) != 1:
            parser.error("open: name one show file")
    arguments.demo = DEFAULT if arguments.smoke else None
    if words and words[0] == "demo":
        arguments.demo = words[1] if len(words) > 1 else DEFAULT
        if len(words) > 2 or arguments.demo not in DEMOS:
            parser.error(f"demo: choose one of {', '.join(DEMOS)}")
        words = []
    if arguments.auto and not arguments.demo:
        parser.error("--auto belongs to demo")
    if len(words) > 1:
        parser.error(f"one show at a time, not {len(words)}")
    arguments.file = None if arguments.demo or not words else Path(words[0])
    return arguments


class Faults:
    """What becomes of an exception that nobody caught: it is logged and said, and the window goes on."""

    def __init__(self) -> None:
        self.tell: Callable[[str, str], None] | None = None

    def take(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """See `sys.excepthook`."""
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        _log.error("The window met a bug of its own.", exc_info=(kind, error, trace))
        if self.tell is not None:
            self.tell("problem", f"The window met a bug of its own ({kind.__name__}: {error}). It goes on.")


def make_application(argv: Sequence[str]) -> QApplication:
    """Return the application object, named and dressed."""
    application = QApplication([sys.argv[0], *argv])
    application.setApplicationName("Showcaller")
    application.setOrganizationName("Showcaller")
    application.setDesktopFileName("showcaller")
    application.setStyle("Fusion")
    application.setWindowIcon(QIcon(str(asset("icons/showcaller.png"))))
    return application


class Smoke:
    """Opens the demo, waits for the engine, gives one GO, and ends with 0 when it stands in the as-run."""

    def __init__(self, parts: Parts, window: MainWindow) -> None:
        self._parts, self._window = parts, window
        self._sent = False
        self.reason = f"nothing happened within {SMOKE_SECONDS} s"
        self.passed = False
        parts.client.snapshot_changed.connect(self._look)
        parts.client.recorded.connect(self._read)
        parts.client.noticed.connect(self._note)
        parts.supervisor.noticed.connect(self._note)
        parts.client.link_changed.connect(self._look)
        self._end = QTimer(window)
        self._end.setSingleShot(True)
        self._end.timeout.connect(self._finish)
        self._end.start(SMOKE_SECONDS * 1000)

    def _note(self, _severity: str, sentence: str) -> None:
        self.reason = sentence

    def _look(self) -> None:
        client = self._parts.client
        if client.connected and not self._sent:
            self.reason = "the engine is there, but the demo did not begin"
        if client.snapshot.mode == "rehearse" and client.snapshot.standby and not self._sent:
            self._sent = True
            self.reason = "GO was given, but is not in the as-run"
            client.go("script", client.monotonic_now())

    def _read(self, lines: object) -> None:
        assert isinstance(lines, tuple)
        if self._sent and any(isinstance(line.entry, CueCalled) for line in lines):
            self.passed = True
            self._finish()

    def _finish(self) -> None:
        self._end.stop()
        client = self._parts.client
        client.request(messages.SetMode(id=0, mode="edit"), self._ignore)
        client.request(messages.Quit(0), self._ignore)
        self._window.close()

    @staticmethod
    def _ignore(_answer: object) -> None:
        """The window closes: nobody waits for it."""


def show_whole(window: QWidget) -> None:
    """Show a window; where the screen is smaller than it, fill the screen: GO stands at its right edge."""
    room = window.screen().availableSize()
    if window.size().boundedTo(room) == window.size():
        window.show()
    else:
        # Where no window manager maximises it, it still is no larger than the screen.
        window.resize(window.size().boundedTo(room))
        window.showMaximized()


def run(application: QApplication, arguments: argparse.Namespace, early: EarlyEngine | None = None) -> int:
    """Build the window, open what is asked for, and run to the end."""
    faults = Faults()
    sys.excepthook = faults.take
    calm()
    parts = make_parts(application, auto=arguments.auto)
    collector = Collector(application)
    parts.filing.opened.connect(collector.open)
    parts.document.mode_changed.connect(lambda: collector.take_mode(parts.document.mode))
    collector.open()
    if early is not None:
        parts.supervisor.expect(early)
    window = MainWindow(parts)
    faults.tell = window.notices.tell
    show_whole(window)
    smoke = Smoke(parts, window) if arguments.smoke else None
    if arguments.demo:
        window.files.start_demo(arguments.demo)
    elif arguments.file is not None:
        window.files.open_path(arguments.file)
    if early is not None and parts.supervisor.intent == "stop":
        # The file was not opened after all.
        early.process.terminate()

    def end() -> None:
        window.files.end_unasked()
        application.quit()

    signals = EndSignals(end)
    application.exec()
    signals.close()
    parts.client.detach()
    if smoke is not None:
        parts.supervisor.wait_for_end(ENGINE_ENDS_WITHIN)
        if not smoke.passed:
            print(f"showcaller --smoke: {smoke.reason}.", file=sys.stderr)  # noqa: T201
            return 1
    return 0


def main(argv: Sequence[str], early: EarlyEngine | None = None) -> int:
    """Run the GUI; return its exit status. An engine that was started ahead is taken over."""
    arguments = read_arguments(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    application = make_application(argv)
    return run(application, arguments, early)
