"""What devices should hold: calls folded over addresses, and what would bring back the state before some.

Owns rule 7 of the design: equal addresses overrule each other, in the order in which they were set. A `Touch`
is one action as it went to its device; in which run it did stands in it. Pure: knows no device and no
playback. The engine keeps the touches of a run, and asks.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from math import isclose
from typing import Any, Literal

from msgspec import Struct

from showcaller.core.show import Action

Address = tuple[str, str]
"""Id of the device, and what is set there."""


class Touch(Struct, frozen=True, kw_only=True):
    """One address set by one action."""

    run: int
    cue: str
    device: str
    address: str
    action: Action
    """What was sent, its number filled in."""
    value: Any
    """What the address holds afterwards."""
    lasts: bool = True
    """It sets something that stays and can be set again; a go to the next cue or a played clip does not."""
    held: Any = None
    """What the address held before, as the device said or was last sent; None where nobody knows."""
    overtook: bool = False
    """It ended a fade on its way, so that what was held was on the move."""

    @property
    def key(self) -> Address:
        """Return where it went."""
        return self.device, self.address


Verdict = Literal["restore", "held", "lost", "unknown"]
"""Set again by the action that set it before; set to what the device held; cannot be set again, or what was
before cannot; nobody knows what was before."""


class Restoration(Struct, frozen=True, kw_only=True):
    """What is to be done about one address."""

    touch: Touch
    """What set it last, in the runs that are taken back."""
    verdict: Verdict
    before: Touch | None = None
    """Of `restore`: what set it before. Of `lost`: the one that cannot be repeated, where it is another."""
    value: Any = None
    """Of `held`: what the address held."""


def fold(touches: Iterable[Touch]) -> Mapping[Address, Touch]:
    """Return the last touch of each address: the state that the devices should be in."""
    return {touch.key: touch for touch in touches}


def is_same(one: Any, other: Any) -> bool:
    """Say whether two values are one to a device: numbers come back with the rounding of its wire."""
    numbers = isinstance(one, int | float) and isinstance(other, int | float)
    if numbers and not isinstance(one, bool) and not isinstance(other, bool):
        return isclose(one, other, rel_tol=1e-3, abs_tol=1e-3)
    return type(one) is type(other) and bool(one == other)


def restorations(touches: Sequence[Touch], runs: Container[int]) -> Sequence[Restoration]:
    """Return what would bring back the state before these runs, address by address, in the calls' order.

    An address that something else has set since is left alone, and so is one that holds what it held before.

    Args:
        touches: All touches, in the order in which they were made.
        runs: The runs that are taken back.
    """
    now = fold(touches)
    before = fold(touch for touch in touches if touch.run not in runs)
    found: list[Restoration] = []
    for key, first in _firsts(touches, runs).items():
        touch = now[key]
        if touch.run in runs:
            restoration = _restore(touch, first, before.get(key))
            if restoration is not None:
                found.append(restoration)
    return found


def _firsts(touches: Iterable[Touch], runs: Container[int]) -> Mapping[Address, Touch]:
    firsts: dict[Address, Touch] = {}
    for touch in touches:
        if touch.run in runs:
            firsts.setdefault(touch.key, touch)
    return firsts


def _restore(touch: Touch, first: Touch, before: Touch | None) -> Restoration | None:
    if not touch.lasts:
        return Restoration(touch=touch, verdict="lost")
    if before is not None and not before.lasts:
        return Restoration(touch=touch, verdict="lost", before=before)
    by_hand = first.held is not None and not first.overtook
    if before is not None and (not by_hand or is_same(first.held, before.value)):
        if is_same(touch.value, before.value):
            return None
        return Restoration(touch=touch, verdict="restore", before=before)
    if first.held is None or first.overtook:
        return Restoration(touch=touch, verdict="unknown")
    if is_same(touch.value, first.held):
        return None
    return Restoration(touch=touch, verdict="held", value=first.held)
