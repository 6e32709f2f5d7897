"""Warning, standby, GO: which step of a call comes next, and whether a press may take it.

Owns what a show's choice of steps means, and the double-GO guard. Changes nothing: `playback.apply` does.
Knows no device and no clock.
"""

from __future__ import annotations

from showcaller.core import events as ev
from showcaller.core.position import Playback
from showcaller.core.show import Cue, Show
from showcaller.core.times import NS_PER_MS, Instant

STARTS_KEPT = 20
"""Cues whose last start by name is remembered."""

AT_SCREEN = {"key", "button"}
"""Sources of a GO whose press is also kept apart from the steps before it; remotes always GO."""


def next_step(playback: Playback, show: Show) -> ev.CallStep:
    """Return what the caller says next of the standby's call: a row that is no cue is only gone to.

    In EDIT there is only GO, which sends nothing.
    """
    if playback.mode == "edit" or show.calling == "go" or playback.stood_by:
        return "go"
    if not isinstance(show.row(playback.standby or ""), Cue):
        return "go"
    return "warning" if show.calling == "warning-standby-go" and not playback.warned else "standby"


def is_held(playback: Playback, show: Show) -> bool:
    """Say whether the caller's key stands by while it is held, and GOes when it comes up."""
    is_cue = isinstance(show.row(playback.standby or ""), Cue)
    return show.calling == "hold" and playback.mode != "edit" and is_cue


def guarded_until(playback: Playback, show: Show, *, at_screen: bool = False) -> Instant:
    """Return the first machine time of a press that the double-GO guard lets pass.

    Args:
        playback: Where the show is.
        show: The document.
        at_screen: The press is one that is kept apart from the steps before it, too.
    """
    before = _press_before(playback, at_screen=at_screen)
    if before is None:
        return Instant(0)
    cue = show.cue(playback.standby)
    guard = show.guard if cue is None or cue.guard is None else cue.guard
    return Instant(before + guard * NS_PER_MS)


def _press_before(playback: Playback, *, at_screen: bool) -> Instant | None:
    pressed = [playback.last_go_at, playback.last_step_at if at_screen else None]
    return max((one for one in pressed if one is not None), default=None)


def press_refusal(playback: Playback, show: Show, press: ev.Go | ev.SayNext) -> str | None:
    """Return why a press does nothing now, or None."""
    if playback.unconfirmed:
        return "The engine was restarted: confirm how the show goes on first."
    if playback.standby is None:
        return "Nothing stands by: this is the end of the rundown."
    if press.standby is not None and press.standby != playback.standby:
        return "The standby had moved on: GO not taken."
    step = "go"
    if isinstance(press, ev.SayNext):
        step = next_step(playback, show)
        if press.step is not None and press.step != step:
            return "The call had moved on: the press was not taken."
    return None if press.source == "auto" else _guard_refusal(playback, show, press, step)


def _guard_refusal(playback: Playback, show: Show, press: ev.Go | ev.SayNext, step: str) -> str | None:
    at_screen = isinstance(press, ev.SayNext) or press.source in AT_SCREEN
    before = _press_before(playback, at_screen=at_screen)
    if before is None or press.pressed_at >= guarded_until(playback, show, at_screen=at_screen):
        return None
    since = max(press.pressed_at - before, 0) / 1e9
    earlier = "GO" if before == playback.last_go_at else "the standby" if playback.stood_by else "the warning"
    said = {"go": "GO", "standby": "Standby", "warning": "Warning"}[step]
    return f"{said} {since:.1f} s after {earlier}: not taken."


def start_refusal(playback: Playback, show: Show, press: ev.StartCue) -> str | None:
    """Return why a cue is not started by name now, or None: its own guard keeps two presses for it apart."""
    cue = show.cue(press.cue)
    if cue is None:
        return "There is no such cue."
    if playback.mode == "edit":
        return "In EDIT nothing is sent."
    if playback.unconfirmed:
        return "The engine was restarted: confirm how the show goes on first."
    if press.source == "auto":
        return None
    pressed = [at for one, at in playback.starts if one == cue.id]
    if playback.last_called == cue.id and playback.last_go_at is not None:
        pressed.append(playback.last_go_at)
    guard = show.guard if cue.guard is None else cue.guard
    before = max(pressed, default=None)
    if before is None or press.pressed_at >= before + guard * NS_PER_MS:
        return None
    since = max(press.pressed_at - before, 0) / 1e9
    return f"Cue {cue.number} was started {since:.1f} s before: not started again."


def with_start(playback: Playback, press: ev.StartCue) -> tuple[tuple[str, Instant], ...]:
    """Return the starts by name that are remembered, with one more: the newest of each of the last cues."""
    others = [one for one in playback.starts if one[0] != press.cue]
    return (*others[-STARTS_KEPT + 1 :], (press.cue, press.pressed_at))
