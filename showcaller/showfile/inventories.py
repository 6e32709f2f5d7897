"""What a device knew when it was last seen, as the show file keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct


class SeenInventory(Struct, frozen=True):
    """Names that only the device knows, and when it told them."""

    names: Mapping[str, tuple[str, ...]]
    """By list, such as `scenes` or `sources/Cam 1`."""
    seen_at: Annotated[datetime, Meta(tz=True)]
    """UTC."""


Inventories = Mapping[str, SeenInventory]
"""By device id."""
