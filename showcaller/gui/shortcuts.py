"""Every key of the desk, in one table: the actions, the help sheet and README are made from it.

Owns names, words and keys. Knows no widget: `actions` makes a `QAction` of each row that has one, `go_key`
handles the keys of GO and stop, `help_sheet` draws the table.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication
from PySide6.QtGui import QKeySequence

CONTEXT = "Shortcuts"


class Shortcut(NamedTuple):
    """One thing that can be done, and the keys that do it."""

    name: str
    """What the code calls it."""
    title: str
    """What menus and buttons call it; untranslated."""
    keys: tuple[str, ...]
    group: str
    icon: str = ""
    tip: str = ""
    filtered: bool = False
    """`go_key` sees to it, not a `QAction`."""

    @property
    def words(self) -> str:
        """The title in the operator's language."""
        return QCoreApplication.translate(CONTEXT, self.title)

    @property
    def key_text(self) -> str:
        """The keys as a person reads them: `Ctrl+Z`."""
        return " · ".join(shown(key) for key in self.keys)


def shown(key: str) -> str:
    """Return one key sequence as a person reads it on this platform."""
    names = {"Space": "Space", "Ctrl+Space": "Ctrl+Space", "Esc, Esc": "Esc Esc", "Backspace": "⌫"}
    return names.get(key) or QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def _(text: str) -> str:
    return str(QT_TRANSLATE_NOOP(CONTEXT, text))


CALLING = _("Calling")
TIMES = _("Times of a run")
MODES = _("Modes")
RUNDOWN = _("Rundown")
FILE = _("File")
VIEW = _("View")
TIMELINE = _("Timeline, while it has the keyboard")

