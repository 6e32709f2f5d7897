"""The lanes as painted once: tiles that are only moved while the view scrolls.

Owns which stretch of time is painted on which tile, and which tiles are stale, so that scrolling, the now
line and a GO paint as little as they change. Knows no bar: the lane painter paints a tile when it is first
seen. Called by the chart.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QPainter, QPixmap

from showcaller.gui.timeline_items import LEAST_BAR, LanePainter, Scale

WIDE = 256
"""Pixels of a tile."""
MOST = 32
"""Tiles that are kept: what a wide screen shows, and as much again."""


class Tiles:
    """The tiles of one scale and height."""

    def __init__(self, lanes: LanePainter) -> None:
        self._lanes = lanes
        self._tiles: dict[int, tuple[QPixmap, int]] = {}
        self._stale: dict[int, tuple[int, int]] = {}
        """From which pixel of a tile to which it is otherwise than painted."""
        self._per_second = 0.0
        self._tall = 0
        self._ratio = 1.0
        self.painted = 0
        """Bars that were painted since this was last set to 0; for measurements."""

    def clear(self) -> None:
        """Paint everything anew when it is seen next."""
        self._tiles.clear()
        self._stale.clear()

    def forget(self, first: float, last: float) -> None:
        """Paint what lies between two times, in seconds, anew when it is seen next."""
        reach = self._lanes.look.theme.px(LEAST_BAR + 8)
        left, right = first * self._per_second - reach, last * self._per_second + reach
        for place in self._tiles:
            start = place * WIDE
            if start < right and start + WIDE > left:
                low, high = self._stale.get(place, (WIDE, 0))
                self._stale[place] = (
                    min(low, max(0, int(left) - start)),
                    max(high, min(WIDE, int(right) + 1 - start)),
                )

    def paint(self, painter: QPainter, scale: Scale, first: int, last: int, tall: int) -> None:
        """Paint the lanes from one pixel of the view to another.

        Args:
            painter: Its origin is the top left of the lanes.
            scale: Of the view.
            first: Leftmost pixel that is wanted.
            last: The one behind the rightmost.
            tall: Height of the lanes.
        """
        ratio = painter.device().devicePixelRatioF()
        if (scale.per_second, tall, ratio) != (self._per_second, self._tall, self._ratio):
            self.clear()
            self._per_second, self._tall, self._ratio = scale.per_second, tall, ratio
            self._lanes.measure(float(tall))
        left = int(scale.left)
        for place in range((left + first) // WIDE, (left + last - 1) // WIDE + 1):
            kept = self._tiles.pop(place, None)
            stale = self._stale.pop(place, None)
            if kept is None or (stale is not None and stale[1] - stale[0] >= WIDE):
                tile = self._paint_tile(place)
            else:
                tile = kept
                if stale is not None:
                    self._paint_part(place, kept[0], *stale)
            # The one used last stands last: the first is dropped where there are too many.
            self._tiles[place] = tile
            painter.drawPixmap(QPointF(place * WIDE - left, 0), tile[0])
        while len(self._tiles) > MOST:
            oldest = next(iter(self._tiles))
            del self._tiles[oldest]
            self._stale.pop(oldest, None)

    def bars_between(self, first: float, last: float) -> int:
        """Return how many bars stand painted on the tiles between two times."""
        left, right = int(first * self._per_second // WIDE), int(last * self._per_second // WIDE)
        return sum(count for place, (_, count) in self._tiles.items() if left <= place <= right)

    def _paint_tile(self, place: int) -> tuple[QPixmap, int]:
        pixmap = QPixmap(QSize(round(WIDE * self._ratio), max(1, round(self._tall * self._ratio))))
        pixmap.setDevicePixelRatio(self._ratio)
        pixmap.fill(self._lanes.look.theme.panel)
        painter = QPainter(pixmap)
        count = self._lanes.paint(painter, Scale(self._per_second, place * WIDE), WIDE)
        painter.end()
        self.painted += count
        return pixmap, count

    def _paint_part(self, place: int, pixmap: QPixmap, low: int, high: int) -> None:
        """Paint a part of a tile anew: a GO changes a bar or two."""
        painter = QPainter(pixmap)
        painter.setClipRect(low, 0, high - low, self._tall)
        painter.fillRect(low, 0, high - low, self._tall, self._lanes.look.theme.panel)
        painter.translate(low, 0)
        self.painted += self._lanes.paint(
            painter, Scale(self._per_second, place * WIDE + low), float(high - low)
        )
        painter.end()
