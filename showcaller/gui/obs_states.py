"""What OBS says of its picture and outputs, as the top bar has it: program, preview, recording, streaming.

Owns the wording in three lengths, from the longest to the shortest that still says what goes out. Values in
and rich text out. Knows no widget.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal

from PySide6.QtGui import QColor

from showcaller.core.messages import DeviceView
from showcaller.gui.theme import Theme

Form = Literal["full", "short", "least"]
"""All of it; the first program and the outputs; the outputs alone."""
LONGEST, SHORT = 24, 14
"""Letters of a scene's name."""


def obs_text(views: Sequence[DeviceView], theme: Theme, form: Form = "full") -> str:
    """Return what OBS does, as rich text; of several one behind the other, or shortly how many of them do it.

    Args:
        views: Those that are there.
        theme: Has the colours.
        form: How long it may be.
    """
    red = QColor(theme.live).lighter(125).name()
    parts: list[str] = []
    if form == "full":
        for view in views:
            parts += _picture(view, theme, form)
            parts += (_dot(red, words, red) for words in _outputs(view, brief=False))
    else:
        for view in views[:1]:
            parts += _picture(view, theme, form)
        count = Counter(words for view in views for words in _outputs(view, brief=True))
        for words, times in count.items():
            of = f" {times}/{len(views)}" if len(views) > 1 else ""
            parts.append(_dot(red, words + of, red))
    return "&nbsp;&nbsp; ".join(parts)


def _picture(view: DeviceView, theme: Theme, form: Form) -> list[str]:
    parts: list[str] = []
    ink = theme.text.name()
    program, preview = str(view.status.get("program", "")), str(view.status.get("preview", ""))
    if program and form != "least":
        parts.append(_dot(ink, f"PGM {_plain(program, LONGEST if form == 'full' else SHORT)}", ink))
    if preview and form == "full":
        parts.append(_dot(theme.go.name(), f"PVW {_plain(preview, LONGEST)}", theme.info.name(), "○"))
    return parts


def _outputs(view: DeviceView, *, brief: bool) -> list[str]:
    parts: list[str] = []
    record = view.status.get("record")
    if record not in {None, "stopped", ""}:
        parts.append("REC" if record == "started" else f"REC {record}")
    stream = view.status.get("stream")
    if stream not in {None, "stopped", ""}:
        dropped = view.status.get("dropped_frames", 0)
        words = "STR" if brief else "STREAM"
        if stream != "started":
            words += f" {stream}"
        elif dropped or not brief:
            words += f" {dropped} drop"
        parts.append(words)
    return parts


def _dot(colour: str, words: str, text: str, mark: str = "●") -> str:
    return f'<span style="color:{colour}">{mark}</span>&nbsp;<span style="color:{text}">{words}</span>'


def _plain(text: str, longest: int) -> str:
    text = text if len(text) <= longest else text[: longest - 1] + "…"
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(" ", "&nbsp;")
