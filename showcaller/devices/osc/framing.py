"""Where one OSC packet ends and the next begins in a TCP stream.

Owns the two framings: a 32-bit big-endian length before each packet (OSC 1.0; Eos on 3032) and SLIP
with an END on both sides (OSC 1.1; Eos on 3037, QLab). Pure: bytes go in, packets come out, whatever
way the network cut them. Knows no socket and no OSC.
"""

from __future__ import annotations

from typing import Protocol

from showcaller.devices.driver import CodecError

LARGEST_PACKET = 1_000_000
"""A longer packet, in bytes, is a sign of the other framing."""

_END, _ESC, _ESC_END, _ESC_ESC = 0xC0, 0xDB, 0xDC, 0xDD


class Framing(Protocol):
    """One direction of one stream; a new connection takes a new one."""

    def frame(self, packet: bytes) -> bytes:
        """Return the packet as it goes into the stream; keeps nothing."""

    def feed(self, received: bytes) -> list[bytes]:
        """Take bytes from the stream and return the packets that they complete.

        Raises:
            CodecError: The stream is not framed like this and cannot be read on.
        """


class LengthPrefix:
    """A 32-bit big-endian byte count before each packet."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def frame(self, packet: bytes) -> bytes:
        """Return the packet with its length before it."""
        return len(packet).to_bytes(4, "big") + packet

    def feed(self, received: bytes) -> list[bytes]:
        """Return the packets that are complete now."""
        self._rest += received
        packets: list[bytes] = []
        while len(self._rest) >= 4:
            size = int.from_bytes(self._rest[:4], "big")
            if size > LARGEST_PACKET:
                raise CodecError("The stream has no length before each packet. Does the device want SLIP?")
            if len(self._rest) < 4 + size:
                break
            if size:
                packets.append(bytes(self._rest[4 : 4 + size]))
            del self._rest[: 4 + size]
        return packets


class Slip:
    """RFC 1055: END on both sides, END and ESC inside escaped; a single END between packets is read too."""

    def __init__(self) -> None:
        self._packet = bytearray()
        self._escaped = False

    def frame(self, packet: bytes) -> bytes:
        """Return the packet escaped, between two ENDs."""
        escaped = packet.replace(b"\xdb", b"\xdb\xdd").replace(b"\xc0", b"\xdb\xdc")
        return b"\xc0" + escaped + b"\xc0"

    def feed(self, received: bytes) -> list[bytes]:
        """Return the packets that are complete now; a broken escape is kept as it came, as RFC 1055 says."""
        packets: list[bytes] = []
        for byte in received:
            if byte == _END:
                if self._packet:
                    packets.append(bytes(self._packet))
                self._packet.clear()
                self._escaped = False
            elif self._escaped:
                self._packet.append({_ESC_END: _END, _ESC_ESC: _ESC}.get(byte, byte))
                self._escaped = False
            elif byte == _ESC:
                self._escaped = True
            else:
                self._packet.append(byte)
            if len(self._packet) > LARGEST_PACKET:
                raise CodecError(
                    "The stream has no SLIP ends. Does the device want a length before each packet?"
                )
        return packets
