"""The awards night of three hours, played at ×20: what is expected when, what breaks, as worked out by hand.

Nothing in the table comes from the program. The lengths are those of `resources/awards.json`:

    P1 20:00  P2 7:00  P3 3:00
    A1 1:30  A2 4:30  A3 6:00  A4 4:30  A5 4:30  A6 1:00
    B1 3:00  B2 2:00  B3 3:45  B4 4:30  B5 4:30  B6 4:15  B7 1:00
    C1 3:30  C2 2:30  C3 5:00  C4 4:00  C5 5:00  C6 5:00  C7 0:30
    D1 3:30  D2 1:30  D3 6:30  D4 5:00 (or D5 2:00)  D6 4:00  D7 4:30  D8 0:30
    E1 3:30  E2 2:00  E3 5:00  E4 5:30  E5 4:00  E6 5:30  E7 0:30
    F1 3:30  F2 2:30  F3 4:30  F4 3:00  F5 6:00  F6 4:30 (or F7 7:00)  F8 3:00  F9 1:00

and the planned starts that follow from them:

    P1 19:00:00  P2 19:20:00  P3 19:27:00
    A1 19:30:00  A2 19:31:30  A3 19:36:00  A4 19:42:00  A5 19:46:30  A6 19:51:00
    B1 19:52:00  B2 19:55:00  B3 19:57:00  B4 20:00:45  B5 20:05:15  B6 20:09:45  B7 20:14:00
    C1 20:15:00  C2 20:18:30  C3 20:21:00  C4 20:26:00  C5 20:30:00  C6 20:35:00  C7 20:40:00
    D1 20:40:30  D2 20:44:00  D3 20:45:30  D4 20:52:00  D6 20:57:00  D7 21:01:00  D8 21:05:30
    E1 21:06:00  E2 21:09:30  E3 21:11:30  E4 21:16:30  E5 21:22:00  E6 21:26:00  E7 21:31:30
    F1 21:32:00  F2 21:35:30  F3 21:38:00  F4 21:42:30  F5 21:45:30  F6 21:51:30  F8 21:56:00
    F9 21:59:00  out 22:00:00

P1, A1, B2, C2, D2, E2 and F2 are hard starts, which never move; B1, C1, D1, E1, F1 and F9 are hit times. The
show eats: a hit time that would come early waits for its time, so an overrun is made up in the gap before it.
"""

from __future__ import annotations

from tests.played.night import Moment, Script

OPENS = "18:59:30"
"""Where its rehearsal begins."""

SCRIPT = Script(
    begins={
        "P1": "19:00:00",
        "P2": "19:20:00",
        "P3": "19:28:00",
        "A1": "19:30:00",
        "A2": "19:31:30",
        "A3": "19:36:00",
        "A4": "19:42:45",
        "A5": "19:46:45",
        "A6": "19:51:00",
        "B1": "19:52:00",
        "B2": "19:55:00",
        "B3": "19:57:00",
        "B4": "20:00:45",
        "B5": "20:04:45",
        "B6": "20:09:15",
        "B7": "20:13:30",
        "C1": "20:15:00",
        "C2": "20:18:30",
        "C3": "20:21:00",
        "C4": "20:26:00",
        "C5": "20:30:00",
        "C6": "20:35:00",
        "C7": "20:40:00",
        "D1": "20:40:30",
        "D2": "20:44:00",
        "D3": "20:45:30",
        "D5": "20:52:00",
        "D6": "20:54:00",
        "D7": "20:58:00",
        "D8": "21:02:30",
        "E1": "21:06:00",
        "E2": "21:09:30",
        "E3": "21:11:30",
        "E4": "21:16:30",
        "E5": "21:22:30",
        "E6": "21:26:00",
        "E7": "21:31:30",
        "F1": "21:32:00",
        "F2": "21:35:30",
        "F3": "21:38:00",
        "F4": "21:43:00",
        "F5": "21:46:00",
        "F7": "21:51:00",
        "F8": "21:57:30",
        "F9": "21:59:00",
    },
    cues={
        "8": "19:29:00",  # one minute to air, by the clock and not after the 2:00 of a late P3
        "9": "19:29:50",
        "41": "19:46:35",  # three winners are played off early
        "79": "20:04:35",
        "195": "21:25:50",
    },
)

