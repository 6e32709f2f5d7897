"""What goes wrong with files, in sentences for the operator."""

from __future__ import annotations


class ShowFileError(Exception):
    """A show could not be read or written: what, where and what to do. The old file is untouched."""


class PlaceError(Exception):
    """A folder that we need cannot be had, or is not ours alone."""


class SecretsError(Exception):
    """The file of passwords cannot be used. Never holds a password."""
