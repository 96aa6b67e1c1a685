"""What starts Qisong on a server names commands and files that exist, and gives it no more rights than it needs."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from qisong.config.command.catalogue import qisong
from tests.needs import need

ABSENT = "Command /opt/qisong/bin/qisong is not executable: No such file or directory"


def settings_of(unit: Path) -> dict[str, str]:
    lines = unit.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def require_command(words: list[str]) -> None:
    """click itself reads the line; it stops at the help before anything is served."""
    assert words[0].rpartition("/")[2] == "qisong"
    assert CliRunner().invoke(qisong, [*words[1:], "--help"]).exit_code == 0


@pytest.mark.parametrize(("file", "called"), [("qisong.service", "qisong.service"), ("qisong@.service", "qisong@")])
def test_unit_is_understood_by_systemd(root: Path, file: str, called: str) -> None:
    verify = [str(need("systemd-analyze")), "verify", str(root / "deploy" / file)]
    told = subprocess.run(verify, capture_output=True, text=True, check=False).stderr
    # Only that it is not installed here may be said of it; of the machine's other units much may be.
    said = [line.partition(": ")[2] for line in told.splitlines() if line.startswith(called)]
    assert said == [ABSENT]


def test_unit_runs_the_command_without_rights(root: Path) -> None:
    unit = settings_of(root / "deploy" / "qisong.service")
    require_command(unit["ExecStart"].split())
    wanted = {
        "DynamicUser": "yes",
        "NoNewPrivileges": "yes",
        "ProtectSystem": "strict",
        "ProtectHome": "yes",
        "StateDirectory": "qisong",
        "CapabilityBoundingSet": "",
    }
    assert {name: unit[name] for name in wanted} == wanted


def test_units_of_many_sites_differ_from_the_single_one_only_in_what_is_a_site_s_own(root: Path) -> None:
    one, many = (settings_of(root / "deploy" / file) for file in ("qisong.service", "qisong@.service"))
    own = {name for name in one.keys() | many.keys() if one.get(name) != many.get(name)}
    assert own == {"Description", "ExecStart", "User", "StateDirectory", "Environment", "EnvironmentFile"}
    assert [name for name in own - {"ExecStart"} if "%i" not in many[name]] == []
    require_command(many["ExecStart"].replace("${PORT}", "8101").split())


def test_container_copies_what_exists_and_runs_as_nobody(root: Path) -> None:
    text = (root / "deploy" / "Containerfile").read_text(encoding="utf-8")
    copied = [words.split()[:-1] for words in re.findall(r"^COPY (?!--from)(.*)$", text, re.MULTILINE)]
    assert [name for names in copied for name in names if not (root / name).exists()] == []
    assert re.findall(r"^USER (.*)$", text, re.MULTILINE) == ["10001:10001"]
    assert "/health/" in text
    require_command(json.loads(re.findall(r"^CMD (.*)$", text, re.MULTILINE)[0]))
