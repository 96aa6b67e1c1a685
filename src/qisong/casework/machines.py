"""The state machines of all cases: which move leads from which state where, and what it asks for.

Nothing else in the house decides whether a case may go on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qisong.casework.terms import Kind, Move, State
from qisong.casework.wording import MOVES, STATES
from qisong.words.text import refuse

SEARCHING = (State.OPEN, State.WORKING, State.FOUND, State.LOST, State.PROPOSED)
RIGHTING = (State.OPEN, State.WORKING, State.FIXED)


@dataclass(frozen=True)
class Transition:
    """``by_another``: only somebody who is neither responsible for the case nor asked for its end."""

    targets: Mapping[State, State]
    reason: bool = False
    by_another: bool = False


@dataclass(frozen=True)
class Machine:
    transitions: Mapping[Move, Transition]

    def moves_from(self, state: State) -> list[Move]:
        return [move for move, transition in self.transitions.items() if state in transition.targets]

    def take(self, state: State, move: Move) -> tuple[Transition, State]:
        """The transition and the state it leads to; refuses what is unknown, and says what is possible."""
        transition = self.transitions.get(move)
        if transition is None or state not in transition.targets:
            possible = [MOVES[one] for one in self.moves_from(state) if one != Move.FOLLOW]
            raise refuse(
                "illegal-move",
                "现在是“{state_zh}”，不能{move_zh}。现在可以：{can_zh}。",
                "The case stands at: {state_en}. It is too early or too late to {move_en}. Possible now: {can_en}.",
                state_zh=STATES[state].zh,
                state_en=STATES[state].en,
                move_zh=MOVES[move].zh,
                move_en=MOVES[move].en,
                can_zh="、".join(text.zh for text in possible) or "没有",
                can_en=", ".join(text.en for text in possible) or "nothing",
            )
        return transition, transition.targets[state]


def staying(*states: State) -> dict[State, State]:
    return {state: state for state in states}


def to(target: State, *sources: State) -> dict[State, State]:
    return dict.fromkeys(sources, target)


RECTIFYING = Machine(
    {
        Move.ASSIGN: Transition(staying(*RIGHTING) | {State.OPEN: State.WORKING}),
        Move.EXTEND: Transition(staying(*RIGHTING), reason=True),
        Move.ENTRUST: Transition(staying(*RIGHTING)),
        Move.REQUEST: Transition(to(State.FIXED, State.WORKING)),
        Move.RETURN: Transition(to(State.WORKING, State.FIXED), reason=True, by_another=True),
        Move.SETTLE: Transition(to(State.CLOSED, State.FIXED), by_another=True),
        Move.REOPEN: Transition(to(State.WORKING, State.CLOSED), reason=True),
        Move.WITHDRAW: Transition(to(State.WITHDRAWN, State.OPEN, State.WORKING), reason=True),
    }
)
TRACING = Machine(
    {
        Move.ASSIGN: Transition(staying(*SEARCHING) | {State.OPEN: State.WORKING}),
        Move.EXTEND: Transition(staying(*SEARCHING), reason=True),
        Move.ENTRUST: Transition(staying(*SEARCHING)),
        Move.FIND: Transition(to(State.FOUND, State.OPEN, State.WORKING, State.LOST, State.PROPOSED)),
        Move.GIVE_UP: Transition(to(State.LOST, State.WORKING), reason=True),
        Move.PROPOSE: Transition(to(State.PROPOSED, State.FOUND, State.LOST)),
        Move.RETURN: Transition(to(State.WORKING, State.FOUND, State.PROPOSED), reason=True, by_another=True),
        Move.SETTLE: Transition(to(State.CLOSED, State.FOUND, State.PROPOSED), by_another=True),
        Move.REOPEN: Transition(to(State.WORKING, State.CLOSED), reason=True),
        Move.WITHDRAW: Transition(to(State.WITHDRAWN, *SEARCHING), reason=True),
        Move.FOLLOW: Transition(staying(*SEARCHING)),
    }
)
MACHINES: Mapping[Kind, Machine] = {
    Kind.TRACING: TRACING,
    Kind.FINDING: RECTIFYING,
    Kind.PERSONAL: RECTIFYING,
    Kind.LIFTING: RECTIFYING,
}
