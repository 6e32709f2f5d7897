"""Which show lies in a file, told without reading the show.

For whoever must know it before the show's types are loaded: it imports nothing but SQLite, and says nothing
of a file that `reader` will have a sentence about.
"""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

_AN_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")


def peek_show_id(path: Path) -> str | None:
    """Return the id of the show in a file; None where there is none that could name a file of its own."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=0)) as file:
            row = file.execute("SELECT value FROM show WHERE field = 'id'").fetchone()
        show_id = json.loads(row[0]) if row else None
    except (sqlite3.Error, ValueError, OSError):
        return None
    return show_id if isinstance(show_id, str) and _AN_ID.fullmatch(show_id) else None
