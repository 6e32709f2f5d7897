"""Shows of any size for the bench: every cue sends one OSC message to a socket of the bench."""

from __future__ import annotations

from collections.abc import Sequence

from showcaller.core.show import Action, AutoContinue, Cue, Device, Duration, Manual, Remote, Segment, Show


def osc_devices(ports: Sequence[int]) -> tuple[Device, ...]:
    return tuple(
        Device(id=f"osc{port}", name=f"OSC {port}", kind="osc", settings={"host": "127.0.0.1", "port": port})
        for port in ports
    )


def osc_show(
    cues: int, ports: Sequence[int], *, chain: bool = False, remote_port: int | None = None, gap: int = 20
) -> Show:
    """A show whose every cue tells every port its own place; chained: `gap` ms apart behind one GO."""
    rows: list[Segment | Cue] = []
    for place in range(cues):
        if place % 20 == 0:
            rows.append(Segment(id=f"s{place}", page=f"S{place // 20}", duration=Duration(60_000)))
        rows.append(
            Cue(
                id=f"c{place}",
                number=str(place + 1),
                name=f"Cue {place + 1}",
                trigger=AutoContinue() if chain and place else Manual(),
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
        )
    return Show(
        id=f"bench{cues}x{len(ports)}{'c' if chain else ''}",
        title="Bench",
        guard=Duration(0),
        devices=osc_devices(ports),
        rundown=tuple(rows),
        remote=Remote(osc_port=remote_port),
    )
