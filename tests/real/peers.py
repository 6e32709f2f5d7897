"""Real programs to test against: which there are, what they need, and what happens where they are missing.

A test file names its peers in its own name: `test_midi_jack.py` needs `jack`, `test_obs_stream_rtmp.py`
needs `obs` and `rtmp`. Where a peer is missing those files are not collected, and the run ends by saying
so; a run that must not pass without a peer lists it in `SHOWCALLER_REQUIRE` (comma separated), and then its
tests run and fail with a sentence. Nothing is ever skipped. The hooks are in `conftest.py` beside this.
"""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Mapping
from ctypes.util import find_library
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Peer:
    """One real program, or a few that are used together."""

    programs: tuple[str, ...]
    packages: tuple[str, ...]
    """Debian packages that bring them."""
    files: tuple[str, ...] = ()
    """What a program loads, where that is in a package of its own."""
    libraries: tuple[str, ...] = ()
    """Shared libraries that our side loads, as the linker calls them."""


PEERS: Mapping[str, Peer] = {
    "obs": Peer(("obs", "Xvfb"), ("obs-studio", "xvfb")),
    "jack": Peer(("jackd",), ("jackd2",)),
    "portaudio": Peer((), ("libportaudio2",), libraries=("portaudio",)),
    "liblo": Peer(("oscdump", "oscsend"), ("liblo-tools",)),
    "rtmp": Peer(
        ("nginx",), ("nginx-light", "libnginx-mod-rtmp"), ("/usr/lib/nginx/modules/ngx_rtmp_module.so",)
    ),
}


def where_is(program: str) -> str | None:
    """Return the path of a program; Debian has servers where only root's `PATH` leads."""
    return shutil.which(program) or shutil.which(program, path="/usr/sbin")


def is_installed(name: str) -> bool:
    """Say whether all programs of a peer are here, and what they load."""
    peer = PEERS[name]
    files = all(Path(file).exists() for file in peer.files)
    return files and all(map(where_is, peer.programs)) and all(map(find_library, peer.libraries))


def required() -> frozenset[str]:
    """Return the peers that this run must not do without."""
    return frozenset(name.strip() for name in os.environ.get("SHOWCALLER_REQUIRE", "").split(",")) & set(
        PEERS
    )


def peers_of(path: Path) -> frozenset[str]:
    """Return the peers that a test file names in its own name."""
    return frozenset(path.stem.split("_")) & set(PEERS)


def require(name: str) -> None:
    """Fail the test that calls this, with a sentence, where the peer is missing."""
    if not is_installed(name):
        packages = " ".join(PEERS[name].packages)
        pytest.fail(f"This test needs {name}: install {packages}.", pytrace=False)


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """Return a port on loopback that nobody uses now, for a program that cannot choose one itself."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
