"""Rows that come out of a spreadsheet by the clipboard."""

from __future__ import annotations

from showcaller.core.show import Call, Cue, Segment
from showcaller.gui.pasted_rows import as_clock, read_table, rows_of, write_table
from tests.gui.stage import DEPARTMENTS, make_show


def test_number_name_and_duration_are_told_apart_without_a_header() -> None:
    table = read_table("24\tBlue wash\t1:30\n25\tPlay-on\t90\n26\tBows\t0:05\n", DEPARTMENTS)
    assert table.roles == ("number", "name", "duration")
    assert table.ambiguous is None
    made = rows_of(table, DEPARTMENTS)
    assert [(row.number, row.name, row.duration) for row in made if isinstance(row, Cue)] == [
        ("24", "Blue wash", 90_000),
        ("25", "Play-on", 90_000),
        ("26", "Bows", 5000),
    ]


def test_a_header_names_the_columns_in_any_order() -> None:
    table = read_table("Dur\tCue\tDescription\tNotes\n1:00\t7\tBand\tloud\n", DEPARTMENTS)
    [cue] = rows_of(table, DEPARTMENTS)
    assert isinstance(cue, Cue)
    assert (cue.number, cue.name, cue.duration, cue.notes) == ("7", "Band", 60_000, "loud")


def test_calls_are_known_by_the_departments_of_the_show() -> None:
    table = read_table("1\tLX 1, SND 2\tDoors\n2\tLX 3\tHouse to half\n", DEPARTMENTS)
    first, _ = rows_of(table, DEPARTMENTS)
    assert isinstance(first, Cue)
    assert first.calls == (Call(department="lx", number="1"), Call(department="snd", number="2"))


def test_rising_times_without_seconds_are_asked_about() -> None:
    table = read_table("1\tDoors\t12:30\n2\tBand\t12:45\n3\tEnd\t13:30\n", DEPARTMENTS)
    assert table.ambiguous == 2
    as_lengths = rows_of(table, DEPARTMENTS)
    assert [row.duration for row in as_lengths] == [750_000, 765_000, 810_000]
    as_times = rows_of(as_clock(table, 2), DEPARTMENTS)
    assert [row.duration for row in as_times] == [15 * 60_000, 45 * 60_000, None]


def test_whole_times_of_day_are_not_asked_about_and_become_lengths() -> None:
    table = read_table("1\tDoors\t19:00:00\n2\tBand\t19:30:00\n", DEPARTMENTS)
    assert table.ambiguous is None
    assert [row.duration for row in rows_of(table, DEPARTMENTS)] == [1_800_000, None]


def test_a_row_of_words_alone_among_fuller_ones_is_a_heading() -> None:
    made = rows_of(read_table("ACT ONE\t\t\n1\tDoors\t1:00\n2\tBand\t2:00\n", DEPARTMENTS), DEPARTMENTS)
    assert isinstance(made[0], Segment)
    assert made[0].title == "ACT ONE"


def test_what_cannot_be_read_stays_in_the_notes() -> None:
    made = rows_of(read_table("1\tDoors\t1:00\n2\tBand\tTBC\n3\tEnd\t0:10\n", DEPARTMENTS), DEPARTMENTS)
    assert isinstance(made[1], Cue)
    assert (made[1].duration, made[1].notes) == (None, "TBC")


def test_a_single_column_is_names() -> None:
    made = rows_of(read_table("Doors\nBand\nBows", DEPARTMENTS), DEPARTMENTS)
    assert [row.name for row in made if isinstance(row, Cue)] == ["Doors", "Band", "Bows"]


def test_nothing_pasted_is_nothing() -> None:
    assert rows_of(read_table("\n \n", DEPARTMENTS), DEPARTMENTS) == ()


def test_copied_rows_read_in_a_spreadsheet_and_back() -> None:
    show = make_show()
    cues = [row for row in show.rundown if isinstance(row, Cue) and row.duration is not None]
    made = rows_of(read_table(write_table(cues, show.departments), show.departments), show.departments)
    assert [(row.number, row.name, row.duration, row.calls) for row in made if isinstance(row, Cue)] == [
        (cue.number, cue.name, cue.duration, cue.calls) for cue in cues
    ]
