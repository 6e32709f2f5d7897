"""Shows of any size for processes: every cue tells every OSC device its own place in the rundown."""

from __future__ import annotations

from collections.abc import Sequence

from showcaller.core.show import Action, AutoContinue, Cue, Device, Duration, Manual, Remote, Segment, Show


def osc_devices(ports: Sequence[int]) -> tuple[Device, ...]:
    """One device on each port of this machine."""
    return tuple(
        Device(id=f"osc{port}", name=f"OSC {port}", kind="osc", settings={"host": "127.0.0.1", "port": port})
        for port in ports
    )


def osc_cue(place: int, ports: Sequence[int], *, follows: bool = False, gap: int = 20) -> Cue:
    """A cue that sends `/cue <place>`; one that follows starts `gap` ms after the one above."""
    return Cue(
        id=f"c{place}",
        number=str(place + 1),
        name=f"Cue {place + 1}",
        trigger=AutoContinue() if follows else Manual(),
        post_wait=Duration(gap),
        duration=Duration(1000),
        actions=tuple(
            Action(
                id=f"a{place}-{port}",
                device=f"osc{port}",
                kind="message",
                fields={"address": "/cue", "arguments": f"i:{place}"},
            )
            for port in ports
        ),
    )


def osc_show(
    cues: int,
    ports: Sequence[int],
    *,
    chain: int = 0,
    gap: int = 20,
    guard: int = 0,
    remote_port: int | None = None,
    devices: Sequence[Device] = (),
) -> Show:
    """A show of manual cues, twenty to a segment.

    Args:
        cues: How many.
        ports: Where its devices are.
        chain: How many cues, from the first on, one GO sets off.
        gap: Milliseconds between them.
        guard: The double-GO guard in milliseconds.
        remote_port: Where remote GO listens.
        devices: Further devices, which no cue uses.
    """
    rows: list[Segment | Cue] = []
    for place in range(cues):
        if place % 20 == 0:
            rows.append(Segment(id=f"s{place}", page=f"S{place // 20}", duration=Duration(60_000)))
        rows.append(osc_cue(place, ports, follows=0 < place < chain, gap=gap))
    return Show(
        id=f"osc{cues}x{len(ports)}c{chain}",
        title="Evening of messages",
        guard=Duration(guard),
        devices=(*osc_devices(ports), *devices),
        rundown=tuple(rows),
        remote=Remote(osc_port=remote_port),
    )
