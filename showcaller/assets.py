"""The one place that finds resources: icons, fonts, theme, demo shows, device profiles.

Owns the answer to “where does `resources/` lie”: beside the package in the source tree, as the package
`showcaller_resources` beside it once installed, in the bundle's folder in the frozen application.
Knows nothing about what is in there. Called by whoever needs a file of ours, or must not write where they
lie; never for the user's files.
"""

from __future__ import annotations

import sys
from pathlib import Path, PurePosixPath

INSTALLED_AS = "showcaller_resources"
"""Name of `resources/` in an installation, where a top-level `resources` could be anybody's."""


class MissingAssetError(FileNotFoundError):
    """A file of ours is not there: the installation is not whole."""


def resources_beside(package: Path, bundle: Path | None = None) -> Path:
    """Return the folder of resources that belongs to a copy of the program.

    Args:
        package: Folder of the package `showcaller`.
        bundle: Folder that a frozen application was unpacked to; None when it is not frozen.
    """
    if bundle is not None:
        return bundle / "resources"
    installed = package.parent / INSTALLED_AS
    return installed if installed.is_dir() else package.parent / "resources"


def _folder() -> Path:
    bundle = getattr(sys, "_MEIPASS", None) if getattr(sys, "frozen", False) else None
    return resources_beside(Path(__file__).resolve().parent, Path(bundle) if bundle else None)


def is_asset(path: Path) -> bool:
    """Say whether a path lies among the resources of this copy of the program."""
    return path.resolve().is_relative_to(_folder().resolve())


def asset(relative: str) -> Path:
    """Return the path of a resource file or folder, such as `profiles/osc/eos.json`.

    Raises:
        MissingAssetError: It is not there.
    """
    folder = _folder()
    path = folder.joinpath(*PurePosixPath(relative).parts)
    if not path.exists():
        raise MissingAssetError(f"{relative} is missing from {folder}. Install Showcaller again.")
    return path
