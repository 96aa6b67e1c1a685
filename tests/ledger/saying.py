"""Short ways to say what a document says."""

from typing import Any

from qisong.ledger.recording import Acknowledgement

ELDER, YOUNG, AWAY, LOST, RECORDER = "田守一", "田春禾", "罗远帆", "何渺", "东方晓"


def person(name: str, unit: str = "B1", **more: str) -> dict[str, str]:
    return {"unit": unit, "name": name} | more


def received(item: str, to: Any = "present", **more: Any) -> dict[str, Any]:
    return {"item": item, "to": to} | more


def problems(answer: Acknowledgement) -> list[tuple[str, str]]:
    """Place and code of each problem."""
    return [(problem.place, problem.code) for problem in answer.problems]
