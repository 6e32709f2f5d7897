"""What can be wrong with a show, as values with words.

Owns the list of problems, how grave each is, and its sentence in English. A problem carries its key and
the values of its sentence, so that a window may say it in another language. Finds nothing itself: the
checks do.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from msgspec import Struct

Severity = Literal["error", "warning"]


class Wording(NamedTuple):
    """How grave a problem is, and its sentence with the names of its values in braces."""

    severity: Severity
    sentence: str


WORDINGS: Mapping[str, Wording] = {
    "zone-unknown": Wording("error", "There is no time zone called “{zone}”. Write Europe/London."),
    "hard-out-before-on-air": Wording("error", "The hard out ({hard_out}) is not after on air ({on_air})."),
    "panic-missing": Wording("error", "The panic cue is not in the show: panic will only stop all."),
    "guard-long": Wording("warning", "GO is refused for {seconds} s after each GO."),
    "guard-negative": Wording("error", "The double-GO guard is negative."),
    "cue-light-bad": Wording(
        "error", "“{station}” is no station of a cue light ({department}): write letters and digits alone."
    ),
    "cue-lights-unset": Wording(
        "warning", "{departments} have cue lights, and no device tells them. Choose one in Show properties."
    ),
    "cue-lights-missing": Wording("error", "The device that tells the cue lights is not in the show."),
    "cue-lights-mute": Wording("error", "“{device}” cannot tell cue lights: it sends no OSC."),
    "kind-unknown": Wording(
        "error",
        "“{device}” is unknown: there is no kind “{kind}” here. Its actions are kept, not sent.",
    ),
    "setting-bad": Wording("error", "Setting “{title}” of “{device}”: {reason}."),
    "number-twice": Wording("error", "The number {number} is given twice."),
    "number-missing": Wording("warning", "This cue has no number."),
    "cue-empty": Wording("warning", "This cue does nothing: it has no call, no action and no duration."),
    "time-negative": Wording("error", "The {title} is negative."),
    "minimum-passed": Wording("warning", "It is planned shorter ({duration}) than its minimum ({limit})."),
    "maximum-passed": Wording("warning", "It is planned longer ({duration}) than its maximum ({limit})."),
    "timecode-bad": Wording("error", "{reason} The show counts {rate} frames a second."),
    "timecode-no-port": Wording(
        "error", "No MIDI port for timecode is chosen: nothing will start it. See Show, Timecode."
    ),
    "timecode-order": Wording("warning", "{time} is before {above_time}, the timecode of a cue above."),
    "timer-unnamed": Wording("error", "A timer has no name, so no clock can show it."),
    "timer-empty": Wording("error", "{timer} counts down from nothing. Leave the length empty to count up."),
    "department-unknown": Wording("error", "A call is for a department that is not in the show."),
    "device-unknown": Wording("error", "An action is for a device that is not in the show."),
    "action-unknown": Wording(
        "error", "“{device}” does not know the action “{kind}”. It is unknown: kept, not sent."
    ),
    "field-unknown": Wording("warning", "{action}: the field “{name}” is unknown. It is kept, not sent."),
    "field-bad": Wording("error", "{action}, “{title}”: {reason}."),
    "name-missing": Wording("error", "{what} “{name}” is not in {device}."),
    "name-missing-close": Wording("error", "{what} “{name}” is not in {device}. “{suggestion}” is."),
    "says-sends": Wording("warning", "Says {department} {said}, sends {sent}."),
    "number-not-called": Wording(
        "error", "{action} takes its number from the call of {department}, and there is none."
    ),
    "not-sent": Wording("warning", "{action} is not sent: {department} is taken by its operator."),
    "fade-impossible": Wording("error", "{action} cannot fade."),
    "fade-bad": Wording("error", "{action}: the fade {reason}."),
    "fade-start-unknown": Wording(
        "warning",
        "{action}: {device} cannot say where it stands, and no cue above sets it. Give the fade a start.",
    ),
    "nothing-above": Wording("error", "There is no cue above that this one could follow."),
    "follows-floated": Wording(
        "warning", "The cue above ({above}) is floated: this one will not start by itself."
    ),
    "follows-at-once": Wording(
        "warning", "It follows at once: nothing says how long the cue above ({above}) lasts."
    ),
    "no-segment-above": Wording("error", "There is no segment above that its offset could count from."),
    "offset-beyond": Wording("warning", "Its offset ({offset}) lies beyond the segment ({duration})."),
    "branch-missing": Wording("warning", "The ending “{ending}” belongs to no branch. Name the branch too."),
    "branch-single": Wording("warning", "The branch “{branch}” has one ending: there is nothing to choose."),
    "branch-wide": Wording("warning", "“{branch}” has more than {most} endings: only those have a digit."),
    "ending-unnamed": Wording("error", "This ending of “{branch}” has no name to choose it by."),
    "ending-empty": Wording("warning", "The ending “{ending}” of “{branch}” has no cue and no duration."),
    "ending-hard": Wording(
        "warning", "{time} binds the ending “{ending}” alone: another one of “{branch}” has no such time."
    ),
    "time-order": Wording("warning", "{time} is before {above_time}, the time of a row above."),
    "speech-speed": Wording(
        "warning", "{words} words a second is hardly how fast the caller speaks. Write 3.5."
    ),
    "calls-too-close": Wording(
        "warning", "{first} to {last}: {words} words in {seconds} s. That is faster than the caller speaks."
    ),
    "standby-collides": Wording("warning", "The standby of {standby} collides with the GO of {go}."),
    "after-hard-out": Wording("warning", "{time} is after the hard out ({hard_out})."),
}


class Rename(Struct, frozen=True, tag="rename"):
    """A fix: write another name wherever a name of a device's list stands."""

    device_id: str
    names: str
    """The list, such as `scenes` or `sources/Wide`."""
    name: str
    to: str


class Problem(Struct, frozen=True, kw_only=True):
    """One thing that is wrong, and where."""

    key: str
    row_id: str | None = None
    """The cue or segment; None: the show or a device."""
    action_id: str | None = None
    device_id: str | None = None
    field: str = ""
    """The field to go to: of the action or device if there is one, else of the row, else of the show."""
    values: Mapping[str, str] = {}
    fix: Rename | None = None

    @property
    def severity(self) -> Severity:
        """How grave it is: an error will go wrong, a warning may be meant."""
        return WORDINGS[self.key].severity

    @property
    def sentence(self) -> str:
        """What is wrong, in English."""
        return WORDINGS[self.key].sentence.format_map(self.values)
