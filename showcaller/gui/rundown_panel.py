"""The rundown on the desk: the table, its commands, its menu and its foot line.

Owns what is done to rows: add, delete, duplicate, move, copy, cut, paste, and in LIVE the unlocking of
one cue that is not called yet. The shell gives these methods their keys. How rows look and scroll is the
view's, what a change is `rundown_edits`'.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QMimeData, QSettings, Qt, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QLabel, QMenu, QMessageBox, QStackedLayout, QVBoxLayout, QWidget

from showcaller.core import edits
from showcaller.core import events as ev
from showcaller.core.edits import Change
from showcaller.core.learned import plan_learned
from showcaller.core.show import Cue, Row, Segment, new_id
from showcaller.core.times import Duration, ShowTime, TimeTextError, format_duration
from showcaller.gui import pasted_rows, rundown_edits
from showcaller.gui.cell_edits import row_name, with_new_actions
from showcaller.gui.client import Client
from showcaller.gui.document import Document
from showcaller.gui.rundown_columns import Column, ColumnChoice
from showcaller.gui.rundown_model import RundownModel
from showcaller.gui.rundown_view import RundownView
from showcaller.gui.selection import Selection
from showcaller.gui.shortcuts import shortcut
from showcaller.gui.standby_marks import next_choice, wording_of
from showcaller.gui.theme import ThemeHolder
from showcaller.gui.timetable import Timetable

translate = QCoreApplication.translate

CLIPBOARD_MIME = "application/x-showcaller-rows+json"

AskClock = Callable[[str], bool | None]
"""Given an example (`12:30`): True for times of day, False for lengths, None to paste nothing."""


class RundownPanel(QWidget):
    """Table, foot line and, while there are no rows, what to do next."""

    time_change_asked = Signal(str, str)
    """`jump`, `skip`, `float` or `start`, and the id of the row: what it costs is shown first."""

    def __init__(
        self,
        document: Document,
        client: Client,
        selection: Selection,
        themes: ThemeHolder,
        parent: QWidget | None = None,
        *,
        timetable: Timetable | None = None,
        ask_clock: AskClock | None = None,
        settings: QSettings | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._client = client
        self._selection = selection
        self._themes = themes
        self._timetable = timetable or Timetable(document, client, self)
        self._ask_clock = ask_clock or self._ask_in_dialog
        self.model = RundownModel(document, client, self._timetable, self)
        self.columns = ColumnChoice(settings, self)
        self.view = RundownView(self.model, client, selection, themes, self._drop, self.columns)
        self.segments_take_cues = QAction(translate("Rundown", "Headings take their cues along"), self)
        self.segments_take_cues.setCheckable(True)
        self.segments_take_cues.setChecked(True)
        self._empty = QLabel()
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setProperty("role", "dim")
        self._hint = QLabel(
            translate(
                "Rundown",
                "No cues yet. Press Ctrl+Return for the first one, or paste rows from a spreadsheet.",
            ),
            self.view.viewport(),
        )
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setProperty("role", "dim")
        self._hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._hint.setWordWrap(True)
        self._foot = QLabel()
        self._foot.setProperty("role", "dim")
        self._foot.setAccessibleName(translate("Rundown", "Planned length"))
        self._stack = QStackedLayout()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._stack, 1)
        layout.addWidget(self._foot)
        self.setAccessibleName(translate("Rundown", "Rundown"))
        document.changed.connect(lambda _change: self._tell())
        document.changed.connect(lambda _change: self._repaint_brackets())
        client.snapshot_changed.connect(self._tell_mode)
        selection.changed.connect(self._relock)
        self._timetable.changed.connect(self._tell_foot)
        themes.changed.connect(self._take_theme)
        self._mode = client.snapshot.mode
        self._take_theme()
        self._tell()
        self.setFocusProxy(self.view)

    @property
    def empty_text(self) -> str:
        """What stands here while there are no rows; nothing otherwise."""
        return "" if self.model.rowCount() else self._empty.text()

    @property
    def foot_text(self) -> str:
        """The foot line."""
        return self._foot.text()

    def _take_theme(self) -> None:
        px = self._themes.theme.px
        self._foot.setContentsMargins(px(16), px(6), px(16), px(6))

    def _tell(self) -> None:
        rows = self.model.rowCount()
        self._stack.setCurrentIndex(0 if rows else 1)
        self._empty.setText(
            translate(
                "Rundown",
                "No cues yet. Press Ctrl+Return for the first one, or paste rows from a spreadsheet.",
            )
            if self._document.can_edit(None, "rundown")
            else translate("Rundown", "No cues.")
        )
        show = self._document.show
        self._hint.setVisible(
            not any(isinstance(row, Cue) for row in show.rundown) and self._document.can_edit(None, "rundown")
        )
        self._place_hint()
        self._tell_foot()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the hint in the middle of the table."""
        super().resizeEvent(event)
        self._place_hint()

    def _place_hint(self) -> None:
        """Put the hint where no heading stands."""
        room = self.view.viewport().rect()
        rows = sum(self.view.rowHeight(row) for row in range(min(self.model.rowCount(), 20)))
        self._hint.setGeometry(room.adjusted(0, min(rows, room.height() // 2), 0, 0))

    def _repaint_brackets(self) -> None:
        """Paint the brackets again: an edit of one cue can change that of its neighbours."""
        if self._document.show.calling != "go":
            port = self.view.viewport()
            left = self.view.columnViewportPosition(Column.GLYPH)
            port.update(left, 0, self.view.columnWidth(Column.GLYPH), port.height())

    def _tell_mode(self) -> None:
        if self._client.snapshot.mode != self._mode:
            self._mode = self._client.snapshot.mode
            self._tell()

    def _tell_foot(self) -> None:
        try:
            plan = self._timetable.plan
        except TimeTextError as error:
            self._foot.setText(str(error))
            return
        planned = (
            Duration((plan.out - plan.start) // 1_000_000) if self._document.show.rundown else Duration(0)
        )
        text = translate("Rundown", "{time} planned").format(time=format_duration(planned))
        over = plan.over
        # In a run the top bar says how it stands; the plan's own would contradict it.
        if over is not None and self._document.show.rundown and self._mode == "edit":
            length = format_duration(Duration(abs(over)))
            if over >= 1000:
                text += translate("Rundown", ", ▲ {time} over").format(time=length)
            elif over <= -1000:
                text += translate("Rundown", ", ▼ {time} under").format(time=length)
            else:
                text += translate("Rundown", ", on time")
        self._foot.setText(text)

    def _chosen(self) -> tuple[str, ...]:
        """Ids of the selected rows, in the order of the rundown."""
        positions = self._document.show.positions
        return tuple(
            sorted((one for one in self._selection.ids if one in positions), key=positions.__getitem__)
        )

    def _place_for_new(self) -> int:
        chosen = self._chosen()
        return self.model.place_of(chosen[-1]) + 1 if chosen else self.model.rowCount()

    def _after(self, place: int) -> str | None:
        return self._document.show.rundown[place - 1].id if place > 0 else None

    def _edit(self, name: str, change: Change, select: Sequence[str] | None = None) -> bool:
        before = self._document.revision
        self._document.edit(name, change)
        done = self._document.revision != before
        if done and select is not None:
            self._selection.select(select, select[-1] if select else None)
        return done

    def add_cue(self) -> None:
        """Put a new cue below the selected rows, and open its name."""
        show = self._document.show
        place = self._place_for_new()
        cue = Cue(id=new_id(), number=rundown_edits.number_between(show, place))
        name = translate("Rundown", "Add {row}").format(row=row_name(cue))
        if self._edit(name, edits.insert([cue], self._after(place)), [cue.id]):
            self._open(cue.id, Column.WHAT)

    def add_segment(self) -> None:
        """Put a new heading below the selected rows, and open its title."""
        segment = Segment(id=new_id())
        change = edits.insert([segment], self._after(self._place_for_new()))
        if self._edit(translate("Rundown", "Add segment"), change, [segment.id]):
            self._open(segment.id, Column.CALLS)

    def _open(self, row_id: str, column: Column) -> None:
        place = self.model.place_of(row_id)
        self.view.setFocus()
        self.view.setCurrentIndex(self.model.index(place, column))
        self.view.open_cell()

    def delete_rows(self) -> None:
        """Delete the selected rows; a heading leaves its cues where they are."""
        chosen = self._chosen()
        if not chosen:
            return
        show = self._document.show
        first = show.positions[chosen[0]]
        rest = [row.id for row in show.rundown if row.id not in set(chosen)]
        following = [rest[min(first, len(rest) - 1)]] if rest else []
        self._edit(
            self._named(translate("Rundown", "Delete {row}"), chosen), edits.remove(show, chosen), following
        )

    def duplicate_rows(self) -> None:
        """Put a copy of the selected rows below them."""
        chosen = self._chosen()
        change = edits.duplicate(self._document.show, chosen)
        made = [op.item.id for op in change if isinstance(op, edits.Inserted)]
        self._edit(self._named(translate("Rundown", "Duplicate {row}"), chosen), change, made)

    def move_up(self) -> None:
        """Move the selected rows up."""
        moving = self._moving(self._chosen(), alone=False)
        change = rundown_edits.move_up(self._document.show, moving) if moving else ()
        self._edit(self._named(translate("Rundown", "Move {row}"), self._chosen()), change)

    def move_down(self) -> None:
        """Move the selected rows down."""
        moving = self._moving(self._chosen(), alone=False)
        change = rundown_edits.move_down(self._document.show, moving) if moving else ()
        self._edit(self._named(translate("Rundown", "Move {row}"), self._chosen()), change)

    def change_standby(self) -> None:
        """Stand the selected cues by with the cue above, apart from it, or as proposed: the next of these."""
        chosen, show = self._chosen(), self._document.show
        following = next_choice(show, chosen)
        if show.calling == "go":
            sentence = translate("Rundown", "The calls of this show have no standby: see Show properties.")
            self._client.noticed.emit("notice", sentence)
        elif following is not None:
            self._edit(self._named(wording_of(following[0]), chosen), following[1])

    def _moving(self, ids: Sequence[str], *, alone: bool) -> tuple[str, ...]:
        takes_cues = self.segments_take_cues.isChecked() != alone
        return rundown_edits.with_cues(self._document.show, ids) if takes_cues else tuple(ids)

    def _drop(self, ids: Sequence[str], place: int, alone: bool) -> None:
        moving = self._moving(ids, alone=alone)
        change = edits.move(self._document.show, moving, self._after(place))
        self._edit(self._named(translate("Rundown", "Move {row}"), ids), change)

    def _named(self, wording: str, ids: Sequence[str]) -> str:
        row = self._document.show.row(ids[0]) if len(ids) == 1 else None
        what = row_name(row) if row else translate("Rundown", "{count} rows").format(count=len(ids))
        return wording.format(row=what)

    def use_learned(self) -> None:
        """Plan what the selected rows have learned: durations, and the places of cues."""
        show, chosen = self._document.show, self._chosen()
        rows = [row for row_id in chosen if (row := show.row(row_id)) is not None]
        self._edit(
            self._named(translate("Rundown", "Use learned time of {row}"), chosen), plan_learned(show, rows)
        )

    def copy(self) -> None:
        """Put the selected rows on the clipboard: for another show, and as a table for a spreadsheet."""
        show = self._document.show
        rows: list[Row] = [row for row_id in self._chosen() if (row := show.row(row_id)) is not None]
        if not rows:
            return
        carried = QMimeData()
        carried.setData(CLIPBOARD_MIME, rundown_edits.pack_rows(rows))
        carried.setText(pasted_rows.write_table(rows, show.departments))
        QGuiApplication.clipboard().setMimeData(carried)

    def cut(self) -> None:
        """Copy the selected rows and delete them."""
        if self._document.can_edit(None, "rundown"):
            self.copy()
            self.delete_rows()

    def paste(self) -> None:
        """Put what the clipboard holds below the selected rows: rows of ours, or of a spreadsheet."""
        carried = QGuiApplication.clipboard().mimeData()
        show = self._document.show
        rows: Sequence[Row] = ()
        if carried.hasFormat(CLIPBOARD_MIME):
            rows = rundown_edits.unpack_rows(bytes(carried.data(CLIPBOARD_MIME).data()))
        elif carried.hasText():
            rows = self._read_text(carried.text())
        if not rows:
            return
        copies = rundown_edits.copies_of(show, rows)
        name = translate("Rundown", "Paste {count} rows").format(count=len(copies))
        if len(copies) == 1:
            name = translate("Rundown", "Paste {row}").format(row=row_name(copies[0]))
        change = edits.insert(copies, self._after(self._place_for_new()))
        self._edit(name, change, [copy.id for copy in copies])

    def _read_text(self, text: str) -> Sequence[Row]:
        show, catalogue = self._document.show, self._client.catalogue
        table = pasted_rows.read_table(text, show.departments)
        if table.ambiguous is not None:
            example = next((row[table.ambiguous] for row in table.rows if row[table.ambiguous]), "")
            clock = self._ask_clock(example)
            if clock is None:
                return ()
            if clock:
                table = pasted_rows.as_clock(table, table.ambiguous)
        rows = pasted_rows.rows_of(table, show.departments)
        return [with_new_actions(show, catalogue, row) if isinstance(row, Cue) else row for row in rows]

    def _ask_in_dialog(self, example: str) -> bool | None:
        box = QMessageBox(self)
        box.setWindowTitle(translate("Rundown", "Paste"))
        box.setText(
            translate(
                "Rundown", "One column holds times such as {example}. Are these lengths or times of day?"
            ).format(example=example)
        )
        lengths = box.addButton(translate("Rundown", "Lengths"), QMessageBox.ButtonRole.AcceptRole)
        clocks = box.addButton(translate("Rundown", "Times of day"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.exec()
        if box.clickedButton() is lengths:
            return False
        return True if box.clickedButton() is clocks else None

    def can_unlock(self, row_id: str | None) -> bool:
        """Say whether a row is a cue that LIVE locks and that is not called yet."""
        show = self._document.show
        if row_id is None or self._client.snapshot.mode != "live" or self._document.read_only:
            return False
        started = self._client.progress.starts
        return show.cue(row_id) is not None and row_id not in started and row_id != self._document.unlocked

    def unlock(self, row_id: str) -> None:
        """In LIVE, let one cue that is not called yet be edited whole until the keyboard leaves it."""
        if self.can_unlock(row_id):
            self._selection.select([row_id], row_id)
            self._document.unlocked = row_id
            self.view.viewport().update()

    def _relock(self) -> None:
        unlocked = self._document.unlocked
        if unlocked is not None and self._selection.ids != (unlocked,):
            self._document.unlocked = None

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with the row under the pointer."""
        place = self.view.rowAt(self.view.viewport().mapFromGlobal(event.globalPos()).y())
        if place >= 0:
            row = self.model.row_at(place)
            if row.id not in self._selection.ids:
                self._selection.select([row.id], row.id)
        menu = self.make_menu()
        menu.exec(event.globalPos())
        menu.deleteLater()

    def make_menu(self) -> QMenu:
        """Return the menu for the selected rows."""
        menu = QMenu(self)
        chosen = self._chosen()
        row = self._document.show.row(chosen[0]) if len(chosen) == 1 else None
        free = self._document.can_edit(None, "rundown")
        has_standby = self._document.show.calling != "go"
        standby_entry = f"{shortcut('standby_with').words}\t{shortcut('standby_with').key_text}"
        if row is not None:
            self._add_playback(menu, row)
        if self.can_unlock(row.id if row else None) and row is not None:
            row_id = row.id
            menu.addAction(translate("Rundown", "Unlock this cue"), lambda: self.unlock(row_id))
            menu.addSeparator()
        entries: tuple[tuple[str, Callable[[], object], bool], ...] = (
            (translate("Rundown", "Edit cell\tF2"), self.view.open_cell, bool(chosen)),
            (translate("Rundown", "Add cue\tCtrl+Return"), self.add_cue, free),
            (translate("Rundown", "Add segment"), self.add_segment, free),
            (translate("Rundown", "Duplicate"), self.duplicate_rows, free and bool(chosen)),
            (translate("Rundown", "Move up"), self.move_up, free and bool(chosen)),
            (translate("Rundown", "Move down"), self.move_down, free and bool(chosen)),
            (standby_entry, self.change_standby, free and has_standby and bool(chosen)),
            (translate("Rundown", "Cut"), self.cut, free and bool(chosen)),
            (translate("Rundown", "Copy"), self.copy, bool(chosen)),
            (translate("Rundown", "Paste below"), self.paste, free),
            (translate("Rundown", "Delete"), self.delete_rows, free and bool(chosen)),
        )
        for text, call, enabled in entries:
            menu.addAction(text, call).setEnabled(enabled)
        show = self._document.show
        rows = [row for row_id in chosen if (row := show.row(row_id)) is not None]
        if plan_learned(show, rows):
            words = translate("Rundown", "Use learned time")
            if len(rows) == 1 and rows[0].learned is not None:
                words = f"{words}\t{format_duration(rows[0].learned)}"
            menu.addAction(words, self.use_learned).setEnabled(free)
        menu.addSeparator()
        menu.addAction(self.segments_take_cues)
        self.columns.fill(menu.addMenu(translate("Rundown", "Columns")))
        return menu

    def _add_playback(self, menu: QMenu, row: Row) -> None:
        """Events of the run, which are not edits (float, skip, arm); in EDIT there is no run."""
        if self._client.snapshot.mode == "edit":
            return
        live, now = self.model.live, ShowTime(0)
        do, ask = self._client.do, self.time_change_asked.emit
        menu.addAction(
            f"{translate('Rundown', 'Standby here')}\t{shortcut('jump').key_text}",
            lambda: ask("jump", row.id),
        )
        if isinstance(row, Segment) and row.id != live.snapshot.segment:
            menu.addAction(translate("Rundown", "Start it now…"), lambda: ask("start", row.id))
        if isinstance(row, Cue):
            skipped, armed = row.id in live.snapshot.skipped, live.is_armed(row)
            menu.addAction(
                translate("Rundown", "Do not skip") if skipped else translate("Rundown", "Skip tonight"),
                lambda: ask("skip", row.id),
            )
            menu.addAction(
                translate("Rundown", "Disarm tonight") if armed else translate("Rundown", "Arm tonight"),
                lambda: do(ev.Arm(now, row.id, not armed)),
            )
        floated = live.is_floated(row)
        float_words = (
            translate("Rundown", "Take it back in…") if floated else translate("Rundown", "Float tonight…")
        )
        menu.addAction(
            f"{float_words}\t{shortcut('float').key_text}",
            lambda: ask("float", row.id),
        )
        menu.addSeparator()
