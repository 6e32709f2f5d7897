"""The driver against the simulated desk of its profile, over real sockets."""

from __future__ import annotations

import threading

import pytest

from showcaller.core.reports import Health, Latency, Outcome, Reported, Simulated
from showcaller.core.times import Duration
from showcaller.devices.driver import UnsendableError
from showcaller.devices.osc import KINDS
from showcaller.devices.osc.codec import Message, encode
from tests.devices.host import LoopHost
from tests.devices.osc.desks import (
    bare_tcp,
    bare_udp,
    joined,
    kind_of,
    next_messages,
    opened,
    order_of,
    port_of,
    reply,
    settings_of,
)

EVERY_TRANSPORT = [
    (kind.name, choice.value) for kind in KINDS for choice in kind.form().settings.field("transport").choices
]


@pytest.mark.parametrize(("name", "transport"), EVERY_TRANSPORT)
def test_every_action_reaches_the_desk_and_gets_the_outcome_its_kind_promises(name, transport):
    with joined(name, transport=transport) as desk:
        for token, example in enumerate(desk.kind.examples):
            desk.send(token, example)
            desk.host.wait_for(lambda t=token: desk.host.outcomes(t))
            (outcome,) = desk.host.outcomes(token)
            assert outcome.result in {"sent", "confirmed"}, outcome
            # Where the address is the user's own, the desk cannot know more than the address.
            has_own_address = name in {"osc", "qlcplus"} or example.kind == "message"
            title = desk.kind.action(example.kind).title
            desk.host.wait_for(
                lambda title=title, any_will_do=has_own_address: (
                    desk.shown() if any_will_do else title in desk.shown()
                )
            )
            desk.host.forget()
        assert all(health.state != "lost" for health in desk.host.reports(Health))


@pytest.mark.parametrize("transport", ["tcp-length", "tcp-slip", "udp"])
def test_an_eos_cue_is_confirmed_by_the_desk_and_shown_with_its_list(transport):
    with joined("eos", transport=transport) as desk:
        desk.send(7, desk.order("cue", cue="24.5", list=3))
        desk.host.wait_for_outcome(7, "confirmed")
        assert [outcome.result for outcome in desk.host.outcomes(7)] == ["confirmed"]
        desk.host.wait_for(lambda: desk.host.status().get("active cue") == "3/24.5 3.0 0%")
        assert desk.host.reported("/eos/cue/3") == "24.5"
        assert desk.shown() == {"Fire cue": "Cue 24.5 in list 3"}


def test_the_address_of_an_order_is_the_one_that_the_desk_reports():
    with joined("eos") as desk:
        order = desk.order("cue", cue="24", list=1)
        action = desk.kind.action("cue")
        desk.send(1, order)
        desk.host.wait_for_outcome(1, "confirmed")
        assert desk.host.reported(action.address(order.payload)) == action.value(order.payload) == "24"


def test_all_orders_of_a_set_get_an_outcome_of_their_own():
    with joined("eos") as desk:
        orders = [desk.order("cue", cue="1"), desk.order("command", command="Chan 1 Full#")]
        desk.send(3, *orders, desk.order("macro", macro=4))
        desk.host.wait_for_outcome(3, "confirmed", 0)
        desk.host.wait_for_outcome(3, "sent", 1)
        desk.host.wait_for_outcome(3, "confirmed", 2)
        desk.host.wait_for(lambda: "Fire macro" in desk.shown())
        assert desk.shown() == {
            "Fire cue": "Cue 1 in list 1",
            "Command line": "Chan 1 Full#",
            "Fire macro": "Macro 4",
        }


def test_an_eos_that_ignores_commands_confirms_nothing_and_fails_nothing():
    with joined("eos") as desk:
        desk.host.call(lambda: desk.desk.misbehave("refuse"))
        desk.send(1, desk.order("cue", cue="24"))
        desk.host.call(lambda: desk.desk.misbehave("none"))
        desk.send(2, desk.order("cue", cue="25"))
        desk.host.wait_for_outcome(2, "confirmed")
        assert desk.host.outcomes(1) == []


def test_an_x32_level_is_confirmed_by_reading_it_back_in_db():
    with joined("x32") as desk:
        desk.send(1, desk.order("fader", strip="dca", number=3, level=-12.5))
        desk.host.wait_for_outcome(1, "confirmed")
        assert desk.host.reported("/dca/3/fader") == pytest.approx(-12.5, abs=0.01)
        assert desk.shown() == {"Fader": "DCA 3 fader to −12.5 dB"}


