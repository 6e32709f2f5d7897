"""The style sheet of the whole application, made from a theme's tokens.

Owns how Qt's own widgets look: docks, menus, fields, buttons, tables, scroll bars. Knows no widget of
ours but by property: `role="go" | "stop" | "primary" | "quiet"`, `mode="edit" | "rehearse" | "live"`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from showcaller.gui.theme import Tokens


def mix(front: str, back: str, share: float) -> str:
    """Return `share` of one `#RRGGBB` over the rest of another."""
    parts = (
        round(int(front[at : at + 2], 16) * share + int(back[at : at + 2], 16) * (1 - share))
        for at in (1, 3, 5)
    )
    return "#" + "".join(f"{part:02X}" for part in parts)


def style_sheet(tokens: Tokens, px: Callable[[float], int]) -> str:
    """Return the style sheet for these colours and this zoom."""
    t = tokens
    hover = mix(t.text, t.raised, 0.08)
    chosen = mix(t.info, t.panel, 0.18)
    go_fill, go_hover = mix(t.go, t.panel, 0.22), mix(t.go, t.panel, 0.34)
    stop_fill, stop_hover = mix(t.live, t.panel, 0.25), mix(t.live, t.panel, 0.42)
    return f"""
* {{ font-family: "Inter"; font-size: {px(15)}px; color: {t.text}; }}
QMainWindow, QDialog, QWidget#desk {{ background: {t.background}; }}
QMainWindow::separator {{ background: {t.background}; width: {px(8)}px; height: {px(8)}px; }}
QMainWindow::separator:hover {{ background: {t.line}; }}
QDockWidget {{ color: {t.dim}; font-size: {px(12)}px; }}
QDockWidget > QWidget {{ background: {t.panel}; border: 1px solid {t.line}; border-radius: {px(8)}px; }}
QToolTip {{ background: {t.raised}; color: {t.text}; border: 1px solid {t.line}; padding: {px(6)}px; }}
QLabel, QCheckBox, QRadioButton {{ background: transparent; border: none; }}
QLabel[role="label"] {{ color: {t.dim}; font-size: {px(12)}px; letter-spacing: 1px; }}
QLabel[role="dim"] {{ color: {t.dim}; font-size: {px(13)}px; }}
QLabel[role="problem"] {{ color: {t.live}; font-size: {px(13)}px; }}
QLabel[role="figures"] {{ font-family: "JetBrains Mono"; }}

QMenuBar {{ background: {t.background}; color: {t.dim}; font-size: {px(13)}px; }}
QMenuBar::item {{ padding: {px(4)}px {px(10)}px; background: transparent; color: {t.dim}; }}
QMenuBar::item:selected {{ background: {t.raised}; color: {t.text}; }}
QMenu {{ background: {t.raised}; border: 1px solid {t.line}; padding: {px(6)}px; }}
QMenu::item {{ padding: {px(6)}px {px(28)}px {px(6)}px {px(24)}px; border-radius: {px(4)}px; }}
QMenu::item:selected {{ background: {hover}; }}
QMenu::item:disabled {{ color: {mix(t.dim, t.raised, 0.6)}; }}
QMenu::separator {{ height: 1px; background: {t.line}; margin: {px(6)}px {px(4)}px; }}
QMenu::icon {{ padding-left: {px(4)}px; }}

QPushButton, QToolButton {{
    background: {t.raised}; border: 1px solid {t.line}; border-radius: {px(8)}px;
    padding: {px(7)}px {px(14)}px; font-weight: 500;
}}
QPushButton:hover, QToolButton:hover {{ background: {hover}; }}
QPushButton:pressed, QToolButton:pressed, QPushButton:checked, QToolButton:checked {{ background: {chosen}; }}
QPushButton:focus, QToolButton:focus {{ border-color: {t.info}; }}
QPushButton:disabled, QToolButton:disabled {{ color: {mix(t.dim, t.panel, 0.55)}; background: {t.panel}; }}
QToolButton::menu-indicator {{ image: none; width: 0; }}
QPushButton[role="primary"] {{ border-color: {t.info}; }}
QPushButton[role="quiet"], QToolButton[role="quiet"] {{ background: transparent; border-color: transparent; }}
QPushButton[role="quiet"]:hover, QToolButton[role="quiet"]:hover {{ background: {t.raised}; }}
QPushButton[role="quiet"]:focus, QToolButton[role="quiet"]:focus {{ border-color: {t.info}; }}
QPushButton[role="go"] {{ background: {go_fill}; border: 2px solid {t.go}; font-weight: 700; }}
QPushButton[role="go"]:hover {{ background: {go_hover}; }}
QPushButton[role="stop"] {{ background: {stop_fill}; border: 1px solid {t.live}; color: {t.text}; }}
QPushButton[role="stop"]:hover {{ background: {stop_hover}; }}

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QComboBox, QTimeEdit, QKeySequenceEdit {{
    background: {t.background}; border: 1px solid {t.line}; border-radius: {px(6)}px;
    padding: {px(6)}px {px(8)}px; selection-background-color: {mix(t.info, t.panel, 0.45)};
    selection-color: {t.text};
}}
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus,
QComboBox:focus, QTimeEdit:focus {{ border-color: {t.info}; }}
QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled, QSpinBox:disabled {{ color: {t.dim};
    background: {t.panel}; }}
QLineEdit[invalid="true"], QPlainTextEdit[invalid="true"], QComboBox[invalid="true"] {{
    border-color: {t.live}; }}
QComboBox::drop-down {{ border: none; width: {px(24)}px; }}
QComboBox QAbstractItemView {{ background: {t.raised}; border: 1px solid {t.line};
    selection-background-color: {hover}; outline: none; }}
QCheckBox, QRadioButton {{ spacing: {px(8)}px; }}
QGroupBox {{ border: 1px solid {t.line}; border-radius: {px(8)}px; margin-top: {px(10)}px;
    padding: {px(12)}px; }}
QGroupBox::title {{ subcontrol-origin: margin; left: {px(12)}px; color: {t.dim}; }}

QAbstractItemView {{ background: {t.panel}; alternate-background-color: {t.panel}; border: none;
    outline: none;
    selection-background-color: {chosen}; selection-color: {t.text}; gridline-color: {t.line}; }}
QHeaderView {{ background: {t.panel}; border: none; }}
QHeaderView::section {{ background: {t.panel}; color: {t.dim}; border: none;
    border-bottom: 1px solid {t.line};
    padding: {px(8)}px {px(6)}px; font-size: {px(12)}px; }}
QScrollArea {{ background: transparent; border: none; }}
QScrollBar:vertical {{ background: transparent; width: {px(10)}px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: {px(10)}px; margin: 0; }}
QScrollBar::handle {{ background: {t.line}; border-radius: {px(4)}px; min-height: {px(28)}px;
    min-width: {px(28)}px; }}
QScrollBar::handle:hover {{ background: {mix(t.dim, t.line, 0.4)}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QTabWidget::pane {{ border: none; }}
QTabBar::tab {{ background: transparent; color: {t.dim}; padding: {px(6)}px {px(12)}px;
    font-size: {px(13)}px; }}
QTabBar::tab:selected {{ color: {t.text}; border-bottom: 2px solid {t.info}; }}
QSplitter::handle {{ background: {t.line}; }}
QProgressBar {{ background: {t.raised}; border: 1px solid {t.line}; border-radius: {px(4)}px;
    text-align: center; }}
QProgressBar::chunk {{ background: {mix(t.go, t.panel, 0.5)}; border-radius: {px(4)}px; }}
"""
