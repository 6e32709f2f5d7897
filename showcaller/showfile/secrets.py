"""Where passwords live (DESIGN rule 15): a file of this user alone, by show, device and field.

Owns the file, its mode and that a write is whole or not at all. `SHOWCALLER_SECRET_<DEVICE>` in the
environment overrules it. No password is ever logged, shown, or part of an error or a `repr`. Called by
the GUI when one is typed, by the import of a JSON that held one, and by whoever opens devices.
"""

from __future__ import annotations

import logging
import os
import re
import stat
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import msgspec

from showcaller.core.show import Device
from showcaller.showfile.errors import SecretsError
from showcaller.showfile.locks import acquire

_log = logging.getLogger(__name__)

_Content = dict[str, dict[str, dict[str, str]]]


def variable_of(device_name: str) -> str:
    """Return the environment variable that holds a device's password: `SHOWCALLER_SECRET_STUDIO_OBS`."""
    return "SHOWCALLER_SECRET_" + re.sub(r"[^A-Z0-9]", "_", device_name.upper())


class Secrets:
    """The passwords of all shows of this user."""

    def __init__(self, path: Path, environment: Mapping[str, str] = os.environ) -> None:
        self._path = path
        self._environment = environment

    def read(self, show_id: str, device: Device, field: str) -> str | None:
        """Return a device's secret, from the environment or the file, or None.

        Raises:
            SecretsError: The file cannot be read.
        """
        from_environment = self._environment.get(variable_of(device.name))
        if from_environment is not None:
            return from_environment
        return self._load().get(show_id, {}).get(device.id, {}).get(field)

    def write(self, show_id: str, secrets: Mapping[str, Mapping[str, str]]) -> None:
        """Keep secrets of a show, by device id and field; others stay, and an empty one is forgotten.

        Raises:
            SecretsError: The file cannot be read or written; it is as it was.
        """
        with _Turn(self._path):
            content = self._load()
            for device_id, fields in secrets.items():
                kept = content.setdefault(show_id, {}).setdefault(device_id, {})
                kept.update(fields)
                for field in [field for field, secret in kept.items() if not secret]:
                    del kept[field]
            self._store(content)

    def forget(self, show_id: str, device_id: str | None = None) -> None:
        """Let go of a device's secrets, or of all of a show.

        Raises:
            SecretsError: The file cannot be read or written; it is as it was.
        """
        with _Turn(self._path):
            content = self._load()
            if device_id is None:
                content.pop(show_id, None)
            else:
                content.get(show_id, {}).pop(device_id, None)
            self._store(content)

    def copy(self, show_id: str, to_show_id: str) -> None:
        """Give a show that was saved under another id the same secrets.

        Raises:
            SecretsError: The file cannot be read or written; it is as it was.
        """
        self.write(to_show_id, self._load().get(show_id, {}))

    def _load(self) -> _Content:
        try:
            with self._path.open("rb") as file:
                self._close_to_others(file.fileno())
                data = file.read()
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise SecretsError(f"The passwords in {self._path} cannot be read: {error.strerror}.") from error
        try:
            return msgspec.json.decode(data, type=_Content)
        except (msgspec.DecodeError, UnicodeDecodeError):
            sentence = f"{self._path} is damaged. Move it away and type the passwords again."
            raise SecretsError(sentence) from None

    def _close_to_others(self, descriptor: int) -> None:
        if sys.platform != "win32" and stat.S_IMODE(os.fstat(descriptor).st_mode) & 0o077:
            try:
                os.fchmod(descriptor, 0o600)
            except OSError as error:
                raise SecretsError(
                    f"Others can read the passwords in {self._path}. Make it yours alone (chmod 600)."
                ) from error
            _log.warning(
                "Others could read the passwords in %s. It is yours alone now; change them.", self._path
            )

    def _store(self, content: _Content) -> None:
        kept = {
            show_id: {device_id: fields for device_id, fields in devices.items() if fields}
            for show_id, devices in content.items()
        }
        data = msgspec.json.format(msgspec.json.encode({key: value for key, value in kept.items() if value}))
        draft: str | None = None
        try:
            descriptor, draft = tempfile.mkstemp(prefix=".secrets-", dir=self._path.parent)
            with os.fdopen(descriptor, "wb") as file:
                file.write(data + b"\n")
                file.flush()
                os.fsync(file.fileno())
            Path(draft).replace(self._path)
        except OSError as error:
            if draft is not None:
                Path(draft).unlink(missing_ok=True)
            raise SecretsError(f"The passwords cannot be kept in {self._path}: {error.strerror}.") from error


class _Turn:
    """One writer at a time, whichever window or program it is."""

    def __init__(self, path: Path) -> None:
        self._path = path.with_name(path.name + ".lock")

    def __enter__(self) -> None:
        try:
            self._lock = acquire(self._path, wait=True)
        except OSError as error:
            raise SecretsError(
                f"The passwords cannot be kept in {self._path.parent}: {error.strerror}."
            ) from error

    def __exit__(self, *_: object) -> None:
        if self._lock is not None:
            self._lock.release()