SHORTCUTS: Sequence[Shortcut] = (
    Shortcut("go", _("GO"), ("Space", "Ctrl+Space"), CALLING, "go",
             _("Fires the standby. In a text field Space types, and Ctrl+Space is GO."), filtered=True),
    Shortcut("stop_all", _("Stop all"), ("Esc, Esc",), CALLING, "stop",
             _("Twice within 0.8 s, or held for half a second. Once more: panic."), filtered=True),
    Shortcut("stand_by", _("Standby spoken"), ("S",), CALLING, "eye",
             _("The standby of the next cue has been said; again: take it back.")),
    Shortcut("back", _("Back"), ("B", "Backspace", "Ctrl+Up"), CALLING, "back",
             _("Standby one back. Sends nothing.")),
    Shortcut("forward", _("Forward"), ("Ctrl+Down",), CALLING, "down",
             _("Standby one on. Sends nothing.")),
    Shortcut("oops", _("Oops"), ("O",), CALLING, "undo",
             _("One call back, and the list of what would restore the state before it: Enter sends it.")),
    Shortcut("skip", _("Skip"), ("K",), CALLING, "skip",
             _("Passes the standby over, its cost first if times move; on a skipped row: takes that back.")),
    Shortcut("jump", _("Jump to selected"), ("J",), CALLING, "jump",
             _("Standby moves to the selected row, its cost first if times move. Sends nothing.")),
    Shortcut("hold", _("Hold / resume"), ("H",), CALLING, "hold",
             _("Suspends waits and timed triggers; GO works on.")),
    Shortcut("stop_cue", _("Stop cue"), ("X",), CALLING, "stop",
             _("Ends the selected cue if it runs or waits, else the newest that runs.")),
    Shortcut("drop_wait", _("Drop the cue left waiting"), ("W",), CALLING, "close",
             _("A cue that a GO has passed by and that still waits will not fire.")),
    Shortcut("start_cue", _("Start selected now"), ("Ctrl+Shift+G",), CALLING, "go",
             _("Fires the selected cue and leaves the standby where it is.")),
    Shortcut("tap_tempo", _("Tap tempo"), (".",), CALLING, "",
             _("On each beat: the first tap is bar 1, beat 1. A count that a cue began is put right.")),
    Shortcut("taps_back", _("Take the taps back"), (), CALLING, ""),
    Shortcut("stop_tempo", _("Count bars no more"), (), CALLING, ""),
    Shortcut("auto", _("AUTO on / off"), ("A",), CALLING, "clock",
             _("Whether timed triggers fire by themselves.")),
    Shortcut("go_on", _("Go on without waits"), ("Ctrl+R",), CALLING, "",
             _("After the engine was restarted: nothing fires before you say how the show goes on.")),
    Shortcut("go_on_with_waits", _("Go on with the waits"), ("Ctrl+Shift+R",), CALLING, ""),
    Shortcut("note", _("Note"), ("N",), CALLING, "list",
             _("Opens a note, stamped with the moment of the key press.")),
    Shortcut("manual", _("Department on manual"), ("M",), CALLING, "link",
             _("Words stay, nothing is sent for the department.")),
    Shortcut("disarm", _("Arm / disarm"), ("D",), CALLING, "lock",
             _("The cue's actions are not sent; its waits and follow-ons run.")),
    Shortcut("float", _("Float"), ("F",), CALLING, "up",
             _("The row stays in the rundown, but out of the show; in a run with its cost first.")),

    Shortcut("later_1", _("Running segment 1 s longer"), ("]",), TIMES, "",
             _("Shows what it costs; press on for more, Enter does it, Esc does not.")),
    Shortcut("earlier_1", _("Running segment 1 s shorter"), ("[",), TIMES, ""),
    Shortcut("later_10", _("Running segment 10 s longer"), ("Ctrl+]",), TIMES, ""),
    Shortcut("earlier_10", _("Running segment 10 s shorter"), ("Ctrl+[",), TIMES, ""),
    Shortcut("later_60", _("Running segment 1 min longer"), ("Alt+]",), TIMES, ""),
    Shortcut("earlier_60", _("Running segment 1 min shorter"), ("Alt+[",), TIMES, ""),
    Shortcut("add_time", _("Add time to the selected segment"), ("T",), TIMES, "clock",
             _("Or take some: −0:30.")),
    Shortcut("start_segment", _("Start the next segment now"), ("Ctrl+G",), TIMES, "segment",
             _("Its clock starts; none of its cues is called.")),
    Shortcut("choose_ending", _("Choose an ending…"), ("E",), TIMES, "segment",
             _("Of the branch that comes next: a digit chooses; what each costs is shown first.")),
    Shortcut("buy_back", _("Buy time back"), ("Y",), TIMES, "clock",
             _("Trims and floats that make the next hard start, else the hard out. Under: what fills it.")),
    Shortcut("timers", _("Timers…"), ("Ctrl+Shift+T",), TIMES, "clock",
             _("Stopwatches and countdowns by hand: a digit starts or stops one.")),
    Shortcut("take_time_back", _("Take the last change of times back"), ("Z",), TIMES, "undo",
             _("Nudge, added time, start, skip, float or buy-back of this run.")),
    Shortcut("drop_in", _("Drop in an item…"), ("Ctrl+I",), TIMES, "segment",
             _("An unplanned segment, in LIVE too, with its cost first. Ctrl+Z takes it out again.")),
    Shortcut("run_times", _("Times of this run…"), ("Ctrl+L",), TIMES, "clock",
             _("Planned, learned and as they were: kept as learned, or used as planned.")),

    Shortcut("mode_edit", _("EDIT"), ("F5",), MODES, "",
             _("Writing. Routes are closed.")),
    Shortcut("mode_rehearse", _("REHEARSE"), ("F6",), MODES, "",
             _("Playing with every device simulated or real, at any speed.")),
    Shortcut("rehearse_here", _("Rehearse from selected"), ("Shift+F6",), MODES, "",
             _("REHEARSE, beginning at the selected row.")),
    Shortcut("mode_live", _("LIVE"), ("F7",), MODES, "",
             _("On air. To leave LIVE, hold the key of the other mode for 1 s.")),
    Shortcut("faster", _("Rehearse faster"), ("Ctrl+."  ,), MODES, ""),
    Shortcut("slower", _("Rehearse slower"), ("Ctrl+,",), MODES, ""),
    Shortcut("pause", _("Pause the rehearsal"), ("P",), MODES, "hold"),

    Shortcut("add_cue", _("Add cue"), ("Ins", "Ctrl+Return"), RUNDOWN, "cue"),
    Shortcut("add_segment", _("Add segment"), ("Ctrl+Shift+Return",), RUNDOWN, "segment"),
    Shortcut("edit_row", _("Edit"), ("Return", "F2"), RUNDOWN, "",
             _("Opens the cell for editing; in EDIT typing does too. Tab and Enter move on."),
        filtered=True),
    Shortcut("undo", _("Undo"), ("Ctrl+Z",), RUNDOWN, "undo"),
    Shortcut("redo", _("Redo"), ("Ctrl+Y", "Ctrl+Shift+Z"), RUNDOWN, "redo"),
    Shortcut("cut", _("Cut"), ("Ctrl+X",), RUNDOWN, ""),
    Shortcut("copy", _("Copy"), ("Ctrl+C",), RUNDOWN, ""),
    Shortcut("paste", _("Paste"), ("Ctrl+V",), RUNDOWN, "",
             _("Rows of a show, or lines of a spreadsheet.")),
    Shortcut("duplicate", _("Duplicate"), ("Ctrl+D",), RUNDOWN, "duplicate"),
    Shortcut("delete", _("Delete"), ("Del",), RUNDOWN, "delete"),
    Shortcut("standby_with", _("Stand by with the cue above / alone / as proposed"), ("Ctrl+J",), RUNDOWN, "",
             _("Cues closer together than their standby share one; the bracket shows which. Changes that.")),
    Shortcut("move_up", _("Move up"), ("Alt+Up",), RUNDOWN, "up"),
    Shortcut("move_down", _("Move down"), ("Alt+Down",), RUNDOWN, "down"),
    Shortcut("unlock", _("Unlock this cue"), ("Ctrl+U",), RUNDOWN, "lock",
             _("LIVE: the selected cue can be edited until you leave its row, if it was not called yet.")),

    Shortcut("new", _("New show"), ("Ctrl+N",), FILE, "new"),
    Shortcut("open", _("Open…"), ("Ctrl+O",), FILE, "open"),
    Shortcut("save_as", _("Save as…"), ("Ctrl+Shift+S",), FILE, "save",
             _("Goes on with a copy that is a show of its own. Each edit is saved by itself.")),
    Shortcut("save_copy", _("Save a copy…"), ("Ctrl+Alt+S",), FILE, ""),
    Shortcut("import_json", _("Import JSON…"), (), FILE, ""),
    Shortcut("export_json", _("Export JSON…"), (), FILE, ""),
    Shortcut("properties", _("Show properties…"), ("Ctrl+P",), FILE, "settings"),
    Shortcut("departments", _("Departments…"), ("Ctrl+Shift+D",), FILE, "settings"),
    Shortcut("remote", _("Remote GO…"), (), FILE, "link"),
    Shortcut("timecode", _("Timecode…"), (), FILE, "clock"),
    Shortcut("tones", _("Tones…"), (), FILE, ""),
    Shortcut("add_device", _("Add device…"), ("Ctrl+Shift+A",), FILE, "device"),
    Shortcut("quit", _("Quit"), ("Ctrl+Q",), FILE, ""),

    Shortcut("menu", _("Menu"), ("F10",), VIEW, ""),
    Shortcut("help", _("Keys"), ("F1",), VIEW, "help"),
    Shortcut("full_screen", _("Full screen"), ("F11",), VIEW, ""),
    Shortcut("clock_window", _("Clock windows"), ("Shift+F11",), VIEW, "clock",
             _("Opens the clocks for others, on another monitor where there is one; again: closes them.")),
    Shortcut("another_clock_window", _("Another clock window…"), ("Ctrl+Shift+F11",), VIEW, ""),
    Shortcut("stage_message", _("Tell the stage…"), ("Ctrl+M",), VIEW, "",
             _("A message on every clock window, blinking or not, or blackout.")),
    Shortcut("house_minute", _("House clock: a minute begins"), ("Ctrl+Shift+M",), VIEW, "",
             _("Press when the clock on the wall begins a minute: the time of day is shown by it.")),
    Shortcut("house_off", _("House clock: go by this machine"), (), VIEW, ""),
    Shortcut("next_panel", _("Next panel"), ("Ctrl+Tab",), VIEW, "",
             _("Takes the keyboard there. Inside it Tab goes on, and Enter presses the button that has it.")),
    Shortcut("previous_panel", _("Previous panel"), ("Ctrl+Shift+Tab",), VIEW, ""),
    Shortcut("larger", _("Larger text"), ("Ctrl+=", "Ctrl++"), VIEW, ""),
    Shortcut("smaller", _("Smaller text"), ("Ctrl+-",), VIEW, ""),
    Shortcut("usual_size", _("Usual text size"), ("Ctrl+0",), VIEW, ""),
    Shortcut("reset_layout", _("Reset the layout"), (), VIEW, ""),
    Shortcut("next_problem", _("Go to the next problem"), ("F8",), VIEW, "warning"),
)  # fmt: skip

