"""Write the golden files: ``python -m tests.golden.build``. The tests read what is committed and never call this."""

from __future__ import annotations

import json
from pathlib import Path

from tests.golden import cases_files, cases_forms, cases_sheets, cases_values
from tests.golden.case import Case

HERE = Path(__file__).parent / "roster"


def cases() -> list[Case]:
    return [case for module in (cases_files, cases_sheets, cases_values, cases_forms) for case in module.cases()]


def main() -> None:
    HERE.mkdir(exist_ok=True)
    for old in HERE.iterdir():
        old.unlink()
    for case in cases():
        target = HERE / case.name
        assert not target.exists(), case.name
        target.write_bytes(case.content)
        expected = json.dumps(case.expected(), ensure_ascii=False, indent=1)
        target.with_name(f"{case.name}.json").write_text(f"{expected}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
