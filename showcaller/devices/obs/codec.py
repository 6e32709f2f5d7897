"""obs-websocket 5 as bytes and as values, for both ends of the wire.

Pure. Owns the messages (`Hello` … `BatchReply`), the place of a batch's id in its bytes, and the sentences
for OBS's status and close codes. Knows no socket and no show. `decode` raises nothing but `CodecError`.
Source: obsproject/obs-websocket, docs/generated/protocol.md (message envelope, op codes, status codes).
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any, Final

import msgspec
from msgspec import Raw, Struct

from showcaller.devices.driver import CodecError

METERS: Final = 1 << 16
"""Event subscription bit of `InputVolumeMeters`; not part of `ALL_EVENTS`."""
ALL_EVENTS: Final = 2047
SERIAL_REALTIME: Final = 0
"""Execution type of a batch: one request after the other, at once."""


class Code(IntEnum):
    """Request status codes that we treat in a way of their own."""

    SUCCESS = 100
    UNKNOWN_REQUEST = 204
    NOT_READY = 207
    MISSING_FIELD = 300
    OUTPUT_RUNNING = 500
    OUTPUT_NOT_RUNNING = 501
    STUDIO_MODE_NOT_ACTIVE = 506
    NOT_FOUND = 600
    INVALID_STATE = 604
    FAILED = 702


class CloseCode(IntEnum):
    """Close codes of the WebSocket that wait for the operator."""

    NOT_IDENTIFIED = 4007
    AUTHENTICATION_FAILED = 4009
    UNSUPPORTED_VERSION = 4010
    SESSION_INVALIDATED = 4011


class Hello(Struct, frozen=True, rename="camel", omit_defaults=True):
    """The server's first message (op 0)."""

    obs_web_socket_version: str
    rpc_version: int
    authentication: dict[str, str] | None = None


class Identify(Struct, frozen=True, rename="camel", omit_defaults=True):
    """The client's answer to it (op 1)."""

    rpc_version: int
    authentication: str | None = None
    event_subscriptions: int = ALL_EVENTS


class Identified(Struct, frozen=True, rename="camel"):
    """The client is let in, or its new subscriptions are taken (op 2)."""

    negotiated_rpc_version: int


class Reidentify(Struct, frozen=True, rename="camel"):
    """The client changes its subscriptions (op 3)."""

    event_subscriptions: int = ALL_EVENTS


class Event(Struct, frozen=True, rename="camel"):
    """Something happened in OBS (op 5)."""

    event_type: str
    event_intent: int = 0
    event_data: Raw = Raw(b"{}")


class Request(Struct, frozen=True, rename="camel", omit_defaults=True):
    """One request: alone (op 6, with an id) or in a batch."""

    request_type: str
    request_id: str = ""
    request_data: dict[str, Any] | None = None
    input_variables: dict[str, str] | None = None
    output_variables: dict[str, str] | None = None


class RequestStatus(Struct, frozen=True, omit_defaults=True):
    """Whether a request was carried out, and why not."""

    result: bool
    code: int
    comment: str = ""


class Reply(Struct, frozen=True, rename="camel", omit_defaults=True):
    """The answer to one request: alone (op 7) or in a batch's reply."""

    request_type: str
    request_status: RequestStatus
    request_id: str = ""
    response_data: dict[str, Any] | None = None

    @property
    def data(self) -> dict[str, Any]:
        """The response's data, empty where there is none."""
        return self.response_data or {}


class Batch(Struct, frozen=True, rename="camel"):
    """Requests that are carried out in order (op 8). The id comes first: see `numbered`."""

    request_id: str
    requests: tuple[Request, ...]
    halt_on_failure: bool = False
    execution_type: int = SERIAL_REALTIME


class BatchReply(Struct, frozen=True, rename="camel"):
    """The answers to a batch, in the order of its requests (op 9)."""

    request_id: str
    results: tuple[Reply, ...]


Message = Hello | Identify | Identified | Reidentify | Event | Request | Reply | Batch | BatchReply

_OPS: Final[dict[int, type[Struct]]] = {
    0: Hello,
    1: Identify,
    2: Identified,
    3: Reidentify,
    5: Event,
    6: Request,
    7: Reply,
    8: Batch,
    9: BatchReply,
}
_OP_OF: Final = {type_: op for op, type_ in _OPS.items()}


class _Envelope(Struct):
    op: int
    d: Raw


class _Outgoing(Struct):
    op: int
    d: Any


_envelopes = msgspec.json.Decoder(_Envelope)
_decoders: Final[dict[int, msgspec.json.Decoder[Any]]] = {
    op: msgspec.json.Decoder(type_) for op, type_ in _OPS.items()
}
_encoder = msgspec.json.Encoder()


def encode(message: Message) -> bytes:
    """Return the text frame of a message.

    Raises:
        CodecError: It holds something that JSON cannot say.
    """
    try:
        return _encoder.encode(_Outgoing(_OP_OF[type(message)], message))
    except (TypeError, ValueError, RecursionError) as error:
        raise CodecError(f"This cannot be written as JSON: {error}.") from error


def decode(data: bytes | str) -> Message:
    """Read a text frame.

    Raises:
        CodecError: It is no message of obs-websocket 5.
    """
    try:
        envelope = _envelopes.decode(data)
        decoder = _decoders.get(envelope.op)
        if decoder is None:
            raise CodecError(f"obs-websocket has no message with op {envelope.op}.")
        message: Message = decoder.decode(envelope.d)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise CodecError(f"This is no message of obs-websocket 5: {error}.") from error
    return message


_ID_LENGTH: Final = 12
_ID_AT: Final = len(b'{"op":8,"d":{"requestId":"')
_UNNUMBERED: Final = "0" * _ID_LENGTH


def encode_batch(requests: tuple[Request, ...]) -> bytes:
    """Return a batch that still needs its number (`numbered`).

    Raises:
        CodecError: It holds something that JSON cannot say.
    """
    return encode(Batch(_UNNUMBERED, requests))


def numbered(frame: bytes, number: int) -> bytes:
    """Return a frame of `encode_batch` with its id in place: fixed width at a fixed place, no search."""
    return frame[:_ID_AT] + b"%012x" % number + frame[_ID_AT + _ID_LENGTH :]


def number_of(request_id: str) -> int:
    """Return the number in an id that `numbered` wrote, or -1 for an id that is not ours."""
    try:
        return int(request_id, 16) if len(request_id) == _ID_LENGTH else -1
    except ValueError:
        return -1


_SENTENCES: Final[dict[int, str]] = {
    Code.NOT_READY: "OBS is loading, or is changing its scene collection.",
    Code.OUTPUT_RUNNING: "It is running already.",
    Code.OUTPUT_NOT_RUNNING: "It is not running.",
    Code.STUDIO_MODE_NOT_ACTIVE: "Studio mode is off in OBS.",
}


def refusal(reply: Reply) -> str:
    """Say in a sentence why OBS did not carry out a request."""
    status = reply.request_status
    if known := _SENTENCES.get(status.code):
        return known
    if status.code == Code.UNKNOWN_REQUEST:
        return f"This version of OBS does not know the request “{reply.request_type}”."
    comment = status.comment.strip().rstrip(".")
    return f"OBS refuses: {comment or reply.request_type} (code {status.code})."
