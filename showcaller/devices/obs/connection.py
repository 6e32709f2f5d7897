"""One WebSocket to OBS: let in by obsws-python, then ours.

Owns the socket and the close codes' meaning. Blocking: its owner gives it a writer's and a reader's
thread. Knows no request, no order and no state. The password passes through here and nowhere else; the
library's logger is silenced, because it writes the password at INFO and tells every failure twice.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import struct
from collections.abc import Callable
from typing import Any, Final

import websocket
from obsws_python.baseclient import ObsClient
from obsws_python.error import OBSSDKError

from showcaller.devices.driver import DeviceError
from showcaller.devices.obs.actions import ObsSettings
from showcaller.devices.obs.codec import ALL_EVENTS, CloseCode, Message, decode

CONNECT_WITHIN: Final = 1.5
"""Seconds for each step of getting in; the whole must end within the 2 s that `close` may take."""
READ_FOR: Final = 0.25
"""Seconds that `read` waits for a message, and longest time a write may be stuck."""
_OP_CLOSE: Final = websocket.ABNF.OPCODE_CLOSE


class LostError(DeviceError):
    """The connection could not be made or has ended; trying again may help."""


class RefusedError(DeviceError):
    """OBS does not want us; only the operator can change that."""


class _ClosedError(Exception):
    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def _closing(code: int, settings: ObsSettings) -> DeviceError:
    match code:
        case CloseCode.AUTHENTICATION_FAILED:
            return RefusedError(
                f"Password refused by OBS on {settings.host}. It stands in OBS under Tools, "
                "WebSocket Server Settings, Show Connect Info."
            )
        case CloseCode.NOT_IDENTIFIED | CloseCode.UNSUPPORTED_VERSION:
            return RefusedError(
                "This OBS speaks another version of obs-websocket. OBS 28 or later is needed."
            )
        case CloseCode.SESSION_INVALIDATED:
            return RefusedError("Somebody ended this connection in OBS: WebSocket Server Settings, Sessions.")
        case 1001:
            return LostError(f"OBS was closed on {settings.host}, or its WebSocket server was switched off.")
    return LostError(f"OBS ended the connection (code {code}) on {settings.host}.")


class _Client(ObsClient):  # type: ignore[misc]  # the library is not typed
    """The library's client, which leaves no socket behind and says why OBS closed it."""

    def __init__(self, settings: ObsSettings, begun: Callable[[ObsClient], None]) -> None:
        self.ws: Any = None
        begun(self)
        logging.getLogger(f"obsws_python.baseclient.{type(self).__name__}").disabled = True
        super().__init__(
            host=_written(settings.host),
            port=settings.port,
            password="",
            subs=ALL_EVENTS,
            timeout=CONNECT_WITHIN,
        )
        self.password = settings.password
        connected: Any = self.ws
        connected.recv = self._receive

    def _receive(self) -> bytes:
        opcode, data = self.ws.recv_data()
        if opcode == _OP_CLOSE:
            raise _ClosedError(struct.unpack("!H", data[:2])[0] if len(data) >= 2 else 1005)
        return bytes(data)


