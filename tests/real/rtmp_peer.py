"""A real RTMP ingest: nginx with a configuration of its own, in one process, on one port for all its life.

It shares no code with OBS. What reaches it goes to a film for each publication, and each publisher that
left in order to a line of a log, so that a test sees what became of a stream.
"""

from __future__ import annotations

import signal
import socket
import subprocess
from pathlib import Path

from tests.real.obs_peer import wait_until
from tests.real.peers import PEERS, free_port, require, where_is

KEY = "evening"

_CONFIGURATION = """load_module {module};
daemon off;
master_process off;
error_log stderr;
pid {folder}/nginx.pid;
events {{}}
rtmp {{
    access_log {folder}/left.log;
    server {{
        listen 127.0.0.1:{port};
        application live {{
            live on;
            record all;
            record_path {folder}/films;
            record_unique on;
        }}
    }}
}}
"""


class RtmpPeer:
    """nginx, started, frozen, killed and started again by its process id."""

    def __init__(self, folder: Path) -> None:
        require("rtmp")
        self._port = free_port()
        self._folder = folder
        self._configuration = folder / "nginx.conf"
        (folder / "films").mkdir()
        (module,) = PEERS["rtmp"].files
        self._configuration.write_text(
            _CONFIGURATION.format(module=module, folder=folder, port=self._port), encoding="utf-8"
        )
        self._nginx: subprocess.Popen[bytes] | None = None
        self._log = (folder / "nginx.log").open("ab")

    @property
    def server(self) -> str:
        """The address that a publisher is given beside the key."""
        return f"rtmp://127.0.0.1:{self._port}/live"

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        command = [where_is("nginx") or "nginx", "-e", "stderr", "-p", str(self._folder)]
        self._nginx = subprocess.Popen(
            [*command, "-c", str(self._configuration)], stdout=self._log, stderr=self._log
        )
        wait_until(self._is_listening, 10)

    def _is_listening(self) -> bool:
        assert self._nginx is not None
        assert self._nginx.poll() is None, (self._folder / "nginx.log").read_text()
        try:
            socket.create_connection(("127.0.0.1", self._port), 1).close()
        except OSError:
            return False
        return True

    def freeze(self) -> None:
        """Stop it and wait until it stands still; connections are still taken, by the kernel."""
        assert self._nginx is not None
        stat = Path(f"/proc/{self._nginx.pid}/stat")
        self._nginx.send_signal(signal.SIGSTOP)
        wait_until(lambda: stat.read_text().rpartition(") ")[2][0] == "T")

    def thaw(self) -> None:
        """Let it go on where it stood."""
        if self._nginx is not None:
            self._nginx.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """End it as a crash does."""
        if self._nginx is not None:
            self._nginx.kill()
            self._nginx.wait(10)
            self._nginx = None

    def close(self) -> None:
        self.kill()
        self._log.close()

    def films(self) -> tuple[Path, ...]:
        """Return the films, one for each publication so far."""
        return tuple((self._folder / "films").glob(f"{KEY}-*.flv"))

    def departures(self) -> int:
        """Return how many publishers left in order."""
        log = self._folder / "left.log"
        return log.read_text().count(f'PUBLISH "live" "{KEY}"') if log.exists() else 0