def test_an_x32_mute_is_reported_as_muted():
    with joined("x32") as desk:
        assert desk.host.reported("/ch/05/mix/on") is False
        desk.send(1, desk.order("mute", strip="channel", number=5, muted=True))
        desk.host.wait_for_outcome(1, "confirmed")
        assert desk.host.reported("/ch/05/mix/on") is True


def test_an_x32_is_ready_only_when_its_faders_are_read():
    with joined("x32") as desk:
        reports = desk.host.all_reports()
        ready = next(n for n, it in enumerate(reports) if isinstance(it, Health) and it.state == "ready")
        read = {it.address for it in reports[:ready] if isinstance(it, Reported)}
        assert {"/ch/01/mix/fader", "/ch/32/mix/on", "/bus/16/mix/fader", "/main/st/mix/on"} <= read
        assert reports[ready].sentence == "X32 “Simulated”, firmware 4.06"
        assert desk.host.reports(Latency)


def test_an_x32_value_that_the_desk_snapped_to_its_steps_is_confirmed():
    with (
        LoopHost() as host,
        bare_udp() as desk,
        opened(host, "x32", port=port_of(desk)) as driver,
        ServingX32(desk, snap=1023),
    ):
        host.wait_for_health("ready")
        order = order_of(kind_of("x32"), "fader", number=1, level=-17.3)
        host.call(lambda: driver.send(driver.prepare([order]), 1))
        host.wait_for_outcome(1, "confirmed")


def test_an_x32_value_that_somebody_holds_elsewhere_is_not_confirmed():
    with (
        LoopHost() as host,
        bare_udp() as desk,
        opened(host, "x32", port=port_of(desk)) as driver,
        ServingX32(desk, held=0.25) as reads,
    ):
        host.wait_for_health("ready")
        order = order_of(kind_of("x32"), "fader", number=1, level=0.0)
        host.call(lambda: driver.send(driver.prepare([order]), 1))
        before = reads["/ch/01/mix/fader"]
        host.wait_for(lambda: reads["/ch/01/mix/fader"] >= before + 5)
        assert host.outcomes(1) == []


class ServingX32:
    """A thread that plays an X32 on a bare socket: what is set snaps to steps, or is held by a hand."""

    def __init__(self, sock, *, snap=0, held=None):
        self._sock = sock
        self._snap = snap
        self._held = held
        self._reads = {}
        self._values = {}
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self):
        self._thread.start()
        return self._reads

    def __exit__(self, *_):
        self._sock.sendto(encode(Message("/end")), self._sock.getsockname())
        self._thread.join(5)

    def _serve(self):
        while True:
            (message, *_), sender = next_messages(self._sock)
            if message.address == "/end":
                return
            if message.address == "/xinfo":
                reply(self._sock, sender, Message("/xinfo", ("127.0.0.1", "Desk", "X32", "4.06")))
            elif message.args:
                self._values[message.address] = message.args[0]
            elif message.address != "/xremote":
                value = self._values.get(message.address, 0.0)
                if self._snap:
                    value = round(value * self._snap) / self._snap
                if self._held is not None:
                    value = self._held
                self._reads[message.address] = self._reads.get(message.address, 0) + 1
                reply(self._sock, sender, Message(message.address, (float(value),)))


def test_a_recall_that_the_x32_refuses_fails_with_a_sentence():
    with LoopHost() as host, bare_udp() as desk, opened(host, "x32", port=port_of(desk)) as driver:
        with ServingX32(desk):
            host.wait_for_health("ready")
        order = order_of(kind_of("x32"), "scene", scene=5)
        host.call(lambda: driver.send(driver.prepare([order]), 1))
        (recall,), sender = next_messages(desk, lambda it: it.address == "/load")
        assert (recall.args, recall.tags) == (("scene", 5), "si")
        reply(desk, sender, Message("/load", ("scene", 0)))
        host.wait_for(lambda: host.outcomes(1))
        assert host.outcomes(1) == [Outcome(1, 0, "failed", "Behringer X32 / Midas M32 refused it.")]


def test_changes_made_by_others_on_an_x32_are_reported():
    with joined("x32") as ours, LoopHost() as host, opened(host, "x32", port=ours.settings["port"]) as theirs:
        host.wait_for_health("ready")
        order = order_of(kind_of("x32"), "fader", number=9, level=-20.0)
        host.call(lambda: theirs.send(theirs.prepare([order]), 1))
        ours.host.wait_for(lambda: ours.host.reported("/ch/09/mix/fader") == pytest.approx(-20.0, abs=0.01))


