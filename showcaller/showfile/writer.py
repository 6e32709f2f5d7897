"""The thread that commits: one transaction for each change, in order, until the disk has them all.

Owns the queue, the connection that writes, and the words NOT SAVED. What failed stays at the head of
the queue and is tried again, later changes wait behind it, and nothing leaves memory before the disk
has it. Knows no window: whoever listens is called from this thread. Called by `file` alone.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from showcaller.core.edits import Change, EditError
from showcaller.showfile.inventories import Inventories
from showcaller.showfile.rows import write_change
from showcaller.showfile.schema import Numbered, put_steps, to_text, write_inventories
from showcaller.showfile.sqlite import connect, explain

_log = logging.getLogger(__name__)

OnState = Callable[[int, str | None], None]
"""How many transactions wait, and the sentence that says NOT SAVED and why, or None."""

FIRST_RETRY_SECONDS = 1.0
LAST_RETRY_SECONDS = 30.0


class Transaction(Struct, frozen=True, kw_only=True):
    """What one commit writes."""

    revision: int | None = None
    """Number of the change; None leaves the file's."""
    change: Change = ()
    steps: Sequence[Numbered] = ()
    """Steps of the undo history that are new or other than before."""
    first_step: int | None = None
    """The oldest step to keep."""
    end_step: int | None = None
    """The number behind the newest step to keep."""
    inventories: Inventories = {}

    def write(self, connection: sqlite3.Connection) -> None:
        """Write it, inside the caller's transaction.

        Raises:
            EditError: The change does not fit what the file holds.
            sqlite3.Error: The file did not take it.
        """
        write_change(connection, self.change)
        if self.first_step is not None:
            connection.execute(
                "DELETE FROM history WHERE position < ? OR position >= ?", (self.first_step, self.end_step)
            )
        put_steps(connection, self.steps)
        write_inventories(connection, self.inventories)
        if self.revision is not None:
            connection.execute("UPDATE state SET revision = ?", (self.revision,))


class _RefusedError(Exception):
    """The file is not the one that the queue belongs to; the message is a sentence."""


class Writer:
    """Commits transactions to one show file from a thread of its own."""

    def __init__(self, path: Path, show_id: str, revision: int, on_state: OnState) -> None:
        self._path = path
        self._show_id = to_text(show_id)
        self._revision = revision
        self._perhaps: int | None = None
        self._on_state = on_state
        self._connection: sqlite3.Connection | None = None
        self._queue: deque[Transaction] = deque()
        self._error: str | None = None
        self._attempts = 0
        self._hurry = False
        self._ending = False
        self._turn = threading.Condition()
        self._disk = threading.Lock()
        self._thread = threading.Thread(target=self._run, name=f"writer of {path.name}", daemon=True)
        self._thread.start()

    @property
    def pending(self) -> int:
        """How many transactions the disk does not have."""
        return len(self._queue)

    @property
    def error(self) -> str | None:
        """The sentence that says NOT SAVED and why, or None."""
        return self._error

    def put(self, transaction: Transaction) -> None:
        """Queue a transaction and return at once; what failed before is tried again first."""
        with self._turn:
            self._queue.append(transaction)
            self._hurry = True
            self._turn.notify_all()

    def retry(self) -> None:
        """Try at once what failed."""
        with self._turn:
            self._hurry = True
            self._turn.notify_all()

    def flush(self, timeout: float | None = None) -> bool:
        """Wait until the queue is empty, or was tried once more and failed; return whether it is empty."""
        with self._turn:
            tried = self._attempts
            self._hurry = True
            self._turn.notify_all()
            self._turn.wait_for(
                lambda: not self._queue or (self._error is not None and self._attempts > tried), timeout
            )
            return not self._queue

    def stop(self) -> None:
        """End the thread; what the disk does not have stays in the queue."""
        with self._turn:
            self._ending = True
            self._turn.notify_all()
        self._thread.join()

    @contextmanager
    def held(self) -> Iterator[tuple[Transaction, ...]]:
        """Hold back the next commit, and lend what the disk does not have."""
        with self._disk:
            with self._turn:
                waiting = tuple(self._queue)
            yield waiting

    def _run(self) -> None:
        patience = FIRST_RETRY_SECONDS
        while True:
            with self._turn:
                if self._error is None:
                    self._turn.wait_for(lambda: self._queue or self._ending)
                else:
                    self._turn.wait_for(lambda: self._hurry or self._ending, patience)
                    patience = min(patience * 2, LAST_RETRY_SECONDS)
                self._hurry = False
                if self._ending:
                    break
                pending, error = len(self._queue), self._error
            self._tell(pending, error)
            failed = self._step()
            with self._turn:
                pending = len(self._queue)
            if failed is None:
                patience = FIRST_RETRY_SECONDS
            if pending == 0 or failed is not None:
                self._tell(pending, failed)
        self._disconnect()

    def _step(self) -> str | None:
        """Commit the oldest transaction; return the sentence that says why that failed."""
        with self._disk:
            transaction = self._queue[0]
            reason = self._commit(transaction)
            error = None
            if reason is not None:
                error = f"NOT SAVED: {reason}"
                if error != self._error:
                    _log.warning("%s", error)
            elif self._error is not None:
                _log.info("Saving to %s again.", self._path)
            with self._turn:
                if error is None:
                    self._queue.popleft()
                self._error = error
                self._attempts += 1
                self._turn.notify_all()
        return error

    def _tell(self, pending: int, error: str | None) -> None:
        try:
            self._on_state(pending, error)
        except Exception:  # noqa: BLE001 - whoever listens must not end the saving
            _log.exception("The state of saving could not be told.")

    def _commit(self, transaction: Transaction) -> str | None:
        try:
            if self._connection is None:
                self._connection = connect(self._path, "rw")
            self._connection.execute("BEGIN IMMEDIATE")
            if self._agrees(self._connection):
                transaction.write(self._connection)
            self._perhaps = transaction.revision
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._disconnect()
            return explain(error, self._path)
        except (EditError, _RefusedError) as error:
            self._disconnect()
            return str(error)
        except Exception:  # noqa: BLE001 - a dead thread would lose every later change
            self._disconnect()
            _log.exception("A change could not be written to %s.", self._path)
            return f"a change does not fit {self._path}. Save the show as another file."
        if transaction.revision is not None:
            self._revision = transaction.revision
        self._perhaps = None
        return None

    def _agrees(self, connection: sqlite3.Connection) -> bool:
        """Return whether the transaction is still to be written.

        A commit whose end the disk failed to confirm may have been kept all the same.
        """
        found = connection.execute("SELECT revision, value FROM state, show WHERE field = 'id'").fetchone()
        if found == (self._revision, self._show_id):
            return True
        if self._perhaps is not None and found == (self._perhaps, self._show_id):
            return False
        raise _RefusedError(
            f"another program changed {self._path} since it was opened. Save the show as another file."
        )

    def _disconnect(self) -> None:
        if self._connection is not None:
            try:
                self._connection.close()
            except sqlite3.Error as error:
                _log.info("%s", explain(error, self._path))
            self._connection = None
