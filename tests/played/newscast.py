"""The newscast of an hour, played at ×20: what is over, and what is expected when, as worked out by hand.

Nothing in the table comes from the program. The lengths are those of `resources/newscast.json`:

    A1 0:45  A2 1:15  A3 3:00  A4 2:30  A5 2:40  A6 4:00  A7 1:20  A8 0:30 (three teases of 0:10)
    B1 3:00  B2 2:45  B3 2:15 (or B4 3:00 and B5 1:30, or B6 3:30)  B7 3:30  B8 4:00  B9 2:00
    C1 3:30  C2 1:00  C3 2:30  C4 3:00  C5 1:30  C6 0:30
    D1 2:30  D2 2:30  D3 3:30  D4 2:30  E1 1:30  E2 1:00  E3 1:00

and the planned starts that follow from them, from 18:00:00 on:

    A1 18:00:00  A2 18:00:45  A3 18:02:00  A4 18:05:00  A5 18:07:30  A6 18:10:10  A7 18:14:10  A8 18:15:30
    B1 18:16:00  B2 18:19:00  B3 18:21:45  B7 18:24:00  B8 18:27:30  B9 18:31:30
    C1 18:33:30  C2 18:37:00  C3 18:38:00  C4 18:40:30  C5 18:43:30  C6 18:45:00
    D1 18:45:30  D2 18:48:00  D3 18:50:30  D4 18:54:00  E1 18:56:30  E2 18:58:00  E3 18:59:00  out 19:00:00

A1 is a hard start; B1, C1, D1 and E3 are hit times. The show pushes: what runs over moves all that follows.
"""

from __future__ import annotations

from tests.played.night import Moment, Script

OPENS = "17:59:30"
"""Where its rehearsal begins."""

SCRIPT = Script(
    begins={
        "A1": "18:00:00",
        "A2": "18:00:45",
        "A3": "18:02:00",
        "A4": "18:05:20",
        "A5": "18:07:20",
        "A6": "18:10:00",
        "A8": "18:15:00",
        "B1": "18:15:30",
        "B2": "18:18:30",
        "B4": "18:21:15",
        "B5": "18:24:35",
        "B7": "18:26:00",
        "B8": "18:29:30",
        "B9": "18:33:30",
        "C1": "18:34:30",
        "C2": "18:38:00",
        "C3": "18:39:00",
        "C4": "18:41:10",
        "C5": "18:44:35",
        "C6": "18:44:40",
        "D1": "18:45:10",
        "D2": "18:47:40",
        "D3": "18:50:10",
        "D4": "18:54:40",
        "E1": "18:56:25",
        "E2": "18:57:55",
        "E3": "18:59:00",
    },
)