TABLE = (
    Moment(
        at="19:10:00",
        over="0:00",
        expects="P1 19:00:00, P2 19:20:00, A1 19:30:00, F9 21:59:00",
        point="A1 0:00",
        why="Doors as planned; on air at 19:30 is the next hard point.",
    ),
    Moment(
        at="19:27:30",
        over="0:00",
        expects="P2 19:20:00, P3 19:27:30, A1 19:30:00",
        point="A1 +0:30",
        why="P2 was to end at 19:20:00 + 7:00 = 19:27:00 and runs still; 19:27:30 + 3:00 = 19:30:30, 0:30 "
        "into A1, which does not move: so the out does not either.",
    ),
    Moment(
        at="19:28:10",
        over="0:00",
        expects="P3 19:28:00, A1 19:30:00",
        point="A1 +1:00",
        why="19:28:00 + 3:00 = 19:31:00.",
    ),
    Moment(
        at="19:28:20",
        does="nudge P3 -1:00",
        over="0:00",
        expects="P3 19:28:00, A1 19:30:00",
        point="A1 0:00",
        standby="8",
        why="19:28:00 + 2:00 = 19:30:00.",
    ),
    Moment(
        at="19:42:30",
        over="0:00",
        expects="A3 19:36:00, A4 19:42:30, A5 19:47:00, B1 19:52:30, B2 19:55:00",
        point="B1 +0:30",
        why="A3 was to end at 19:36:00 + 6:00 = 19:42:00 and runs still, 0:30 later. B1: 19:42:30 + 4:30 + "
        "4:30 + 1:00. B2 is hard.",
    ),
    Moment(
        at="19:42:55",
        over="0:00",
        expects="A4 19:42:45, A5 19:47:15, B1 19:52:45",
        point="B1 +0:45",
        why="A4 began at 19:42:45; + 4:30 = 19:47:15.",
    ),
    Moment(
        at="19:42:57",
        does="buy back",
        over="0:00",
        buys="trim A4 0:45",
        expects="A4 19:42:45, A5 19:46:30, B1 19:52:00, B2 19:55:00",
        point="B1 0:00",
        why="B1 19:52:45 + 3:00 = 19:55:45 is 0:45 into B2, which is hard. Before it A4 and A5 (of 5) can "
        "give; A4 first: 4:30 - 0:45 = 3:45, above its 3:30.",
    ),
    Moment(
        at="19:42:58",
        does="take back",
        over="0:00",
        expects="A5 19:47:15, B1 19:52:45",
        point="B1 +0:45",
        why="As it was: the caller cuts A4 by hand.",
    ),
    Moment(
        at="19:43:00",
        does="nudge A4 -0:30",
        over="0:00",
        expects="A5 19:46:45, A6 19:51:15, B1 19:52:15",
        point="B1 +0:15",
        why="0:45 - 0:30.",
    ),
    Moment(
        at="19:51:10",
        over="0:00",
        expects="A5 19:46:45, A6 19:51:00, B1 19:52:00",
        point="B1 0:00",
        why="A5 took 4:15: A6 began at 19:51:00, + 1:00.",
    ),
    Moment(
        at="19:52:10",
        over="0:00",
        expects="B1 19:52:00, B2 19:55:00, B3 19:57:00",
        point="B2 0:00",
        why="The break began on its time.",
    ),
    Moment(
        at="20:04:55",
        over="0:00",
        expects="B2 19:55:00, B5 20:04:45, B6 20:09:15, B7 20:13:30, C1 20:15:00",
        point="C1 0:00",
        why="B2 came by itself at the clock. B5 began 0:30 early; 20:13:30 + 1:00 = 20:14:30, and C1 waits "
        "0:30 for its time.",
    ),
    Moment(
        at="20:22:00",
        does="float C4",
        over="0:00",
        expects="C2 20:18:30, C5 20:26:00, C6 20:31:00, C7 20:36:00, D1 20:40:30",
        point="D1 0:00",
        why="Without the 4:00 of C4 part three ends at 20:36:30; D1 waits for its time.",
    ),
    Moment(
        at="20:22:30",
        does="unfloat C4",
        over="0:00",
        expects="C4 20:26:00, C5 20:30:00, D1 20:40:30",
        point="D1 0:00",
        why="Back in, as planned.",
    ),
    Moment(
        at="20:46:00",
        does="ending Recipient By video",
        over="0:00",
        expects="D3 20:45:30, D5 20:52:00, D6 20:54:00, D7 20:58:00, D8 21:02:30, E1 21:06:00",
        point="E1 0:00",
        why="D5 2:00 in place of D4 5:00: D6 at 20:54:00, D7 + 4:00, D8 + 4:30, over at 21:03:00; E1 waits.",
    ),
    Moment(
        at="21:04:00",
        over="0:00",
        expects="D8 21:02:30, E1 21:06:00",
        point="E1 0:00",
        why="D8 runs 1:00 longer than planned, into the gap before E1: it eats 1:00 of its 3:00.",
    ),
    Moment(
        at="21:22:20",
        over="0:00",
        expects="E2 21:09:30, E4 21:16:30, E5 21:22:20, E7 21:31:50, F1 21:32:20, F2 21:35:30",
        point="F1 +0:20",
        why="E4 was to end at 21:16:30 + 5:30 = 21:22:00. E7: 21:22:20 + 4:00 + 5:30 = 21:31:50.",
    ),
    Moment(
        at="21:23:00",
        does="nudge E5 -0:30",
        over="0:00",
        expects="E5 21:22:30, E6 21:26:00, F1 21:32:00",
        point="F1 0:00",
        why="21:22:30 + 3:30 = 21:26:00, + 5:30 + 0:30 = 21:32:00.",
    ),
    Moment(
        at="21:36:10",
        over="0:00",
        expects="F1 21:32:00, F2 21:35:30, F3 21:38:00, F9 21:59:00",
        point="F9 0:00",
        why="F2 came by itself at the clock.",
    ),
    Moment(
        at="21:40:00",
        does="ending Best_Film Tie",
        over="+2:30",
        expects="F3 21:38:00, F5 21:45:30, F7 21:51:30, F8 21:58:30, F9 22:01:30",
        point="F9 +2:30",
        why="F7 7:00 in place of F6 4:30. No hard start lies ahead any more, so the out moves.",
    ),
    Moment(
        at="21:40:20",
        does="buy back",
        over="0:00",
        buys="trim F8 1:30, trim F5 1:00",
        expects="F5 21:45:30, F7 21:50:30, F8 21:57:30, F9 21:59:00",
        point="F9 0:00",
        why="First in priority is F8, from 3:00 to 1:30; then F5 (of 2) from 6:00 to 5:00: 2:30. F4 (of 4) "
        "may stay. 21:45:30 + 5:00 = 21:50:30, + 7:00 = 21:57:30, + 1:30 = 21:59:00.",
    ),
    Moment(
        at="21:42:45",
        over="+0:15",
        expects="F3 21:38:00, F4 21:42:45, F9 21:59:15",
        point="F9 +0:15",
        why="F3 was to end at 21:38:00 + 4:30 = 21:42:30.",
    ),
    Moment(
        at="21:43:10",
        over="+0:30",
        expects="F4 21:43:00, F5 21:46:00, F9 21:59:30",
        point="F9 +0:30",
        why="F4 began at 21:43:00 instead of 21:42:30.",
    ),
    Moment(
        at="21:43:30",
        does="nudge F7 -0:30",
        over="0:00",
        expects="F5 21:46:00, F7 21:51:00, F8 21:57:30, F9 21:59:00",
        point="F9 0:00",
        why="F7 6:30: 21:51:00 + 6:30 = 21:57:30, + 1:30.",
    ),
    Moment(
        at="21:51:10",
        over="0:00",
        expects="F7 21:51:00, F8 21:57:30",
        point="F9 0:00",
        standby="239",
        why="The tie is called and not the one winner: after its first cue stands its second, 239.",
    ),
    Moment(
        at="21:59:10",
        over="0:00",
        expects="F9 21:59:00",
        point="out 0:00",
        why="21:59:00 + 1:00 = 22:00:00.",
    ),
    Moment(
        at="22:00:40",
        over="0:00",
        expects="F9 21:59:00",
        point="out 0:00",
        why="The last cue, 250, follows the 2 s of 249 at 21:59:57, is done at 21:59:59, and 0:01 of F9 is "
        "planned behind it: off air at 22:00:00. That stands.",
    ),
)
