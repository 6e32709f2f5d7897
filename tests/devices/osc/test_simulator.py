"""A simulated desk behaves as the real one does, seen from a bare socket."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

import pytest

from showcaller.core.reports import Simulated
from showcaller.core.times import NS_PER_MS, Duration, Instant
from showcaller.devices.driver import Simulator
from showcaller.devices.osc.codec import Message, decode, encode
from showcaller.devices.osc.framing import LengthPrefix
from tests.devices.host import LoopHost
from tests.devices.osc.desks import bare_udp, kind_of, settings_of


class LaterHost(LoopHost):
    """A loop whose clock can be put forward."""

    later = 0

    def now(self) -> Instant:
        return Instant(super().now() + self.later * NS_PER_MS)


@contextlib.contextmanager
def desk(name: str, **settings) -> Iterator[tuple[LaterHost, Simulator, tuple[str, int]]]:
    kind = kind_of(name)
    simulator = kind.make_simulator(settings_of(kind, **settings), {})
    with LaterHost() as host:
        led = host.call(lambda: simulator.open(host))
        try:
            yield host, simulator, (led["host"], led["port"])
        finally:
            host.call(simulator.close)


def ask(sock: socket.socket, to, *messages: Message) -> list[Message]:
    """Send messages, then a question whose answer ends the list of answers."""
    for message in messages:
        sock.sendto(encode(message), to)
    sock.sendto(encode(Message("/main/st/mix/on")), to)
    answers: list[Message] = []
    while not answers or answers[-1].address != "/main/st/mix/on":
        answers += decode(sock.recv(65_535))
    return answers[:-1]


def rows(host: LoopHost) -> dict[str, str]:
    return dict(host.reports(Simulated)[-1].rows)


def test_a_desk_listens_on_a_free_loopback_port_of_its_own():
    with desk("x32") as (_, _, one), desk("x32") as (_, _, other):
        assert one[0] == other[0] == "127.0.0.1"
        assert one[1] != other[1]


def test_an_x32_answers_reads_with_what_was_set_and_its_setter_gets_no_echo():
    with desk("x32") as (_, _, there), bare_udp() as sock:
        assert ask(sock, there, Message("/ch/01/mix/fader")) == [Message("/ch/01/mix/fader", (0.0,), "f")]
        assert ask(sock, there, Message("/ch/01/mix/fader", (0.5,))) == []
        assert ask(sock, there, Message("/ch/01/mix/fader")) == [Message("/ch/01/mix/fader", (0.5,), "f")]


def test_an_x32_says_what_it_is_and_answers_recalls():
    with desk("x32") as (_, _, there), bare_udp() as sock:
        (answer,) = ask(sock, there, Message("/xinfo"))
        assert (answer.address, answer.tags, answer.args[2:]) == ("/xinfo", "ssss", ("X32", "4.06"))
        assert ask(sock, there, Message("/load", ("scene", 5))) == [Message("/load", ("scene", 1), "si")]


def test_an_x32_pushes_changes_to_others_for_ten_seconds_after_they_asked():
    with desk("x32") as (host, _, there), bare_udp() as one, bare_udp() as other:
        ask(other, there, Message("/xremote"))
        ask(one, there, Message("/ch/02/mix/on", (0,)))
        assert ask(other, there) == [Message("/ch/02/mix/on", (0,), "i")]
        host.later = 10_001
        ask(one, there, Message("/ch/02/mix/on", (1,)))
        assert ask(other, there) == []


def test_an_x32_pushes_to_four_at_most():
    with desk("x32") as (_, _, there), contextlib.ExitStack() as stack:
        socks = [stack.enter_context(bare_udp()) for _ in range(6)]
        for sock in socks[:5]:
            ask(sock, there, Message("/xremote"))
        ask(socks[5], there, Message("/dca/1/on", (0,)))
        assert [len(ask(sock, there)) for sock in socks] == [1, 1, 1, 1, 0, 0]


def test_an_eos_answers_a_ping_with_its_own_words_and_a_fired_cue_with_events():
    with desk("eos", transport="udp") as (host, _, there), bare_udp() as sock:
        sock.sendto(encode(Message("/eos/ping", ("abc", 3))), there)
        assert decode(sock.recv(4096)) == (Message("/eos/out/ping", ("abc", 3), "si"),)
        sock.sendto(encode(Message("/eos/cue/2/7.5/fire")), there)
        addresses = [decode(sock.recv(4096))[0].address for _ in range(4)]
        assert addresses[0] == "/eos/out/event/cue/2/7.5/fire"
        assert "/eos/out/active/cue/2/7.5" in addresses
        assert rows(host) == {"Fire cue": "Cue 7.5 in list 2"}


def test_the_release_of_a_key_is_no_second_press():
    with desk("eos", transport="udp") as (host, _, there), bare_udp() as sock:
        for value in (1.0, 0.0):
            sock.sendto(encode(Message("/eos/key/go_0", (value,))), there)
        sock.sendto(encode(Message("/eos/ping")), there)
        while decode(sock.recv(4096))[0].address != "/eos/out/ping":
            pass
        assert rows(host) == {"Go, main playback": "Go on the main playback"}
        assert len(host.reports(Simulated)) == 1


def test_what_no_action_means_is_shown_as_it_came():
    with desk("osc") as (host, _, there), bare_udp() as sock:
        sock.sendto(encode(Message("/a/b", (1, 0.5, "x"))), there)
        sock.sendto(encode(Message("/bare")), there)
        sock.sendto(b"garbage", there)
        host.wait_for(lambda: host.reports(Simulated) and "Not understood" in rows(host))
        assert rows(host)["/a/b"] == 'i:1 f:0.5 s:"x"'
        assert rows(host)["/bare"] == "no arguments"


def test_only_the_newest_rows_are_shown():
    with desk("osc") as (host, _, there), bare_udp() as sock:
        for number in range(30):
            sock.sendto(encode(Message(f"/{number}")), there)
        host.wait_for(lambda: host.reports(Simulated) and "/29" in rows(host))
        assert list(rows(host)) == [f"/{number}" for number in range(18, 30)]


def test_latency_delays_answers_and_nothing_else():
    with desk("x32") as (host, simulator, there), bare_udp() as sock:
        host.call(lambda: simulator.misbehave("none", Duration(100)))
        before = host.now()
        sock.sendto(encode(Message("/dca/1/on", (0,))), there)
        host.wait_for(lambda: host.reports(Simulated))
        sock.sendto(encode(Message("/dca/1/on")), there)
        assert decode(sock.recv(4096)) == (Message("/dca/1/on", (0,), "i"),)
        assert host.now() - before >= 100 * NS_PER_MS


def test_a_refusing_desk_answers_heartbeats_and_reads_but_obeys_nothing():
    with desk("x32") as (host, simulator, there), bare_udp() as sock:
        host.call(lambda: simulator.misbehave("refuse"))
        assert ask(sock, there, Message("/dca/1/on", (0,))) == []
        assert ask(sock, there, Message("/load", ("scene", 5))) == [Message("/load", ("scene", 0), "si")]
        assert ask(sock, there, Message("/dca/1/on")) == [Message("/dca/1/on", (1,), "i")]
        assert host.reports(Simulated) == []


def test_a_silent_desk_says_nothing_until_it_behaves_again():
    with desk("x32") as (host, simulator, there), bare_udp() as sock:
        host.call(lambda: simulator.misbehave("silent"))
        sock.sendto(encode(Message("/xinfo")), there)
        host.call(lambda: simulator.misbehave("none"))
        assert ask(sock, there) == []


@pytest.mark.parametrize("transport", ["udp", "tcp-length"])
def test_a_desk_that_was_gone_comes_back_at_the_same_port(transport):
    with desk("eos", transport=transport) as (host, simulator, there):
        host.call(lambda: simulator.misbehave("disconnect"))
        host.call(lambda: simulator.misbehave("none"))
        kind = socket.SOCK_DGRAM if transport == "udp" else socket.SOCK_STREAM
        framing = LengthPrefix()
        with socket.socket(socket.AF_INET, kind) as sock:
            sock.settimeout(5)
            sock.connect(there)
            ping = encode(Message("/eos/ping"))
            sock.send(ping if transport == "udp" else framing.frame(ping))
            answer = sock.recv(4096)
            packet = answer if transport == "udp" else framing.feed(answer)[0]
            assert decode(packet) == (Message("/eos/out/ping"),)


def test_a_stream_with_the_wrong_framing_is_dropped_as_the_desk_does():
    with desk("eos", transport="tcp-length") as (_, _, there), socket.create_connection(there, 5) as sock:
        sock.sendall(b"\xc0/eos/ping\0\0\0,\0\0\0\xc0")
        assert sock.recv(4096) == b""
