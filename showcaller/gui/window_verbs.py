"""What each action of the window does: the verb behind every row of the table of shortcuts.

Owns that one mapping, by action name. Knows no widget's inside; `main_window` connects its actions with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from showcaller.gui.departments_dialog import DepartmentsDialog
from showcaller.gui.panel_ring import step_panel
from showcaller.gui.remote_dialog import RemoteDialog
from showcaller.gui.show_dialog import ShowDialog
from showcaller.gui.timecode_dialog import TimecodeDialog
from showcaller.gui.tones_dialog import TonesDialog

if TYPE_CHECKING:
    from showcaller.gui.main_window import MainWindow


def verbs_of(window: MainWindow) -> Mapping[str, Callable[[], object]]:
    """Return what is done for each action, by its name."""
    rundown, calling, files = window.panels.rundown, window.calling, window.files
    rehearse, themes = window.mode_bar.rehearse, window.parts.themes
    document, client = window.parts.document, window.parts.client
    return {
        "go": lambda: client.go("button", client.monotonic_now()),
        "stop_all": window.go_key.stop_all,
        "stand_by": calling.stand_by,
        "back": calling.back,
        "forward": calling.forward,
        "oops": calling.oops,
        "skip": window.times.skip,
        "jump": window.times.jump,
        "hold": calling.hold,
        "stop_cue": calling.stop_cue,
        "drop_wait": calling.drop_wait,
        "start_cue": calling.start_cue,
        "tap_tempo": calling.tap_tempo,
        "taps_back": calling.take_taps_back,
        "stop_tempo": calling.stop_tempo,
        "auto": calling.auto,
        "go_on": lambda: calling.go_on(with_waits=False),
        "go_on_with_waits": lambda: calling.go_on(with_waits=True),
        "note": window.open_note,
        "manual": window.show_manual,
        "disarm": calling.disarm,
        "float": window.float_rows,
        **window.times.nudges(),
        "add_time": window.times.add_time,
        "start_segment": window.times.start_next,
        "choose_ending": window.endings.open,
        "buy_back": window.times.plan_buy_back,
        "take_time_back": window.times.take_back,
        "drop_in": window.drop_in,
        "run_times": window.show_run_times,
        "timers": window.show_timers,
        "mode_edit": lambda: window.ask_mode("edit"),
        "mode_rehearse": lambda: window.ask_mode("rehearse"),
        "mode_live": lambda: window.ask_mode("live"),
        "rehearse_here": window.modes.rehearse_here,
        "faster": lambda: rehearse.step_rate(1),
        "slower": lambda: rehearse.step_rate(-1),
        "pause": rehearse.toggle_pause,
        "add_cue": rundown.add_cue,
        "add_segment": rundown.add_segment,
        "undo": document.undo,
        "redo": document.redo,
        "cut": rundown.cut,
        "copy": rundown.copy,
        "paste": rundown.paste,
        "duplicate": rundown.duplicate_rows,
        "delete": rundown.delete_rows,
        "move_up": rundown.move_up,
        "move_down": rundown.move_down,
        "standby_with": rundown.change_standby,
        "unlock": window.unlock_selected,
        "edit_row": rundown.view.open_cell,
        "new": files.new,
        "open": files.open,
        "save_as": files.save_as,
        "save_copy": files.save_copy,
        "import_json": files.import_json,
        "export_json": files.export_json,
        "properties": lambda: window.open_dialog(ShowDialog(document, themes, window)),
        "departments": lambda: window.open_dialog(DepartmentsDialog(document, themes, window)),
        "remote": lambda: window.open_dialog(RemoteDialog(document, client, themes, window)),
        "timecode": lambda: window.open_dialog(TimecodeDialog(document, client, themes, window)),
        "tones": lambda: window.open_dialog(TonesDialog(window.tones, client, themes, window)),
        "add_device": window.add_device,
        "quit": window.close,
        "menu": window.show_menu,
        "help": window.show_help,
        "full_screen": window.toggle_full_screen,
        "clock_window": window.toggle_clock_windows,
        "another_clock_window": window.clocks.open_another,
        "stage_message": window.tell_stage,
        "house_minute": window.set_house_clock,
        "house_off": window.parts.house.clear,
        "larger": lambda: themes.choose(zoom=themes.theme.zoom + 0.1),
        "smaller": lambda: themes.choose(zoom=themes.theme.zoom - 0.1),
        "usual_size": lambda: themes.choose(zoom=1.0),
        "reset_layout": window.docks.reset,
        "next_problem": window.go_to_next_problem,
        "next_panel": lambda: step_panel(window.ring(), 1),
        "previous_panel": lambda: step_panel(window.ring(), -1),
    }
