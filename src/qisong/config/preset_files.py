"""Presets as files: those that come with the product, and a county's own."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

from qisong.config.preset_rules import faults
from qisong.words.text import Refusal, Text, refuse

DEFAULT_PRESET = "seven-deliveries"


def shipped() -> dict[str, Any]:
    """Folder entry of each preset of the product by its code, the default first."""
    found = {
        entry.name.removesuffix(".toml"): entry
        for entry in files("qisong.config").joinpath("presets").iterdir()
        if entry.name.endswith(".toml")
    }
    return dict(sorted(found.items(), key=lambda one: (one[0] != DEFAULT_PRESET, one[0])))


def read_preset(named: str = DEFAULT_PRESET) -> dict[str, Any]:
    """A preset of the product by its code, or one's own by the path of its file; refuses one that cannot be used."""
    if named in shipped():
        return parsed(shipped()[named].read_text(encoding="utf-8"), named)
    own = Path(named)
    if own.suffix != ".toml" or not own.is_file():
        known = "、".join(shipped())
        raise refuse(
            "unknown-preset",
            "没有“{named}”这个预设，可选：{known}；也可以写自己的 .toml 文件。",
            "There is no preset {named}; choose from: {known}; or name a .toml file of your own.",
            place="preset",
            named=named,
            known=known,
        )
    try:
        text = own.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise refuse(
            "preset-unreadable",
            "{named} 不是 UTF-8 编码的文本。",
            "{named} is no text in UTF-8.",
            place="preset",
            named=named,
        ) from None
    return checked(parsed(text, named), named)


def parsed(text: str, named: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise refuse(
            "preset-unreadable",
            "{named} 不合 TOML 的写法：{error}",
            "{named} is not written as TOML: {error}",
            place="preset",
            named=named,
            error=error,
        ) from None


def checked(preset: dict[str, Any], named: str) -> dict[str, Any]:
    """The preset, or a refusal that names all that is wrong with it."""
    found = list(faults(preset, words_needed()))
    if not found:
        return preset
    lines_zh = "\n".join(f"  {fault.place}：{fault.text.zh}" for fault in found)
    lines_en = "\n".join(f"  {fault.place}: {fault.text.en}" for fault in found)
    head = Text(f"{named} 有 {len(found)} 处要改：\n", f"\n{named} has {len(found)} things to mend:\n")
    raise Refusal("preset-faulty", Text(head.zh + lines_zh, head.en + lines_en), "preset")


def words_needed() -> set[str]:
    """Every word on screen that the product asks for: the default preset has them all."""
    return set(read_preset()["words"])
