"""Lighting and sound desks over OSC: one device kind for each profile in `resources/profiles/osc/`.

Owns the making of kinds from profiles. Every kind also has the plain message: an address is always possible.
"""

from __future__ import annotations

from collections.abc import Sequence

from showcaller.assets import asset
from showcaller.devices.driver import DeviceKind
from showcaller.devices.osc.desk import Desk
from showcaller.devices.osc.driver import OscDriver
from showcaller.devices.osc.profile import Profile, load_profiles
from showcaller.devices.osc.simulator import SimulatedDesk

__all__ = ["KINDS"]

_PLAIN = "osc"
_MESSAGE = "message"


def _kinds(profiles: Sequence[Profile]) -> tuple[DeviceKind, ...]:
    plain = next(profile for profile in profiles if profile.name == _PLAIN)
    message = next(action for action in plain.actions if action.name == _MESSAGE)
    return tuple(
        _kind(Desk(profile) if profile is plain else Desk(profile, (message,))) for profile in profiles
    )


def _kind(desk: Desk) -> DeviceKind:
    return DeviceKind(
        name=desk.profile.name,
        title=desk.profile.title,
        settings=desk.settings,
        actions=tuple(action.kind for action in desk.actions),
        make_driver=lambda settings, host: OscDriver(desk, settings, host),
        make_simulator=lambda settings, _names: SimulatedDesk(desk, settings),
        confirms=desk.confirms,
        number_default=desk.profile.number_default,
        examples=tuple(action.example for action in desk.actions),
    )


KINDS: tuple[DeviceKind, ...] = _kinds(load_profiles(asset("profiles/osc")))