def test_fade_steps_go_out_at_once_and_keep_the_cue_confirmed():
    with joined("x32") as desk:
        desk.host.call(lambda: desk.desk.misbehave("none", Duration(60)))
        prepared = desk.prepare(desk.order("fader", number=1, level=-40.0))

        def cue_and_fade() -> None:
            desk.driver.send(prepared, 1)
            for level in range(-39, 1):
                desk.driver.set_value(desk.order("fader", number=1, level=float(level)))

        desk.host.call(cue_and_fade)
        desk.host.wait_for_outcome(1, "confirmed")
        desk.host.wait_for(lambda: desk.shown() == {"Fader": "Channel 1 fader to 0 dB"})
        assert [outcome.token for outcome in desk.host.reports(Outcome)] == [1]


@pytest.mark.parametrize("transport", ["udp", "tcp-length", "tcp-slip"])
def test_a_fade_of_a_plain_value_arrives_in_order_with_its_type(transport):
    with joined("osc", transport=transport) as desk:
        steps = [desk.order("value", address="/x", arguments="2", value=n / 4) for n in range(5)]
        desk.host.call(lambda: [desk.driver.set_value(step) for step in steps])
        desk.host.wait_for(lambda: desk.shown().get("/x") == "i:2 f:1.0")
        shown = [dict(report.rows)["/x"] for report in desk.host.reports(Simulated)]
        assert shown == [f"i:2 f:{n / 4}" for n in range(5)]
        assert desk.host.reports(Outcome) == []


def test_a_plain_desk_says_that_it_does_not_answer_and_its_orders_are_sent():
    with joined("osc") as desk:
        (health,) = [it for it in desk.host.reports(Health) if it.state == "ready"]
        assert health.sentence == f"Sending to 127.0.0.1:{desk.settings['port']}; this desk does not answer."
        desk.send(1, desk.order("message", address="/go", arguments='i:1 s:"a b" T'))
        desk.host.wait_for_outcome(1, "sent")
        desk.host.wait_for(lambda: desk.shown() == {"/go": 'i:1 s:"a b" T'})


def test_a_bundle_arrives_as_one_datagram_with_all_its_messages():
    with LoopHost() as host, bare_udp() as desk, opened(host, "osc", port=port_of(desk)) as driver:
        host.wait_for_health("ready")
        order = order_of(kind_of("osc"), "bundle", messages="/a 1\n\n/b 2.0 x")
        host.call(lambda: driver.send(driver.prepare([order]), 1))
        received, _ = next_messages(desk)
        assert received == [Message("/a", (1,), "i"), Message("/b", (2.0, "x"), "fs")]


def test_a_plain_message_is_possible_on_every_desk():
    for kind in KINDS:
        with joined(kind.name) as desk:
            desk.send(1, desk.order("message", address="/any/thing", arguments="0.5"))
            desk.host.wait_for_outcome(1, "sent")
            desk.host.wait_for(lambda desk=desk: desk.shown().get("/any/thing") == "f:0.5")


def test_a_silent_desk_is_lost_with_a_sentence_and_what_was_awaited_fails():
    with joined("eos") as desk:
        desk.host.call(lambda: desk.desk.misbehave("silent"))
        desk.send(1, desk.order("cue", cue="24"))
        health = desk.host.wait_for_health("lost")
        assert "ETC Eos at 127.0.0.1:" in health.sentence
        assert "does not answer" in health.sentence
        (outcome,) = desk.host.outcomes(1)
        assert outcome.result == "failed"


def test_a_desk_that_closes_the_connection_is_lost():
    with joined("eos") as desk:
        desk.host.call(lambda: desk.desk.misbehave("disconnect"))
        assert "closed the connection" in desk.host.wait_for_health("lost").sentence
        desk.send(1, desk.order("cue", cue="24"))
        desk.host.wait_for(lambda: desk.host.outcomes(1))
        assert desk.host.outcomes(1)[0].result == "failed"
        assert "is not connected" in desk.host.outcomes(1)[0].sentence


def test_a_udp_port_where_nothing_listens_is_a_sentence_not_an_exception():
    with joined("osc") as desk:
        desk.host.call(lambda: desk.desk.misbehave("disconnect"))
        desk.send(1, desk.order("message", address="/a"))
        health = desk.host.wait_for_health("lost")
        assert health.sentence.startswith(f"Nothing listens at 127.0.0.1:{desk.settings['port']}.")


def test_a_refused_tcp_connection_is_a_sentence():
    with bare_tcp() as sock:
        port = port_of(sock)
    with LoopHost() as host, opened(host, "eos", port=port):
        assert "takes no connection: connection refused" in host.wait_for_health("lost").sentence


