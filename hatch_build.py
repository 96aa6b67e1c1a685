"""Compiles the translations when the package is built, so that no binary catalogue is kept in the tree."""

from pathlib import Path
from typing import Any

import polib
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class TranslationsHook(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        for po in Path(self.root, "src").rglob("*.po"):
            polib.pofile(str(po)).save_as_mofile(str(po.with_suffix(".mo")))
