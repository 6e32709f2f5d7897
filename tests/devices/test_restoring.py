"""Which actions set something that can be brought back by setting it again, as an oops would."""

from __future__ import annotations

import pytest

from showcaller.devices import DEVICE_KINDS

LASTING = {
    kind.name: {action.name for action in kind.actions if action.can_be_restored} for kind in DEVICE_KINDS
}
ALL = {kind.name: {action.name for action in kind.actions} for kind in DEVICE_KINDS}


@pytest.mark.parametrize(
    ("kind", "passing"),
    [
        (
            "obs",
            {
                "take",
                "media-play",
                "media-restart",
                "media-pause",
                "media-stop",
                "media-seek",
                "stream-start",
                "stream-stop",
                "record-start",
                "record-stop",
                "replay-buffer-start",
                "replay-buffer-stop",
                "virtual-camera-start",
                "virtual-camera-stop",
                "hotkey",
                "request",
            },
        ),
        ("eos", {"go", "stop", "macro", "command"}),
        ("grandma3", {"go", "key", "command"}),
        ("magicq", {"go", "pause", "release", "command"}),
        ("qlcplus", {"button"}),
        ("x32", {"snippet"}),
        ("midi", {"sysex", "show-control", "machine-control"}),
    ],
)
def test_what_starts_plays_or_steps_on_sets_nothing_that_lasts(kind: str, passing: set[str]) -> None:
    own = {name for name in ALL[kind] if name in passing or name in LASTING[kind]}
    assert passing <= ALL[kind]
    assert own - LASTING[kind] == passing