@pytest.mark.parametrize("name", ["osc", "eos"])
def test_an_unknown_host_name_is_a_sentence_and_blocks_nobody(name):
    with LoopHost() as host, opened(host, name, host="no such host.invalid"):
        sentence = host.wait_for_health("lost").sentence
        assert sentence.startswith("The host “no such host.invalid” is not known here.")


def test_a_host_name_is_resolved_once_at_the_start():
    with (
        LoopHost() as host,
        bare_udp() as desk,
        opened(host, "osc", host="localhost", port=port_of(desk)) as driver,
    ):
        host.wait_for_health("ready")
        order = order_of(kind_of("osc"), "message", address="/a")
        host.call(lambda: driver.send(driver.prepare([order]), 1))
        received, _ = next_messages(desk)
        assert received == [Message("/a")]


def test_answers_to_a_port_of_the_desks_choice_are_heard():
    with bare_udp() as reserved:
        reply_port = port_of(reserved)
    with LoopHost() as host, bare_udp() as desk, bare_udp() as other:
        settings = {"transport": "udp", "port": port_of(desk), "reply_port": reply_port}
        with opened(host, "eos", **settings):
            (ping,), _ = next_messages(desk)
            assert ping == Message("/eos/ping", ("showcaller",), "s")
            reply(other, ("127.0.0.1", reply_port), Message("/eos/out/ping", ("showcaller",)))
            host.wait_for_health("ready")
            greeting = [next_messages(desk, lambda it: it.address != "/eos/ping")[0][0] for _ in range(3)]
            assert greeting == [
                Message("/eos/reset"),
                Message("/eos/user", (9,), "i"),
                Message("/eos/subscribe", (1,), "i"),
            ]


def test_a_reply_port_that_is_taken_waits_for_the_operator():
    with (
        LoopHost() as host,
        bare_udp() as taken,
        bare_udp() as desk,
        opened(host, "magicq", port=port_of(desk), reply_port=port_of(taken)),
    ):
        sentence = host.wait_for_health("refused").sentence
        assert f"Cannot listen for answers on port {port_of(taken)}" in sentence


def test_broken_datagrams_do_not_end_a_connection():
    with LoopHost() as host, bare_udp() as desk, opened(host, "x32", port=port_of(desk)):
        with ServingX32(desk):
            host.wait_for_health("ready")
        _, sender = next_messages(desk, lambda it: it.address == "/xinfo")
        desk.sendto(b"not osc at all", sender)
        reply(desk, sender, Message("node", ("/ch/01",)), Message("/ch/07/mix/on", (0,)))
        host.wait_for(lambda: host.reported("/ch/07/mix/on") is True)
        assert [health.state for health in host.reports(Health)] == ["opening", "ready"]


def test_the_wrong_framing_waits_for_the_operator_with_the_likely_cause():
    with (
        LoopHost() as host,
        bare_tcp() as listener,
        opened(host, "eos", port=port_of(listener), transport="tcp-length"),
    ):
        stream, _ = listener.accept()
        with stream:
            stream.sendall(b"\xc0/eos/out/ping\0\0\0,\0\0\0\xc0")
            assert "SLIP" in host.wait_for_health("refused").sentence


def test_a_desk_that_reads_nothing_over_tcp_blocks_nobody_and_orders_fail_in_time():
    with (
        LoopHost() as host,
        bare_tcp() as listener,
        opened(host, "osc", port=port_of(listener), transport="tcp-length") as driver,
    ):
        stream, _ = listener.accept()
        with stream:
            host.wait_for_health("ready")
            order = order_of(kind_of("osc"), "message", address="/a", arguments="s:" + "x" * 60_000)
            prepared = host.call(lambda: driver.prepare([order]))
            token = 0
            while not any(it.result == "failed" for it in host.reports(Outcome)):
                token += 1
                host.call(lambda t=token: driver.send(prepared, t))
            assert token > 10
            host.wait_for(lambda: len(host.reports(Outcome)) >= token - 1)
            dropped = [it for it in host.reports(Outcome) if it.result == "failed"]
            assert all("127.0.0.1" in it.sentence for it in dropped)


