"""``docs/acts.md`` against the code: every key, every problem, every example."""

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest

from qisong.ledger import documents, shapes
from qisong.ledger.models import Activity
from qisong.ledger.recording import record_many
from qisong.ledger.shapes import keys_of
from qisong.ledger.terms import AnswerKind, Direction, Source, Task, Verdict
from qisong.org.scope import operator_scope
from qisong.org.terms import TermCategory
from tests.world import World

TABLES = {
    "活动 · The act": documents.ActDraft,
    "`parts`": documents.PartDraft,
    "`participants`": documents.ParticipantDraft,
    "`absent`": documents.AbsenceDraft,
    "`guests`": documents.GuestsDraft,
    "`received`": documents.ReceivedDraft,
    "`custody`": documents.CustodyDraft,
    "`answers`": documents.AnswerDraft,
    "`minutes`": documents.MinutesDraft,
    "`corrects`": documents.CorrectionDraft,
    "人 · A person (REF)": shapes.Named,
}
# The modules through which a document passes on its way to an answer.
READERS = "shapes documents directory catalogue composition composing attending handing answering reversing recording"
# Raised by those modules only for other doors than a document.
ELSEWHERE = {"reason-needed"}
LOOKED_UP = {TermCategory.PART, TermCategory.MEETING, TermCategory.CHANNEL, TermCategory.ABSENCE}


@pytest.fixture(scope="module")
def text(root: Path) -> str:
    return (root / "docs" / "acts.md").read_text(encoding="utf-8")


def first_cells(text: str) -> list[str]:
    return list(re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE))


def section(text: str, heading: str) -> str:
    return re.split(r"^#{2,3} ", text.split(f"### {heading}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def codes_of(tree: ast.AST) -> set[str]:
    """The codes with which a module refuses."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            place = {"refuse": 0, "wrong": 1, "Problem": 1}.get(name)
            if place is not None and len(node.args) > place and isinstance(node.args[place], ast.Constant):
                found.add(node.args[place].value)
    return found


@pytest.mark.parametrize("heading", TABLES)
def test_every_key_is_described_and_no_other(text: str, heading: str) -> None:
    assert first_cells(section(text, heading)) == list(keys_of(TABLES[heading]))


@pytest.mark.parametrize("heading", TABLES)
def test_required_keys_are_said_to_be_required(text: str, heading: str) -> None:
    described = section(text, heading)
    required = re.findall(r"^\| `(\w+)` \| [^|]+ \| required \|", described, re.MULTILINE)
    assert required == [name for name, (_shape, needed) in keys_of(TABLES[heading]).items() if needed]


def test_every_code_of_a_problem_is_described_and_no_other(text: str, root: Path) -> None:
    folder = root / "src" / "qisong" / "ledger"
    trees = [ast.parse((folder / f"{name}.py").read_text(encoding="utf-8")) for name in READERS.split()]
    raised = set().union(*map(codes_of, trees)) | {f"unknown-{category}" for category in LOOKED_UP}
    table = text.split("| code | at |", 1)[1].split("\n\n", 1)[0]
    assert sorted(first_cells(table)) == sorted(raised - ELSEWHERE)
    assert first_cells(table) == sorted(first_cells(table))


@pytest.mark.parametrize("choices", [Task, Direction, Source, AnswerKind, Verdict])
def test_every_choice_of_a_closed_list_is_named(text: str, choices: Any) -> None:
    assert [choice for choice in choices if f"`{choice}`" not in text] == []


def test_examples_are_recorded_as_they_stand(text: str, world: World) -> None:
    examples = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", text, re.DOTALL)]
    acts = [act for example in examples for act in example.get("acts", [example])]
    answers = list(record_many(acts, by=None, scope=operator_scope(), door="test"))
    assert [(answer.verdict, answer.problems) for answer in answers] == [("stored", ())] * 4
    assert Activity.objects.count() == 4


def test_first_example_comes_to_what_it_tells(text: str, world: World) -> None:
    example = json.loads(re.findall(r"```json\n(.*?)```", text, re.DOTALL)[0])
    [answer] = record_many([example], by=None, scope=operator_scope(), door="test")
    act = Activity.objects.get(pk=answer.act)
    kinds = [part.kind for part in act.parts.order_by("id")]
    received = act.receipts.order_by("id").values_list("item__code", "source", "giver_unit__code", "giver_person__name")
    assert kinds == ["visit", "oath", "lesson", "meeting", "hand-over", "badge"]
    assert list(received) == [
        (None, "", None, None),
        (None, "", None, None),
        ("lessons", "", None, None),
        ("lessons", "", None, None),
        ("rules", "custody", "B1", None),
        ("rules", "custody", "B1", None),
        ("badges", "giver", None, "高远行"),
        ("flags", "giver", "D1", None),
    ]
