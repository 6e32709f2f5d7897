"""The panels of the desk, each made with the parts that it needs.

Owns which class is which panel. The dock area places them, the window tells the calling panel about keys.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QVBoxLayout, QWidget

from showcaller.gui.asrun_panel import AsRunPanel
from showcaller.gui.banner import RestartBanner
from showcaller.gui.calling_panel import CallingPanel
from showcaller.gui.clock_strip import ClockStrip
from showcaller.gui.device_panel import DevicePanel
from showcaller.gui.go_key import GoKey
from showcaller.gui.inspector import Inspector
from showcaller.gui.meter_panel import MeterPanel
from showcaller.gui.parts import Parts
from showcaller.gui.problem_panel import ProblemPanel
from showcaller.gui.rundown_panel import RundownPanel
from showcaller.gui.timeline_load import LoadStrip
from showcaller.gui.timeline_view import TimelineView


@dataclass(frozen=True)
class Panels:
    """All panels; `calling_area` is the calling panel below the banner and the strip of clocks."""

    rundown: RundownPanel
    inspector: Inspector
    calling: CallingPanel
    calling_area: QWidget
    timeline: TimelineView
    meters: MeterPanel
    devices: DevicePanel
    asrun: AsRunPanel
    problems: ProblemPanel


def make_panels(parts: Parts, go_key: GoKey) -> Panels:
    """Make all panels."""
    four = parts.document, parts.client, parts.selection, parts.themes
    calling = CallingPanel(*four, timetable=parts.timetable, age=go_key.age, stop_all=go_key.stop_all)
    area = QWidget()
    layout = QVBoxLayout(area)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    layout.addWidget(RestartBanner(*four))
    layout.addWidget(ClockStrip(parts.client, parts.themes))
    layout.addWidget(calling, 1)
    timeline = TimelineView(*four, timetable=parts.timetable, settings=parts.settings)
    strip = LoadStrip(
        parts.document, parts.selection, parts.timetable, parts.load, timeline.view, parts.themes
    )
    below = timeline.layout()
    assert below is not None
    below.addWidget(strip)
    return Panels(
        rundown=RundownPanel(*four, timetable=parts.timetable, settings=parts.settings),
        inspector=Inspector(*four, timetable=parts.timetable),
        calling=calling,
        calling_area=area,
        timeline=timeline,
        meters=MeterPanel(*four),
        devices=DevicePanel(*four),
        asrun=AsRunPanel(*four),
        problems=ProblemPanel(*four),
    )
