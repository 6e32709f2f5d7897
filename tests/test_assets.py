"""Resources are found wherever the program lies."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pytest

from showcaller.assets import INSTALLED_AS, MissingAssetError, asset, resources_beside

ROOT = Path(__file__).resolve().parents[1]


def test_the_source_tree_uses_the_folder_beside_the_package():
    assert asset("profiles/osc") == ROOT / "resources" / "profiles" / "osc"


def test_an_installation_uses_its_own_package_even_beside_a_foreign_resources(tmp_path):
    (tmp_path / "resources").mkdir()
    (tmp_path / INSTALLED_AS).mkdir()
    assert resources_beside(tmp_path / "showcaller") == tmp_path / INSTALLED_AS


def test_the_frozen_application_uses_its_bundle(tmp_path, monkeypatch):
    (tmp_path / "resources" / "icons").mkdir(parents=True)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert asset("icons") == tmp_path / "resources" / "icons"


def test_a_missing_resource_is_named_with_what_to_do():
    with pytest.raises(MissingAssetError, match=r"icons/no_such\.svg is missing .* Install Showcaller again"):
        asset("icons/no_such.svg")


def test_every_package_is_listed_for_installation():
    setuptools = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    there = {
        ".".join(path.parent.relative_to(ROOT).parts) for path in (ROOT / "showcaller").rglob("__init__.py")
    }
    assert set(setuptools["packages"]) == there | {INSTALLED_AS}, "bring its `packages` up to date"


def test_the_installed_package_of_resources_is_the_folder_of_the_source_tree():
    setuptools = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    assert setuptools["package-dir"] == {INSTALLED_AS: "resources"}
    assert setuptools["package-data"] == {INSTALLED_AS: ["**/*"]}
