"""A show from a file, for the commands that have no window: `.show` files and their JSON form.

Owns the choice of the reader and the sentence when it fails. Never writes the file. Called by `play`,
`check`, `devices` and `export`.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from showcaller.core.show import Show
from showcaller.devices import DEVICE_KINDS
from showcaller.showfile.errors import ShowFileError
from showcaller.showfile.inventories import Inventories
from showcaller.showfile.json_form import Secrets, show_from_json
from showcaller.showfile.reader import read_show


class Document(NamedTuple):
    """What a file holds."""

    show: Show
    inventories: Inventories
    secrets: Secrets
    """Passwords that stood in a JSON form; they are not in `show`."""


def secret_fields() -> dict[str, tuple[str, ...]]:
    """Return the names of the secret settings of each device kind."""
    return {
        kind.name: tuple(field.name for field in kind.form().settings.fields if field.type == "secret")
        for kind in DEVICE_KINDS
    }


def read_document(path: Path) -> Document:
    """Read a show file, or a show in its JSON form where the name ends in `.json`.

    Raises:
        ShowFileError: It cannot be read; says what and why.
    """
    if path.suffix.lower() != ".json":
        show, inventories = read_show(path)
        return Document(show, inventories, {})
    try:
        text = path.read_bytes()
    except OSError as error:
        raise ShowFileError(f"{path} cannot be read: {error.strerror}.") from error
    try:
        return Document(*show_from_json(text, secret_fields()))
    except ShowFileError as error:
        raise ShowFileError(f"{path.name}: {error}") from error
