"""What crosses between a client and the engine about tones: which output, what sounds there, which there are.

Tones belong to the machine and not to the show: the editor's window keeps the choice and tells it when it
connects. Part of `messages`, which has the framing.
"""

from __future__ import annotations

from msgspec import Struct

DEFAULT_OUTPUT = "default"
"""The output that the system plays to."""


class SetTones(Struct, frozen=True, tag="set-tones", kw_only=True):
    """The editor chooses what sounds on this machine; no output: tones are off. Answered by `Done`.

    What becomes of the output stands in `Snapshot.tones`.
    """

    id: int
    output: str = ""
    counts: bool = True
    """A pip at each number of a count that is said, and a long one at its end."""
    prompts: bool = False
    """A sound when the warning or standby of a timed cue is to be said."""


class TryTone(Struct, frozen=True, tag="try-tone"):
    """Sound a pip now. Answered by `Done`, or `Rejected` with why nothing sounds."""

    id: int


class ListOutputs(Struct, frozen=True, tag="list-outputs"):
    """Ask for the audio outputs of this machine. Answered by `OutputsListed` and `Done`, or `Rejected`."""

    id: int


class OutputsListed(Struct, frozen=True, tag="outputs-listed"):
    """The names of the audio outputs of this machine."""

    names: tuple[str, ...]
