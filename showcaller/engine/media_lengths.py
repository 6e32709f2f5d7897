"""How long the clips of a show are: what its cues say of the media that they start.

Pure. The rack tells it to simulated devices, so that a clip lasts in a rehearsal as long as it was planned.
"""

from __future__ import annotations

from collections.abc import Mapping

from showcaller.core.forms import FormError, read_values
from showcaller.core.show import Cue, Show
from showcaller.core.times import Duration
from showcaller.devices.driver import DeviceKind

Lengths = Mapping[str, Mapping[str, Duration]]
"""By device id and address of the media."""


def media_lengths(show: Show, kinds: Mapping[str, DeviceKind]) -> Lengths:
    """Return the length of each medium that a cue starts and that has a duration; the longest of several."""
    starting = {
        (device.id, action.name): action
        for device in show.devices
        if device.kind in kinds
        for action in kinds[device.kind].actions
        if action.starts_media
    }
    found: dict[str, dict[str, Duration]] = {}
    for cue in show.rundown:
        if not isinstance(cue, Cue) or not cue.duration:
            continue
        for action in cue.actions:
            kind = starting.get((action.device, action.kind))
            if kind is None:
                continue
            try:
                address = kind.media(read_values(kind.payload, action.fields))
            except FormError:
                continue
            if address is not None:
                lengths = found.setdefault(action.device, {})
                lengths[address] = Duration(max(cue.duration, lengths.get(address, 0)))
    return found
