"""Everything of the window that is not seen, made once and handed to those who need it.

Owns the order in which the parts are made and who is whose parent. Called by `main` and the tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast, get_args

from PySide6.QtCore import QObject, QSettings

from showcaller.gui.checking import Checking
from showcaller.gui.client import Client
from showcaller.gui.document import Document
from showcaller.gui.filing import Filing
from showcaller.gui.handover import Handover
from showcaller.gui.house_clock import HouseClock
from showcaller.gui.load_watch import LoadWatch
from showcaller.gui.selection import Selection
from showcaller.gui.supervisor import Supervisor
from showcaller.gui.theme import SetName, Theme, ThemeHolder
from showcaller.gui.timetable import Timetable


@dataclass(frozen=True)
class Parts:
    """The parts, by name."""

    settings: QSettings
    themes: ThemeHolder
    document: Document
    selection: Selection
    client: Client
    timetable: Timetable
    load: LoadWatch
    house: HouseClock
    filing: Filing
    handover: Handover
    checking: Checking
    supervisor: Supervisor


def kept_theme(settings: QSettings) -> Theme:
    """Return the theme that the operator chose last."""
    name = settings.value("theme", "dark")
    zoom = settings.value("zoom", 1.0)
    known = name if name in get_args(SetName) else "dark"
    try:
        return Theme(cast("SetName", known), min(2.0, max(0.7, float(cast("float", zoom)))))
    except (TypeError, ValueError):
        return Theme(cast("SetName", known))


def make_parts(
    parent: QObject,
    settings: QSettings | None = None,
    *,
    engine_command: Sequence[str] | None = None,
    runtime_folder: Path | None = None,
    auto: bool = False,
) -> Parts:
    """Make all parts; they live as long as `parent`.

    Args:
        parent: The application, or a test's object.
        settings: Where layout, theme and last files are kept; None: the user's.
        engine_command: What starts the engine; None: this program.
        runtime_folder: Where the engine is found; None: the user's.
        auto: An engine that is started calls by itself.
    """
    settings = settings or QSettings("Showcaller", "Showcaller")
    document = Document(parent)
    client = Client(parent)
    timetable = Timetable(document, client, parent)
    load = LoadWatch(document, timetable, parent)
    return Parts(
        settings=settings,
        themes=ThemeHolder(kept_theme(settings), parent),
        document=document,
        selection=Selection(parent),
        client=client,
        timetable=timetable,
        load=load,
        house=HouseClock(settings, parent),
        filing=Filing(document, parent),
        handover=Handover(document, client, parent),
        checking=Checking(document, client, parent, watch=load),
        supervisor=Supervisor(client, engine_command, runtime_folder, parent, auto=auto),
    )
