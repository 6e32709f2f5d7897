"""The problems of the open show, by the row they stand in.

Owns only the sorting: what is a problem is `core.checks`' business, and the problem list shows them all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from showcaller.core.problems import Problem


@dataclass(frozen=True, slots=True)
class RowProblem:
    """The worst of a row's problems, as the table says it."""

    sentence: str
    severe: bool


def worst_by_row(problems: Iterable[object]) -> dict[str, RowProblem]:
    """Return the worst problem of each row that has one."""
    worst: dict[str, RowProblem] = {}
    for problem in problems:
        if not isinstance(problem, Problem):
            continue
        row_id = problem.row_id
        severe = problem.severity == "error"
        known = worst.get(row_id) if row_id else None
        if row_id and (known is None or (severe and not known.severe)):
            worst[row_id] = RowProblem(problem.sentence, severe)
    return worst
