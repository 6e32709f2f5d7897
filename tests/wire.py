"""A device that is only a UDP socket: it keeps what came and when the kernel had it.

The kernel's time stamp is that of the byte on the wire, however late this process reads it. Knows OSC
just enough to tell which cue of a test show a packet is.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass

from pythonosc.osc_message import OscMessage

from tests.engine_process import PATIENCE

SO_TIMESTAMPNS = 35
"""Linux: the kernel's time of reception comes beside each datagram (`man 7 socket`)."""
_ROOM = socket.CMSG_SPACE(16)


@dataclass(frozen=True)
class Heard:
    """One packet."""

    packet: bytes
    at: int
    """When the kernel had it, on the machine's monotonic clock in nanoseconds."""

    @property
    def message(self) -> tuple[str, tuple[object, ...]]:
        """Address and arguments."""
        message = OscMessage(self.packet)
        return message.address, tuple(message.params)

    @property
    def place(self) -> int:
        """The argument of a cue of `tests.osc_shows`: which cue it is."""
        place = self.message[1][0]
        assert isinstance(place, int)
        return place


class Wire:
    """One UDP port."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.port: int = self.socket.getsockname()[1]

    def hear(self, patience: float = PATIENCE) -> Heard:
        """Wait for a packet.

        Raises:
            TimeoutError: None came.
        """
        self.socket.settimeout(patience)
        packet, beside, _, _ = self.socket.recvmsg(65_535, _ROOM)
        ((_, _, stamp),) = beside
        seconds, nanoseconds = struct.unpack("qq", stamp)
        # The stamp is wall time; both clocks run alike over the moments that a packet lies here.
        ahead = time.time_ns() - time.monotonic_ns()
        return Heard(packet, seconds * 1_000_000_000 + nanoseconds - ahead)

    def hear_all(self, count: int) -> list[Heard]:
        """Wait for so many packets."""
        return [self.hear() for _ in range(count)]

    def hear_until_silent(self, seconds: float) -> list[Heard]:
        """Return what comes until nothing has come for so long."""
        heard: list[Heard] = []
        with contextlib.suppress(TimeoutError):
            while True:
                heard.append(self.hear(seconds))
        return heard

    def close(self) -> None:
        """Give the port back."""
        self.socket.close()


@contextlib.contextmanager
def wires(count: int) -> Iterator[list[Wire]]:
    """So many ports."""
    opened = [Wire() for _ in range(count)]
    try:
        yield opened
    finally:
        for wire in opened:
            wire.close()