class Connection:
    """A connection that is opened once; `abort` may come at any time and from any thread."""

    def __init__(self, settings: ObsSettings) -> None:
        self._settings = settings
        self._client: ObsClient | None = None
        self._is_aborted = False
        self._is_discarded = False

    def open(self) -> None:
        """Connect and authenticate; blocks for up to a few seconds.

        Raises:
            LostError: There is no OBS, or it does not answer.
            RefusedError: It does not accept us.
        """
        where = f"{_written(self._settings.host)}:{self._settings.port}"
        _check_host(self._settings.host)
        try:
            client = _Client(self._settings, self._begin)
            if "authentication" in client.server_hello["d"] and not self._settings.password:
                raise RefusedError(f"Password missing: OBS on {where} asks for one.")  # noqa: TRY301
            client.authenticate()
        except Exception as error:
            self.close()
            raise _reason(error, self._settings, where) from error
        self._socket.frame_buffer.skip_utf8_validation = True  # the decoder checks it, a hundred times faster
        self._socket.cont_frame.skip_utf8_validation = True
        self._socket.settimeout(READ_FOR)

    def write(self, frame: bytes) -> None:
        """Write a text frame.

        Raises:
            LostError: It could not be written.
        """
        try:
            self._socket.send(frame)
        except (OSError, websocket.WebSocketException, AttributeError) as error:
            raise LostError(f"The connection to OBS on {self._settings.host} was lost.") from error

    def read(self) -> Message | None:
        """Return the next message, or None where none came for `READ_FOR`.

        Raises:
            LostError: The connection has ended.
            RefusedError: OBS has ended it for a reason that stays.
            CodecError: OBS sent something that is not in its protocol.
        """
        try:
            opcode, data = self._socket.recv_data()
        except websocket.WebSocketTimeoutException:
            return None
        except (OSError, websocket.WebSocketException, AttributeError) as error:
            raise LostError(
                f"The connection to OBS on {self._settings.host} was lost: OBS was closed or crashed, "
                "or the network is gone."
            ) from error
        if opcode == _OP_CLOSE:
            raise _closing(struct.unpack("!H", data[:2])[0] if len(data) >= 2 else 1005, self._settings)
        return decode(data)

    def abort(self) -> None:
        """Wake a thread that is in `open`, `read` or `write`: it gets `LostError`."""
        self._is_aborted = True
        if self._is_discarded:
            return
        with contextlib.suppress(OSError, AttributeError):
            self._socket.sock.shutdown(socket.SHUT_RDWR)

    def discard(self) -> None:
        """Have `close` take back what OBS has not read yet.

        A frozen OBS finds it when it wakes up, and carries it out, unless the connection was reset without
        having been shut down before (measured with OBS 29.0.2 on Linux, stopped and continued). Even so it
        is now and then faster than the reset: what was written counts as perhaps sent.
        """
        self._is_discarded = True
        with contextlib.suppress(OSError, AttributeError):
            self._socket.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def close(self) -> None:
        """Close the socket; when no thread reads any more."""
        if self._client is not None and self._client.ws is not None:
            self._client.ws.shutdown()

    @property
    def _socket(self) -> Any:
        return self._client.ws if self._client is not None else None

    def _begin(self, client: ObsClient) -> None:
        if self._is_aborted:
            raise LostError("The connection was given up.")
        self._client = client


def _written(host: str) -> str:
    """Return a host as it stands in a URL: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host else host


def _check_host(host: str) -> None:
    if not host.strip():
        raise RefusedError("No host is set. Enter the name or IP address of the machine that OBS runs on.")
    try:
        host.encode("idna")
    except UnicodeError as error:
        raise RefusedError(f"“{host}” cannot be the name of a machine.") from error


def _reason(error: Exception, settings: ObsSettings, where: str) -> Exception:
    match error:
        case RefusedError() | LostError():
            return error
        case _ClosedError(code=code):
            return _closing(code, settings)
        case ConnectionRefusedError():
            return LostError(
                f"Nothing listens on {where}. Start OBS, and switch on its WebSocket server under Tools."
            )
        case TimeoutError() | websocket.WebSocketTimeoutException():
            return LostError(f"OBS does not answer on {where}.")
        case websocket.WebSocketAddressException():
            return LostError(f"There is no machine called “{settings.host}” on this network.")
        case websocket.WebSocketConnectionClosedException():
            return LostError(f"Ended at the door: what answers on {where} starts, closes, or is no OBS.")
        case OSError():
            return LostError(f"{error.strerror or 'No way there'}: OBS cannot be reached on {where}.")
        case websocket.WebSocketException() | OBSSDKError() | ValueError() | KeyError() | TypeError():
            return LostError(f"No OBS: what answers on {where} is not OBS's WebSocket server.")
    return error