@pytest.mark.parametrize(
    ("kind", "action", "fields", "sentence"),
    [
        ("eos", "cue", {"cue": "51A"}, "“51A” is no number that ETC Eos knows as “Cue”. Write 24 or 24.5."),
        ("eos", "cue", {"cue": ""}, "“” is no number that ETC Eos knows as “Cue”. Write 24 or 24.5."),
        (
            "x32",
            "fader",
            {"strip": "dca", "number": 9, "level": 0.0},
            "Behringer X32 / Midas M32 has no DCA 9: they end at 8.",
        ),
        ("osc", "message", {"address": "go"}, "“go” is no OSC address. Write one such as /cue/1/go."),
        ("osc", "message", {"address": "/a", "arguments": "i:x"}, "“i:x” is not a whole number."),
        ("osc", "bundle", {"messages": " \n"}, "The bundle has no messages. Write one on each line."),
        ("osc", "message", {"address": "/a", "arguments": "f:1e39"}, None),
    ],
)
def test_what_cannot_be_sent_is_said_at_standby(kind, action, fields, sentence):
    with joined(kind) as desk:
        with pytest.raises(UnsendableError) as raised:
            desk.prepare(desk.order(action, **fields))
        assert sentence is None or str(raised.value) == sentence


def test_preparing_touches_no_wire_and_needs_no_connection():
    kind = kind_of("eos")
    with LoopHost() as host:
        driver = kind.make_driver(settings_of(kind), host)
        prepared = driver.prepare([order_of(kind, "cue", cue="24")])
        assert prepared.frames == (encode(Message("/eos/cue/1/24/fire")),)
        driver.send(prepared, 1)
        assert [(it.result, it.token) for it in host.reports(Outcome)] == [("failed", 1)]
        driver.close()
        driver.close()


def test_nothing_is_emitted_after_close():
    with joined("x32") as desk:
        desk.host.call(lambda: desk.desk.misbehave("none", Duration(50)))
        desk.send(1, desk.order("fader", number=1, level=0.0))
        desk.host.call(desk.driver.close)
        desk.host.forget()
        woken = threading.Event()
        desk.host.call(lambda: desk.host.after(Duration(150), woken.set))
        assert woken.wait(5)
        assert [it for it in desk.host.all_reports() if not isinstance(it, Simulated)] == []


def test_what_a_desk_repeats_is_reported_once_and_again_after_we_changed_it():
    with LoopHost() as host, bare_udp() as desk, opened(host, "x32", port=port_of(desk)) as driver:
        with ServingX32(desk):
            host.wait_for_health("ready")
        _, sender = next_messages(desk, lambda it: it.address == "/xinfo")
        host.forget()
        moved = Message("/dca/1/fader", (0.5,))
        reply(desk, sender, moved, moved, Message("/dca/2/on", (1,)))
        host.wait_for(lambda: host.reported("/dca/2/on") is False)
        assert [it.value for it in host.reports(Reported) if it.address == "/dca/1/fader"] == [-10.0]
        fade = order_of(kind_of("x32"), "fader", strip="dca", number=1, level=0.0)
        host.call(lambda: driver.set_value(fade))
        reply(desk, sender, moved, Message("/dca/3/on", (1,)))
        host.wait_for(lambda: host.reported("/dca/3/on") is False)
        assert [it.value for it in host.reports(Reported) if it.address == "/dca/1/fader"] == [-10.0, -10.0]


def test_an_empty_host_is_a_sentence():
    with LoopHost() as host, opened(host, "osc", host=" "):
        assert host.wait_for_health("lost").sentence.startswith("No host is set.")


def test_a_message_to_a_broadcast_address_can_be_sent():
    with LoopHost() as host, opened(host, "osc", host="127.255.255.255") as driver:
        host.wait_for_health("ready")
        order = order_of(kind_of("osc"), "message", address="/a")
        host.call(lambda: driver.send(driver.prepare([order]), 1))
        host.wait_for_outcome(1, "sent")


def test_a_refused_recall_fails_against_the_simulated_desk_too():
    with joined("x32") as desk:
        desk.host.call(lambda: desk.desk.misbehave("refuse"))
        desk.send(1, desk.order("scene", scene=5))
        desk.host.wait_for(lambda: desk.host.outcomes(1))
        assert desk.host.outcomes(1)[0].result == "failed"


def test_one_answer_proves_one_order():
    with LoopHost() as host, bare_udp() as desk, opened(host, "x32", port=port_of(desk)) as driver:
        with ServingX32(desk):
            host.wait_for_health("ready")
        orders = [order_of(kind_of("x32"), "scene", scene=number) for number in (1, 2)]
        host.call(lambda: driver.send(driver.prepare(orders), 1))
        _, sender = next_messages(desk, lambda it: it.address == "/load")
        reply(desk, sender, Message("/load", ("scene", 1)), Message("/load", ("scene", 0)))
        host.wait_for(lambda: len(host.reports(Outcome)) == 2)
        assert [(it.index, it.result) for it in host.reports(Outcome)] == [(0, "confirmed"), (1, "failed")]
