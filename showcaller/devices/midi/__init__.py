"""MIDI: notes, controllers, programs, show control and machine control, and audio consoles by their maps.

One driver, one codec and one simulator serve every kind here; a console is a map file that adds
actions in the console's own words.
"""

from showcaller.devices.midi.kinds import KINDS

__all__ = ["KINDS"]
