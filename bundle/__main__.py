"""Makes what is carried on a stick to a machine without a network: ``python -m bundle`` writes two ZIP files.

Each holds the program, every package it needs at the locked version, a script that starts it and a sheet of words.
``--windows-python FILE`` puts the embeddable Python of python.org, downloaded by you, into the one for Windows.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement

from qisong import __version__

ROOT, HERE = Path(__file__).parents[1], Path(__file__).parent
SUMS = "SHA256.txt"
WINDOWS_PYTHON = "3.12"


@dataclass(frozen=True)
class Target:
    """``markers`` say what pip would find on such a machine."""

    name: str
    pythons: tuple[str, ...]
    platforms: tuple[str, ...]
    markers: dict[str, str]


WINDOWS = Target(
    "windows",
    (WINDOWS_PYTHON,),
    ("win_amd64",),
    {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "platform_machine": "AMD64"},
)
LINUX = Target(
    "linux",
    ("3.11", "3.12", "3.13"),
    ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64"),
    {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_machine": "x86_64"},
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bundle")
    parser.add_argument("--windows-python", type=Path, help="python-3.12.x-embed-amd64.zip")
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    given = parser.parse_args()
    for target in (WINDOWS, LINUX):
        made = make(target, given.out, windows_python=given.windows_python)
        sys.stdout.write(f"{made}  {made.stat().st_size // 2**20} MiB\n")


def make(target: Target, out: Path, windows_python: Path | None = None) -> Path:
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="qisong-bundle-") as work:
        folder = Path(work) / f"qisong-{__version__}-{target.name}"
        wheels = folder / "wheels"
        build_wheel(wheels)
        for python in target.pythons:
            download(target, python, wheels)
        shutil.copytree(HERE / target.name, folder, dirs_exist_ok=True)
        shutil.copy(ROOT / "LICENSE", folder)
        if target is WINDOWS:
            lay_out(folder, wheels, windows_python)
        write_sums(folder)
        return packed(folder, out)


def build_wheel(wheels: Path) -> None:
    """With the compiled catalogues, the static files and the presets: all that the package itself holds."""
    run("hatchling", "build", "--target", "wheel", "--directory", str(wheels))


def download(target: Target, python: str, wheels: Path) -> None:
    """pip asks the machine it runs on for markers, so the lines for the other machine are chosen here."""
    lock = wheels.parent.parent / f"{target.name}-{python}.lock"
    lock.write_text("".join(locked(target, python)), encoding="utf-8")
    platforms = [f"--platform={platform}" for platform in target.platforms]
    where = ["--only-binary=:all:", "--no-deps", "--require-hashes", f"--python-version={python}", *platforms]
    run("pip", "--disable-pip-version-check", "download", "--quiet", *where, "--dest", str(wheels), "-r", str(lock))


def locked(target: Target, python: str) -> list[str]:
    """The entries of the lock that such a machine needs, with their hashes and without their conditions."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8").replace("\\\n", " ")
    here = target.markers | {"python_version": python, "python_full_version": f"{python}.0"}
    found = []
    for line in text.splitlines():
        stated, _, hashes = line.partition("--hash=")
        if not hashes or line.lstrip().startswith("#"):
            continue
        requirement = Requirement(stated.strip())
        if requirement.marker is None or requirement.marker.evaluate(here):
            found.append(f"{requirement.name}{requirement.specifier} --hash={hashes}\n")
    return found


def lay_out(folder: Path, wheels: Path, python: Path | None) -> None:
    """Windows has no installation step: the packages are unpacked once, here."""
    for wheel in sorted(wheels.iterdir()):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder / "lib")
    shutil.rmtree(wheels)
    if python:
        with zipfile.ZipFile(python) as archive:
            archive.extractall(folder / "python")


def write_sums(folder: Path) -> None:
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    lines = (f"{sha256_of(file)}  {file.relative_to(folder).as_posix()}\n" for file in files)
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")


def sha256_of(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def packed(folder: Path, out: Path) -> Path:
    target = out / f"{folder.name}.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            archive.write(file, file.relative_to(folder.parent))
    return target


def run(module: str, *arguments: str) -> None:
    subprocess.run([sys.executable, "-m", module, *arguments], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
