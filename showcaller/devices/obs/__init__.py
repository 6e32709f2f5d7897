"""OBS Studio over obs-websocket 5: `KIND`, and nothing else, is for others.

`actions` (what an operator fills in) → `plans` (requests) → `codec` (bytes) → `lane` (who goes next) →
`connection` (the socket); back come `events` and replies into `picture` (what OBS shows), which
`confirming` compares with what was wanted. `driver` joins them; `simulator` is the other end.
"""

from showcaller.devices.driver import DeviceKind
from showcaller.devices.obs.actions import ACTIONS, EXAMPLES, ObsSettings
from showcaller.devices.obs.driver import ObsDriver
from showcaller.devices.obs.simulator import ObsSimulator

__all__ = ["KIND"]

KIND = DeviceKind(
    name="obs",
    title="OBS Studio",
    settings=ObsSettings,
    actions=ACTIONS,
    make_driver=ObsDriver,
    make_simulator=ObsSimulator,
    confirms=True,
    examples=EXAMPLES,
)
