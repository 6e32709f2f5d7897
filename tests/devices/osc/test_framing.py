"""Packets come out of a TCP stream whole, whatever way the network cut it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pythonosc import slip

from showcaller.devices.driver import CodecError
from showcaller.devices.osc.framing import LARGEST_PACKET, LengthPrefix, Slip

packets = st.lists(st.binary(min_size=1, max_size=60) | st.just(b"\xc0\xdb\xdc\xdd" * 3), max_size=8)


def cut(stream: bytes, places: list[int]) -> list[bytes]:
    ends = sorted({place % (len(stream) + 1) for place in places} | {len(stream)})
    return [stream[start:end] for start, end in zip([0, *ends], ends, strict=False)]


@pytest.mark.parametrize("framing", [LengthPrefix, Slip])
@given(packets=packets, places=st.lists(st.integers(0, 10_000), max_size=20))
def test_any_cut_of_the_stream_gives_the_same_packets(framing, packets, places):
    stream = b"".join(map(framing().frame, packets))
    reader = framing()
    assert [packet for part in cut(stream, places) for packet in reader.feed(part)] == packets


@given(packets)
def test_slip_with_a_single_end_between_packets_is_read(packets):
    stream = b"".join(Slip().frame(packet)[1:] for packet in packets)
    assert Slip().feed(stream) == packets


@given(st.binary(min_size=1, max_size=60))
def test_slip_frames_are_those_of_an_independent_encoder(packet):
    assert Slip().frame(packet) == slip.encode(packet)


def test_the_eos_ping_has_the_bytes_of_osc_1_0_over_tcp():
    ping = bytes.fromhex("2f656f732f70696e67000000 2c000000")
    assert LengthPrefix().frame(ping) == bytes.fromhex("00000010 2f656f732f70696e67000000 2c000000")


def test_empty_packets_are_passed_over():
    assert LengthPrefix().feed(bytes(8) + b"\0\0\0\x01x") == [b"x"]
    assert Slip().feed(b"\xc0\xc0\xc0x\xc0\xc0") == [b"x"]


def test_a_slip_stream_read_as_length_prefix_is_refused_with_the_likely_cause():
    with pytest.raises(CodecError, match="SLIP"):
        LengthPrefix().feed(Slip().frame(b"/eos/out/ping\0\0\0,\0\0\0"))


def test_a_stream_that_never_ends_a_packet_is_refused():
    with pytest.raises(CodecError, match="length"):
        Slip().feed(b"x" * (LARGEST_PACKET + 1))
