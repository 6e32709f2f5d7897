"""Showcaller: one window and one key for the person who calls a live show."""

__version__ = "0.1.0"