PANELS: Sequence[tuple[str, str, str]] = (
    ("inspector", _("Inspector"), "Ctrl+1"),
    ("calling", _("Calling panel"), "Ctrl+2"),
    ("timeline", _("Timeline"), "Ctrl+3"),
    ("meters", _("Meters"), "Ctrl+4"),
    ("devices", _("Devices"), "Ctrl+5"),
    ("asrun", _("As-run"), "Ctrl+6"),
    ("problems", _("Problems"), "Ctrl+7"),
)
"""Name, title and key of each dock."""

TIMELINE_KEYS: Sequence[Shortcut] = (
    Shortcut("tl_next", _("Next cue"), ("Tab",), TIMELINE),
    Shortcut("tl_previous", _("Cue before"), ("Shift+Tab",), TIMELINE),
    Shortcut("tl_lane_up", _("Nearest cue in a lane above"), ("Up",), TIMELINE),
    Shortcut("tl_lane_down", _("Nearest cue in a lane below"), ("Down",), TIMELINE),
    Shortcut("tl_everything", _("Select all cues"), ("Ctrl+A",), TIMELINE),
    Shortcut("tl_open", _("Inspector"), ("Return",), TIMELINE),
    Shortcut("tl_earlier", _("Selection earlier"), ("Left",), TIMELINE, "",
             _("To the next place of the grid. With nothing selected: the cursor.")),
    Shortcut("tl_later", _("Selection later"), ("Right",), TIMELINE),
    Shortcut("tl_bit_earlier", _("A tenth of a second earlier"), ("Alt+Left",), TIMELINE, "",
             _("Off the grid.")),
    Shortcut("tl_bit_later", _("A tenth of a second later"), ("Alt+Right",), TIMELINE),
    Shortcut("tl_shorter", _("Selection shorter"), ("Shift+Left",), TIMELINE, "", _("Cues, or segments.")),
    Shortcut("tl_longer", _("Selection longer"), ("Shift+Right",), TIMELINE),
    Shortcut("tl_split", _("Split the segment"), ("Ctrl+E",), TIMELINE, "",
             _("At the cursor (click an empty place), else before the selected cue, else now.")),
    Shortcut("tl_join", _("Join with the next segment"), ("Ctrl+Shift+E",), TIMELINE, "",
             _("The selected segment, or that of the selected cue.")),
    Shortcut("tl_snap", _("Snap to…"), ("G",), TIMELINE, "", _("Seconds, frames, other cues, segments.")),
    Shortcut("tl_nearer", _("Zoom in"), ("+", "="), TIMELINE),
    Shortcut("tl_farther", _("Zoom out"), ("-",), TIMELINE),
    Shortcut("tl_selection", _("Zoom to the selection"), ("9",), TIMELINE),
    Shortcut("tl_all", _("Whole show"), ("0",), TIMELINE),
    Shortcut("tl_follow", _("Follow now"), ("L",), TIMELINE),
    Shortcut("tl_left", _("Scroll left"), ("Ctrl+Left",), TIMELINE),
    Shortcut("tl_right", _("Scroll right"), ("Ctrl+Right",), TIMELINE),
    Shortcut("tl_page_left", _("Page left"), ("PgUp",), TIMELINE),
    Shortcut("tl_page_right", _("Page right"), ("PgDown",), TIMELINE),
    Shortcut("tl_home", _("Beginning of the show"), ("Home",), TIMELINE),
    Shortcut("tl_end", _("End of the show"), ("End",), TIMELINE),
)  # fmt: skip
"""Keys of the timeline: they hold while it has the keyboard, by a click or Ctrl+Tab."""

