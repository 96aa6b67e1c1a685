"""What is said of a member, in the roster's own terms: by a row of the form, or as the difference to what is held."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Self

from qisong.roster.terms import AWAY, OUT_OF_CONTACT, SUSPENDED, Secret

# Where the form tells of a field, if not in the column of the same code.
COLUMNS = {
    "unit": "branch",
    Secret.PHONE: "mobile",
    Secret.HOUSE: "address",
    SUSPENDED: "standing",
    OUT_OF_CONTACT: "lost",
    AWAY: "away",
}
DATES = ("born", "joined", "became_full")


@dataclass(frozen=True, slots=True)
class State:
    """Whether a circumstance holds; since when and with what detail as far as told ("" if not)."""

    holds: bool
    since: str = ""
    detail: str = ""


@dataclass(slots=True)
class Statement:
    """``values`` by field of ``Member`` and ``name``; ``secrets`` and ``masks`` by kind; ``states`` by circumstance.

    A field that is absent is not spoken of. ``unit`` is the branch, ``None`` if none was named.
    """

    unit: int | None = None
    values: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    masks: dict[str, str] = field(default_factory=dict)
    states: dict[str, State] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.values.get("name", "")

    @property
    def born(self) -> str:
        return self.values.get("born", "")

    @property
    def identity(self) -> str:
        return self.secrets.get(Secret.IDENTITY, "")

    def says_nothing(self) -> bool:
        return self.unit is None and not (self.values or self.secrets or self.states)

    def columns(self) -> list[str]:
        """The columns of the form that tell of it, each once."""
        fields = [*self.values, *self.secrets, *self.states, *(["unit"] if self.unit is not None else [])]
        return list(dict.fromkeys(COLUMNS.get(one, one) for one in fields))

    def as_json(self) -> dict[str, Any]:
        states = {kind: [state.holds, state.since, state.detail] for kind, state in self.states.items()}
        return {"unit": self.unit, "values": self.values, "secrets": self.secrets, "masks": self.masks} | (
            {"states": states}
        )

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        states = {kind: State(*state) for kind, state in kept["states"].items()}
        return cls(kept["unit"], kept["values"], kept["secrets"], kept["masks"], states)
