"""The device kinds: one file or folder each, listed here and nowhere else."""

from showcaller.devices import midi, obs, osc
from showcaller.devices.driver import DeviceKind

DEVICE_KINDS: tuple[DeviceKind, ...] = (obs.KIND, *osc.KINDS, *midi.KINDS)