_BY_TIMELINE_NAME = {row.name: row for row in TIMELINE_KEYS}


def timeline_key(name: str) -> Shortcut:
    """Return the row of that name among the timeline's keys."""
    return _BY_TIMELINE_NAME[name]


_BY_NAME = {shortcut.name: shortcut for shortcut in SHORTCUTS}


def shortcut(name: str) -> Shortcut:
    """Return the row of that name."""
    return _BY_NAME[name]


def with_key(words: str, name: str) -> str:
    """Return what a button of that action reads: words, then its first key."""
    keys = _BY_NAME[name].keys
    return f"{words} {shown(keys[0])}" if keys else words


def groups() -> Sequence[tuple[str, Sequence[Shortcut]]]:
    """Return the table by group, panels among the views; only what has a key."""
    panels = [Shortcut(f"panel_{name}", title, (key,), VIEW) for name, title, key in PANELS]
    found: dict[str, list[Shortcut]] = {}
    for row in (*SHORTCUTS, *panels, *TIMELINE_KEYS):
        if row.keys:
            found.setdefault(row.group, []).append(row)
    return [(QCoreApplication.translate(CONTEXT, group), rows) for group, rows in found.items()]


def as_markdown() -> str:
    """Return the keyboard sheet as README has it."""
    lines: list[str] = []
    for group, rows in groups():
        lines += [f"**{group}**", "", "| key | does | |", "| --- | --- | --- |"]
        lines += [
            f"| {' · '.join(f'`{key}`' for key in row.keys)} | {row.title} | {row.tip} |" for row in rows
        ]
        lines.append("")
    return "\n".join(lines)
