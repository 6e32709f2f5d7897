"""liblo, an independent OSC implementation, reads what we send and we read what it sends."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from showcaller.core.reports import Health
from showcaller.devices.osc import KINDS
from showcaller.devices.osc.codec import Message, MidiBytes, decode, encode, encode_bundle
from tests.devices.host import LoopHost
from tests.devices.osc.desks import bare_udp, kind_of, opened, order_of, port_of
from tests.real import peers

EVERY_TYPE = Message(
    "/all/types",
    (1, 0.5, "two words", b"\x01\x02\xff", 2**40, 0.25, True, False, None, "c", MidiBytes((0, 144, 60, 100))),
    "ifsbhdTFNcm",
)
AS_OSCDUMP_SAYS = (
    '/all/types ifsbhdTFNcm 1 0.500000 "two words" [3b 0x1 0x2 0xff] 1099511627776 0.250000 '
    "#T #F Nil 'c' MIDI [0x00 0x90 0x3c 0x64]"
)


class OscDump:
    """One `oscdump`, its lines without their time stamps."""

    def __init__(self, transport: str) -> None:
        peers.require("liblo")
        self.transport = transport
        kind = socket.SOCK_DGRAM if transport == "udp" else socket.SOCK_STREAM
        self.port = peers.free_port(kind)
        program = shutil.which("oscdump")
        assert program is not None
        self._process = subprocess.Popen(
            [program, "-L", f"osc.{transport}://:{self.port}"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._text = b""
        deadline = time.monotonic() + 10
        while not self._answers():
            assert self._process.poll() is None, "oscdump ended by itself"
            assert time.monotonic() < deadline, "oscdump does not listen"

    def _answers(self) -> bool:
        kind = socket.SOCK_DGRAM if self.transport == "udp" else socket.SOCK_STREAM
        with socket.socket(socket.AF_INET, kind) as probe:
            if probe.connect_ex(("127.0.0.1", self.port)):
                self._read(0.02)
                return False
            if self.transport == "tcp":
                return True
            with contextlib.suppress(ConnectionRefusedError):
                probe.send(encode(Message("/ready")))
            self._read(0.05)
            return b"/ready" in self._text

    def _read(self, seconds: float) -> None:
        assert self._process.stdout is not None
        if select.select([self._process.stdout], [], [], seconds)[0]:
            self._text += os.read(self._process.stdout.fileno(), 65_536)

    def lines(self, count: int) -> list[str]:
        """Return the lines so far, when there are that many, not counting probes."""
        deadline = time.monotonic() + 10
        while True:
            whole = self._text.decode().rpartition("\n")[0].splitlines()
            found = [line.partition(" ")[2].rstrip() for line in whole]
            found = [line for line in found if not line.startswith("/ready")]
            if len(found) >= count:
                return found
            assert time.monotonic() < deadline, f"oscdump saw only {found}"
            self._read(0.1)

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(5)
        assert self._process.stdout is not None
        self._process.stdout.close()


@contextmanager
def oscdump(transport: str = "udp") -> Iterator[OscDump]:
    dump = OscDump(transport)
    try:
        yield dump
    finally:
        dump.close()


def oscsend(port: int, *words: str) -> None:
    peers.require("liblo")
    program = shutil.which("oscsend")
    assert program is not None
    subprocess.run([program, "127.0.0.1", str(port), *words], check=True, timeout=10)


def test_liblo_reads_every_argument_type_as_meant():
    with oscdump() as dump, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.sendto(encode(EVERY_TYPE), ("127.0.0.1", dump.port))
        sock.sendto(encode_bundle([Message("/b", (1,)), Message("/c")]), ("127.0.0.1", dump.port))
        assert dump.lines(3) == [AS_OSCDUMP_SAYS, "/b i 1", "/c"]


def test_we_read_every_argument_type_of_liblo_as_meant():
    with bare_udp() as sock:
        oscsend(
            port_of(sock),
            "/all",
            "ifshdcTFNm",
            "-7",
            "0.5",
            "two words",
            "5000000000",
            "0.25",
            "q",
            "00903c64",
        )
        (message,) = decode(sock.recv(65_535))
    assert message == Message(
        "/all",
        (-7, 0.5, "two words", 5_000_000_000, 0.25, "q", True, False, None, MidiBytes((0, 144, 60, 100))),
        "ifshdcTFNm",
    )


@pytest.mark.parametrize("transport", ["udp", "tcp-length", "tcp-slip"])
def test_the_driver_speaks_to_liblo_over_every_transport(transport):
    with (
        oscdump(transport.partition("-")[0]) as dump,
        LoopHost() as host,
        opened(host, "osc", port=dump.port, transport=transport) as driver,
    ):
        host.wait_for_health("ready")
        orders = [
            order_of(kind_of("osc"), "message", address="/go", arguments='1 0.5 "two words" true h:7'),
            order_of(kind_of("osc"), "value", address="/fader", arguments="3", value=0.75),
        ]
        host.call(lambda: driver.send(driver.prepare(orders), 1))
        for index in range(2):
            host.wait_for_outcome(1, "sent", index)
        assert dump.lines(2) == ['/go ifsTh 1 0.500000 "two words" #T 7', "/fader if 3 0.750000"]
        assert [health.state for health in host.reports(Health)] == ["opening", "ready"]


def test_liblo_understands_every_example_of_every_desk():
    with oscdump() as dump, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock, LoopHost() as host:
        expected = []
        for kind in KINDS:
            settings = kind.settings()
            driver = kind.make_driver(settings, host)
            for frame in driver.prepare(kind.examples).frames:
                sock.sendto(frame, ("127.0.0.1", dump.port))
                expected += [f"{message.address} {message.tags}".strip() for message in decode(frame)]
        seen = [line.split(" ") for line in dump.lines(len(expected))]
        assert [" ".join(words[:2]).strip() for words in seen] == expected
        assert "/eos/cue/1/24/fire" in expected
