"""One table of keys: none is given twice, all are in the sheet and can be read."""

from __future__ import annotations

from collections import Counter

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from showcaller.gui.help_sheet import HelpSheet
from showcaller.gui.shortcuts import PANELS, SHORTCUTS, TIMELINE_KEYS, as_markdown, shortcut, with_key
from showcaller.gui.theme import ThemeHolder


def test_no_key_does_two_things() -> None:
    keys = Counter(key for row in SHORTCUTS for key in row.keys)
    keys.update(key for _, _, key in PANELS)
    assert [key for key, count in keys.items() if count > 1] == []


def test_timeline_has_one_meaning_for_each_key_and_leaves_the_calling_keys_alone() -> None:
    keys = Counter(key for row in TIMELINE_KEYS for key in row.keys)
    assert [key for key, count in keys.items() if count > 1] == []
    ours = {key for row in SHORTCUTS for key in row.keys} | {key for _, _, key in PANELS}
    # Enter edits a cell of the rundown; here it opens the inspector.
    assert ours & keys.keys() == {"Return"}


def test_every_key_is_one_that_qt_knows(qtbot: QtBot) -> None:
    for row in (*SHORTCUTS, *TIMELINE_KEYS):
        for key in row.keys:
            assert not QKeySequence(key).isEmpty(), key
            assert "Unknown" not in QKeySequence(key).toString()


def test_help_sheet_shows_every_key_and_scrolls_nowhere_on_a_small_screen(qtbot: QtBot) -> None:
    sheet = HelpSheet(ThemeHolder())
    qtbot.addWidget(sheet)
    texts = {label.text() for label in sheet.findChildren(QLabel)}
    for row in (*SHORTCUTS, *TIMELINE_KEYS):
        if row.keys:
            assert row.key_text in texts
            assert row.words in texts
    area = sheet.findChildren(type(sheet.layout().itemAt(0).widget()))[0]
    assert area.widget().sizeHint().width() <= 1366


def test_readme_sheet_is_made_of_the_same_table() -> None:
    text = as_markdown()
    for row in SHORTCUTS:
        if row.keys:
            assert f"`{row.keys[0]}`" in text
            assert row.title in text


def test_button_carries_its_key(qtbot: QtBot) -> None:
    assert with_key("Hold", "hold") == "Hold H"
    assert with_key("Import", "import_json") == "Import"
    assert shortcut("undo").key_text == "Ctrl+Z"
