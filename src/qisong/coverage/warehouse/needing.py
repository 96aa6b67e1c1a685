"""Packages that only a warehouse needs, asked for when they are first used."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from qisong.words.text import refuse


def need(module: str, *, extra: str) -> Any:
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        raise refuse(
            "extra-missing",
            "没有安装 {package}。请运行：pip install 'qisong[{extra}]'",
            "{package} is not installed. Run: pip install 'qisong[{extra}]'",
            package=error.name or module,
            extra=extra,
        ) from error
