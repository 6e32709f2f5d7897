"""A profile made ready for use: its settings type, its actions, and what its messages tell.

Owns the meaning of a profile for one connection, without any connection: pure. Used by the driver and by
the simulator, so that both read the same file; liblo and known bytes keep them honest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from showcaller.core.reports import Value
from showcaller.devices.driver import UnsendableError
from showcaller.devices.osc.actions import Action, message_of, struct_of
from showcaller.devices.osc.codec import Message, encode
from showcaller.devices.osc.laws import LAWS
from showcaller.devices.osc.profile import (
    ActionPlan,
    FieldPlan,
    MessagePlan,
    Option,
    Profile,
    ReportPlan,
)
from showcaller.devices.osc.templates import fill, match, single_field

_TRANSPORTS = {
    "udp": "UDP",
    "tcp-length": "TCP, length before each packet (OSC 1.0)",
    "tcp-slip": "TCP, SLIP (OSC 1.1)",
}


def _settings_fields(profile: Profile) -> tuple[FieldPlan, ...]:
    return (
        FieldPlan(
            name="host",
            title="Host",
            type="text",
            default="127.0.0.1",
            help="Name or IP address of the desk.",
        ),
        FieldPlan(
            name="port",
            title="Port",
            type="integer",
            minimum=1,
            maximum=65535,
            default=profile.port,
            help="Where the desk receives OSC.",
        ),
        FieldPlan(
            name="transport",
            title="Transport",
            type="choice",
            default=profile.transports[0],
            choices=tuple(Option(value=it, title=_TRANSPORTS[it]) for it in profile.transports),
        ),
        FieldPlan(
            name="reply_port",
            title="Reply port",
            type="integer",
            minimum=0,
            maximum=65535,
            default=profile.reply_port,
            help="UDP only: the port that the desk answers to. 0: it answers to where we send from.",
        ),
        *profile.settings,
    )


class Desk:
    """One kind of desk."""

    def __init__(self, profile: Profile, more_actions: tuple[ActionPlan, ...] = ()) -> None:
        self.profile = profile
        self.title = profile.title.removesuffix(" (OSC)")
        self.settings = struct_of(f"{profile.name} settings", _settings_fields(profile))
        self.actions = tuple(Action(plan, self.title) for plan in (*profile.actions, *more_actions))
        self._actions = {action.plan.name: action for action in self.actions}
        self.resync = tuple(
            fill(plan.address, {"n": n}) for plan in profile.resync for n in range(plan.first, plan.last + 1)
        )

    @property
    def confirms(self) -> bool:
        """Whether the desk can prove any of its actions."""
        return any(action.plan.confirm or action.plan.read_back for action in self.actions)

    def action(self, name: str) -> Action:
        """Return the action of that name.

        Raises:
            UnsendableError: There is none.
        """
        if name not in self._actions:
            raise UnsendableError(f"{self.title} has no action “{name}”.")
        return self._actions[name]

    def packet(self, plan: MessagePlan, settings: Mapping[str, Any]) -> bytes:
        """Return a message that needs nothing but settings."""
        return encode(message_of(plan, settings))

    def found(self, message: Message) -> str:
        """Return what the answer to a heartbeat says about the desk, or nothing."""
        heartbeat = self.profile.heartbeat
        try:
            return fill(heartbeat.found, _arguments(message)) if heartbeat else ""
        except KeyError:
            return ""

    def reports(self, message: Message) -> Iterator[tuple[str, Value]]:
        """Yield the action addresses that a message tells about, and what they hold, in the form's units."""
        for plan in self.profile.reports:
            found = match(plan.pattern, message.address)
            if found is None:
                continue
            values = {**found, **_arguments(message)}
            try:
                value = _told(plan.value, plan.law, values)
                address = fill(plan.address, values) if plan.address else message.address
            except (KeyError, TypeError, ValueError):
                continue
            if isinstance(value, str | int | float | bool):
                yield address, value

    def status(self, message: Message) -> dict[str, Value]:
        """Return the lines of status that a message tells."""
        told: dict[str, Value] = {}
        for plan in self.profile.status:
            found = match(plan.pattern, message.address)
            if found is not None and message.args:
                value = _told(plan.value, "as it is", {**found, **_arguments(message)})
                if isinstance(value, str | int | float | bool):
                    told[plan.name] = value
        return told

    def readable(self, address: str) -> ReportPlan | None:
        """Return the report whose value can be asked for at an address, or None."""
        return next(
            (it for it in self.profile.reports if it.initial and match(it.pattern, address) is not None), None
        )


def _arguments(message: Message) -> dict[str, Any]:
    return {str(index): value for index, value in enumerate(message.args)}


def _told(template: str, law: str, values: Mapping[str, Any]) -> Any:
    single = single_field(template)
    return LAWS[law].from_wire(values[single]) if single else fill(template, values)