TABLE = (
    Moment(
        at="17:59:40",
        over="0:00",
        expects="A2 18:00:45, B1 18:16:00, E3 18:59:00",
        point="A1 0:00",
        why="Not on air: everything as planned, and the hard start of A1 lies ahead.",
    ),
    Moment(
        at="18:00:10",
        over="0:00",
        expects="A1 18:00:00, A2 18:00:45, B1 18:16:00",
        point="B1 0:00",
        why="A1 began at its time.",
    ),
    Moment(
        at="18:05:10",
        over="+0:10",
        expects="A3 18:02:00, A4 18:05:10, B1 18:16:10, E3 18:59:10",
        point="B1 +0:10",
        why="A3 was to end at 18:02:00 + 3:00 = 18:05:00 and runs still, 0:10 later.",
    ),
    Moment(
        at="18:05:30",
        over="+0:20",
        expects="A4 18:05:20, A5 18:07:50, B1 18:16:20",
        point="B1 +0:20",
        why="A4 began at 18:05:20 instead of 18:05:00; 18:05:20 + 2:30 = 18:07:50.",
    ),
    Moment(
        at="18:05:40",
        does="nudge A4 -0:30",
        over="-0:10",
        expects="A5 18:07:20, B1 18:15:50, C1 18:33:20",
        point="B1 -0:10",
        why="0:20 - 0:30 = -0:10; 18:05:20 + 2:00 = 18:07:20.",
    ),
    Moment(
        at="18:10:20",
        over="-0:10",
        expects="A5 18:07:20, A6 18:10:00, A7 18:14:00, B1 18:15:50",
        point="B1 -0:10",
        why="18:07:20 + 2:40 = 18:10:00, as expected: still 0:10 light.",
    ),
    Moment(
        at="18:12:00",
        does="nudge A6 +1:00",
        over="+0:50",
        expects="A7 18:15:00, A8 18:16:20, B1 18:16:50, E3 18:59:50",
        point="B1 +0:50",
        why="-0:10 + 1:00; A6 is 5:00 now: 18:15:00, A7 1:20: 18:16:20, A8 0:30: 18:16:50.",
    ),
    Moment(
        at="18:12:10",
        does="buy back",
        over="0:00",
        buys="trim B9 0:50",
        expects="B1 18:16:50, B9 18:32:20, C1 18:33:30, E3 18:59:00",
        point="B1 +0:50",
        why="B9 is first in priority and above D4; 0:50 of its 2:00 are enough. 18:31:30 + 0:50 = 18:32:20, "
        "+ 1:10 = 18:33:30: part two makes its hit time, the break before it does not.",
    ),
    Moment(
        at="18:12:20",
        does="take back",
        over="+0:50",
        expects="B1 18:16:50, C1 18:34:20",
        point="B1 +0:50",
        why="As at 18:12:00.",
    ),
    Moment(
        at="18:12:30",
        does="float A7",
        over="-0:30",
        expects="A8 18:15:00, B1 18:15:30, C1 18:33:00",
        point="B1 -0:30",
        standby="38",
        why="0:50 - 1:20 = -0:30; A8 follows A6 at 18:15:00, B1 at 18:15:30.",
    ),
    Moment(
        at="18:13:00",
        does="skip 39",
        over="-0:40",
        expects="A8 18:15:00, B1 18:15:20",
        point="B1 -0:40",
        standby="38",
        why="A8 is as long as its teases: 0:20 without the second. -0:30 - 0:10 = -0:40.",
    ),
    Moment(
        at="18:15:25",
        over="-0:35",
        expects="A8 18:15:00, B1 18:15:25, C1 18:32:55",
        point="B1 -0:35",
        standby="41",
        why="A8 began at 18:15:00, was to end at 18:15:20 and runs still, 0:05 later.",
    ),
    Moment(
        at="18:15:40",
        over="-0:30",
        expects="B1 18:15:30, B2 18:18:30, C1 18:33:00",
        point="C1 -0:30",
        why="B1 began at 18:15:30 instead of 18:16:00.",
    ),
    Moment(
        at="18:20:00",
        does="ending Verdict Guilty",
        over="+1:45",
        expects="B2 18:18:30, B4 18:21:15, B5 18:24:15, B7 18:25:45, C1 18:35:15",
        point="C1 +1:45",
        standby="49",
        why="B4 3:00 + B5 1:30 = 4:30 in place of 2:15: 2:15 more. -0:30 + 2:15 = 1:45. "
        "18:18:30 + 2:45 = 18:21:15, + 3:00 = 18:24:15, + 1:30 = 18:25:45.",
    ),
    Moment(
        at="18:20:30",
        does="buy back",
        over="0:00",
        buys="trim B9 1:00, trim D4 0:45",
        expects="B9 18:33:15, C1 18:34:15, D1 18:46:15, E1 18:56:30, E3 18:59:00",
        point="C1 +0:45",
        why="1:45 is wanted. First in priority are B9 and D4: B9 may go from 2:00 to 1:00, the other 0:45 "
        "come from D4, 1:45 then. B7 18:25:45 + 3:30 + 4:00 = 18:33:15, + 1:00 = 18:34:15, + 12:00 of part "
        "three = 18:46:15, + 2:30 + 2:30 + 3:30 + 1:45 = 18:56:30, + 1:30 + 1:00 = 18:59:00.",
    ),
    Moment(
        at="18:24:25",
        over="+0:10",
        expects="B4 18:21:15, B5 18:24:25",
        point="C1 +0:55",
        standby="59",
        why="B4 was to end at 18:24:15 and runs still, 0:10 later. C1: 0:45 + 0:10.",
    ),
    Moment(
        at="18:24:50",
        over="+0:20",
        expects="B5 18:24:35, B7 18:26:05, C1 18:34:35",
        point="C1 +1:05",
        why="B5 began at 18:24:35 instead of 18:24:15: 0:20. 18:24:35 + 1:30 = 18:26:05.",
    ),
    Moment(
        at="18:26:00",
        does="start B7",
        over="+0:15",
        expects="B7 18:26:00, B8 18:29:30, C1 18:34:30",
        point="C1 +1:00",
        why="B7 starts 0:05 before B5 was to end: 0:20 - 0:05. 18:26:00 + 3:30 = 18:29:30.",
    ),
    Moment(
        at="18:27:00",
        does="float B8",
        over="-3:45",
        expects="B9 18:29:30, C1 18:30:30",
        point="C1 -3:00",
        why="Without its 4:00: 0:15 - 4:00 = -3:45.",
    ),
    Moment(
        at="18:27:20",
        does="unfloat B8",
        over="+0:15",
        expects="B8 18:29:30, B9 18:33:30, C1 18:34:30",
        point="C1 +1:00",
        why="Back in: as at 18:26:00.",
    ),
    Moment(
        at="18:33:50",
        over="+0:15",
        expects="B8 18:29:30, B9 18:33:30, C1 18:34:30, C2 18:38:00",
        point="C1 +1:00",
        why="B8 and B9 began as expected.",
    ),
    Moment(
        at="18:41:20",
        over="-0:05",
        expects="C3 18:39:00, C4 18:41:10, C5 18:44:10, D1 18:46:10",
        point="D1 +0:40",
        why="C3 took 2:10, not 2:30: 0:15 - 0:20 = -0:05. 18:41:10 + 3:00 + 1:30 + 0:30 = 18:46:10.",
    ),
    Moment(
        at="18:44:25",
        over="+0:10",
        expects="C5 18:44:25, D1 18:46:25",
        point="D1 +0:55",
        why="C4 was to end at 18:44:10 and runs still, 0:15 later: -0:05 + 0:15.",
    ),
    Moment(
        at="18:44:30",
        does="jump C6",
        over="+0:15",
        expects="C5 18:44:30, C6 18:46:00",
        point="D1 +1:00",
        standby="99",
        why="A jump moves the standby and no time; C4 runs another 0:05.",
    ),
    Moment(
        at="18:44:50",
        over="-1:05",
        expects="C6 18:44:40, D1 18:45:10, D2 18:47:40, E3 18:57:55",
        point="D1 -0:20",
        why="C6 began at 18:44:40, C5 passed by. + 0:30 = 18:45:10. D1 to E3: 2:30 + 2:30 + 3:30 + 1:45 + "
        "1:30 + 1:00 = 12:45, so E3 at 18:57:55, 1:05 early.",
    ),
    Moment(
        at="18:46:00",
        does="nudge D3 +1:00",
        over="-0:05",
        expects="D1 18:45:10, D3 18:50:10, D4 18:54:40, E1 18:56:25, E3 18:58:55",
        point="E3 -0:05",
        why="-1:05 + 1:00. 18:45:10 + 5:00 = 18:50:10, + 4:30 = 18:54:40, + 1:45 = 18:56:25.",
    ),
    Moment(
        at="18:55:10",
        over="-0:05",
        expects="D4 18:54:40, E1 18:56:25, E2 18:57:55, E3 18:58:55",
        point="E3 -0:05",
        why="As expected since 18:46:00.",
    ),
    Moment(
        at="18:58:58",
        over="-0:02",
        expects="E2 18:57:55, E3 18:58:58",
        point="E3 -0:02",
        why="E2 was to end at 18:57:55 + 1:00 = 18:58:55 and is held for the hit time, 0:03 by now.",
    ),
    Moment(
        at="18:59:10",
        over="0:00",
        expects="E3 18:59:00",
        point="out 0:00",
        standby="122",
        why="E3 began on its hit time: 18:59:00 + 1:00 = 19:00:00.",
    ),
)
