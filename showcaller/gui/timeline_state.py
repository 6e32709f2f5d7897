"""What the timeline shows of document and run, and what of it has become otherwise.

Owns the timeline's course and look: a GO, an edit and each second tell only on the bars that they change.
Knows no widget but the chart that it is shown on; the panel calls it once a frame at most.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from showcaller.core import asrun
from showcaller.core.messages import Snapshot
from showcaller.core.schedule import Outlook, Progress
from showcaller.gui.client import Client
from showcaller.gui.document import Document
from showcaller.gui.rundown_state import Live
from showcaller.gui.theme import ThemeHolder
from showcaller.gui.timeline_bars import EMPTY, Timeline, lane_names, lay_out
from showcaller.gui.timeline_chart import Chart
from showcaller.gui.timeline_course import NOWHERE, Course, follow, stale
from showcaller.gui.timetable import Timetable

PASSED_TOGETHER = 400
"""When the standby passes more rows than that at once, all is painted anew."""
BEHIND = 4
"""Pixels that bars may stand behind where an overrun moves them: each step paints all that is ahead anew."""
BEHIND_BEFORE = 16
"""The same before the first GO, when the whole show is expected later with each second."""
_NO_RUN = Progress()


class TimelineState:
    """The course, and what has happened since it was last shown."""

    def __init__(self, document: Document, client: Client, timetable: Timetable, themes: ThemeHolder) -> None:
        self._document = document
        self._client = client
        self._timetable = timetable
        self._themes = themes
        self.timeline: Timeline = EMPTY
        self.course: Course = NOWHERE
        self.outlook: Outlook | None = None
        """What was expected when it was last shown."""
        self._laid_out: tuple[object, object] = None, None
        """Show and plan that are laid out."""
        self._failed: set[str] = set()
        self._touched: set[str] | None = None
        """Cues that were called, ended or failed since the last look; None: look at all."""
        self._seen: object = None
        self._news: object = None

    def begin_run(self) -> None:
        """Another run begins."""
        self._failed.clear()
        self._touched = None

    def forget(self) -> None:
        """Nobody looks: look at all when somebody does."""
        self._touched = None

    def is_news(self, snapshot: Snapshot) -> bool:
        """Say whether a snapshot tells on a bar or a line."""
        news = (
            snapshot.standby,
            snapshot.last_called,
            snapshot.segment,
            tuple(running.cue for running in snapshot.running),
            tuple(wait.cue for wait in snapshot.waits),
            self._what_tells_on_all(snapshot),
        )
        old, self._news = self._news, news
        return news != old

    def is_behind(self, pixel: float) -> bool:
        """Say whether bars stand where they were expected a while ago: an overrun moves them on.

        Args:
            pixel: How many seconds a pixel is.
        """
        outlook, shown = self._timetable.outlook(), self.outlook
        if outlook is shown or shown is None or outlook.plan is not shown.plan:
            return outlook is not shown
        if outlook.expected == shown.expected and not self.course.overdue:
            return False
        behind = BEHIND if outlook.begun else BEHIND_BEFORE
        return (outlook.now - shown.now) / 1e9 >= behind * pixel

    def take_lines(self, lines: Sequence[asrun.Line]) -> bool:
        """Take new lines of the as-run; say whether they tell on a bar."""
        touched: set[str] = set()
        for line in lines:
            match line.entry:
                case asrun.ActionDone(result="failed", cue=cue):
                    self._failed.add(cue)
                    touched.add(cue)
                case asrun.CueCalled(cue=cue):
                    self._failed.discard(cue.id)
                    touched.add(cue.id)
                case asrun.Noted(kind="ended", cue=str(cue_id)):
                    touched.add(cue_id)
                case _:
                    continue
        if self._touched is not None:
            self._touched |= touched
        return bool(touched)

    def show_on(self, chart: Chart) -> None:
        """Bring the chart up to date."""
        show, snapshot, look = self._document.show, self._client.snapshot, chart.look
        self.outlook = self._timetable.outlook()
        plan = self._timetable.plan
        if self._laid_out[0] is not show or self._laid_out[1] is not plan:
            self._laid_out = show, plan
            self.timeline = lay_out(show, plan, self.timeline)
        live = Live(snapshot, show)
        in_run = snapshot.mode != "edit"
        front = live.front if in_run else 0
        running, waiting = frozenset(live.runs), frozenset(live.waits)
        failed = frozenset(self._failed | self._wrong())
        touched, self._touched = self._touched, set()
        before, positions = self.course, show.positions
        self.course = follow(
            self.timeline,
            self.outlook,
            self._client.progress if in_run else _NO_RUN,
            positions,
            front,
            before,
            touched,
        )
        low, high = sorted((look.front, front))
        seen = self._what_tells_on_all(snapshot)
        anew = touched is None or seen != self._seen or high - low > PASSED_TOGETHER
        self._seen = seen
        cues = (
            (touched or set()) | (failed ^ look.failed) | (running ^ look.running) | (waiting ^ look.waiting)
        )
        if not anew:
            cues |= {row.id for row in show.rundown[low:high]}
        look.zone = show.zone
        look.names = lane_names(show, self.timeline.lanes)
        look.colours = [
            self._themes.theme.department_colour(show.department(lane)) for lane in self.timeline.lanes
        ]
        look.positions, look.front, look.running, look.failed = positions, front, running, failed
        look.waiting, look.off = waiting, self._off(live)
        if look.segment != snapshot.segment:
            look.segment = snapshot.segment
            chart.update()
        chart.take(self.course, None if anew else stale(before, self.course, positions, cues))

    def _wrong(self) -> set[str]:
        """Return the cues of which the checks found that they will go wrong."""
        return {one.row_id for one in self._document.problems if one.row_id and one.severity == "error"}

    def _what_tells_on_all(self, snapshot: Snapshot) -> object:
        return (
            snapshot.mode,
            snapshot.skipped,
            snapshot.floated,
            snapshot.chosen,
            snapshot.armed,
            self._document.show.zone,
            self._document.show.departments,
            self._themes.theme,
        )

    def _off(self, live: Live) -> Callable[[str], bool]:
        """Return what says whether a cue is disarmed, floated or skipped; asked only of what is painted."""
        show = self._document.show

        def off(cue_id: str) -> bool:
            cue, segment = show.cue(cue_id), show.segment_of(cue_id)
            if cue is None or cue_id in live.snapshot.skipped or live.is_other(cue_id):
                return True
            if segment is not None and live.is_floated(segment):
                return True
            return live.is_floated(cue) or not live.is_armed(cue)

        return off
