"""The `qisong` command: exit code 0 is well, 1 a problem in the data, 2 wrong use."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import django
from django.core.exceptions import ImproperlyConfigured


def main() -> None:
    """Set Django up before the commands import the rooms."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qisong.config.settings")
    try:
        django.setup()
    except (ImproperlyConfigured, OSError) as error:
        sys.stderr.write(f"设置有误 / Wrong settings: {error}\n")
        sys.exit(2)
    import_module("qisong.config.command.catalogue").qisong()
