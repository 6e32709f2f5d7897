"""A screen of its own with a window manager, a keyboard to press, and a look at which window has the focus.

Owns one Xvfb and one openbox. Keys go through the XTest extension, as from a real keyboard: the server
stamps them and repeats them. Knows nothing of what is shown.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import subprocess
from types import TracebackType
from typing import Self

from tests.engine_process import end_process, wait_for

KEYSYMS = {"space": 0x20, "Escape": 0xFF1B, "F1": 0xFFBE, "Down": 0xFF54, "n": 0x6E}
_ANY = 0
_ErrorHandler = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)


class _KeyboardState(ctypes.Structure):
    """`XKeyboardState` of Xlib."""

    _fields_ = (
        ("key_click_percent", ctypes.c_int),
        ("bell_percent", ctypes.c_int),
        ("bell_pitch", ctypes.c_uint),
        ("bell_duration", ctypes.c_uint),
        ("led_mask", ctypes.c_ulong),
        ("global_auto_repeat", ctypes.c_int),
        ("auto_repeats", ctypes.c_char * 32),
    )


@_ErrorHandler
def _pass_over(_display: int, _error: int) -> int:
    """Take no notice: a window may be gone before we ask for its title; Xlib would end the process."""
    return 0


def _library(name: str) -> ctypes.CDLL:
    path = ctypes.util.find_library(name)
    assert path, f"lib{name} is missing: the tests on a screen need the packages xvfb, openbox and libxtst6"
    return ctypes.CDLL(path)


class Screen:
    """An X server nobody sees, 1920 by 1080."""

    def __init__(self) -> None:
        reader, writer = os.pipe()
        try:
            self._server = subprocess.Popen(
                ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1920x1080x24", "-nolisten", "tcp"],
                pass_fds=[writer],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        finally:
            os.close(writer)
        with os.fdopen(reader) as lines:
            number = lines.readline().strip()
        assert number, "Xvfb did not start"
        self.name = f":{number}"
        self._windows = subprocess.Popen(
            ["openbox", "--sm-disable"],
            env=os.environ | {"DISPLAY": self.name},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._x = _library("X11")
        self._test = _library("Xtst")
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._x.XDefaultRootWindow.restype = ctypes.c_ulong
        self._x.XInternAtom.restype = ctypes.c_ulong
        self._x.XSetErrorHandler(_pass_over)
        self._display = ctypes.c_void_p(self._x.XOpenDisplay(self.name.encode()))
        assert self._display, "the screen takes no connection"
        self._root = ctypes.c_ulong(self._x.XDefaultRootWindow(self._display))
        self._codes = {
            name: self._x.XKeysymToKeycode(self._display, ctypes.c_ulong(keysym))
            for name, keysym in KEYSYMS.items()
        }
        wait_for(lambda: self._property(self._root, "_NET_SUPPORTING_WM_CHECK"), "the window manager")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End both processes."""
        self._x.XCloseDisplay(self._display)
        end_process(self._windows)
        end_process(self._server)

    def press(self, key: str) -> None:
        """Press a key and keep it down; the server repeats it."""
        self._test.XTestFakeKeyEvent(self._display, self._codes[key], 1, 0)
        self._x.XFlush(self._display)

    def release(self, key: str) -> None:
        """Let a key go."""
        self._test.XTestFakeKeyEvent(self._display, self._codes[key], 0, 0)
        self._x.XFlush(self._display)

    def tap(self, key: str) -> None:
        """Press a key and let it go."""
        self.press(key)
        self.release(key)

    def hold(self, key: str, seconds: float, *, after: float = 0.0) -> None:
        """Hold a key down as long as that, after a while; the server does both by its own clock."""
        self._test.XTestFakeKeyEvent(self._display, self._codes[key], 1, ctypes.c_ulong(round(after * 1000)))
        self._test.XTestFakeKeyEvent(
            self._display, self._codes[key], 0, ctypes.c_ulong(round(seconds * 1000))
        )
        self.settle()

    def repeats_keys(self) -> bool:
        """Say whether a held key repeats."""
        state = _KeyboardState()
        self._x.XGetKeyboardControl(self._display, ctypes.byref(state))
        return bool(state.global_auto_repeat)

    def settle(self) -> None:
        """Wait until the server has taken everything."""
        self._x.XSync(self._display, 0)

    def focused_title(self) -> str:
        """Return the title of the window that has the focus, or nothing."""
        found = self._property(self._root, "_NET_ACTIVE_WINDOW")
        if len(found) < ctypes.sizeof(ctypes.c_ulong):
            return ""
        window = ctypes.c_ulong.from_buffer_copy(found)
        return self._property(window, "_NET_WM_NAME").decode() if window.value else ""

    def wait_for_focus(self, title: str) -> str:
        """Wait until a window whose title holds these words has the focus; return its title."""

        def look() -> str:
            found = self.focused_title()
            return found if title in found else ""

        return str(wait_for(look, f"a focused window named “{title}”"))

    def _property(self, window: ctypes.c_ulong, name: str) -> bytes:
        atom = self._x.XInternAtom(self._display, name.encode(), 0)
        kind, form = ctypes.c_ulong(), ctypes.c_int()
        count, left = ctypes.c_ulong(), ctypes.c_ulong()
        value = ctypes.c_void_p()
        failed = self._x.XGetWindowProperty(
            self._display,
            window,
            ctypes.c_ulong(atom),
            ctypes.c_long(0),
            ctypes.c_long(256),
            0,
            ctypes.c_ulong(_ANY),
            ctypes.byref(kind),
            ctypes.byref(form),
            ctypes.byref(count),
            ctypes.byref(left),
            ctypes.byref(value),
        )
        if failed or not value:
            return b""
        # Xlib gives values of 32 bits as longs.
        size = {8: 1, 16: 2, 32: ctypes.sizeof(ctypes.c_long)}.get(form.value, 0)
        found = ctypes.string_at(value, count.value * size)
        self._x.XFree(value)
        return found
