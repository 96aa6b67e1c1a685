"""Who may do what with a case that they know of."""

from __future__ import annotations

from qisong.casework.machines import MACHINES
from qisong.casework.models import Case
from qisong.casework.reach import case_units
from qisong.casework.stepping import is_party
from qisong.casework.terms import Kind, Move, State
from qisong.org.models import Person, Post, Unit
from qisong.org.scope import OVER, Scope, role_rights
from qisong.org.terms import Right

# What whoever is responsible may do without handling the cases of the unit.
OWNERS = (Move.FIND, Move.GIVE_UP, Move.PROPOSE, Move.REQUEST)
VERIFIERS = (Move.SETTLE, Move.RETURN, Move.REOPEN)


def handles(scope: Scope, case: Case) -> bool:
    """Whether the reader handles the cases of its unit; of a lax branch, from above it. Nobody handles what somebody
    found in themselves.
    """
    if case.kind == Kind.PERSONAL:
        return False
    above = case.kind != Kind.LIFTING or case.unit_id in case_units(scope, scope.confidential)
    return above and case.unit_id in case_units(scope)


def owns(scope: Scope, case: Case) -> bool:
    return scope.account is not None and case.owner_id == scope.account.person_id


def verifies(scope: Scope, case: Case) -> bool:
    return scope.account is not None and case.verifier_id == scope.account.person_id


def may(scope: Scope, case: Case, move: Move) -> bool:
    if case.kind == Kind.PERSONAL:
        return verifies(scope, case) if move in VERIFIERS else owns(scope, case)
    if handles(scope, case):
        return True
    return (owns(scope, case) and move in OWNERS) or (verifies(scope, case) and move in VERIFIERS)


def may_work(scope: Scope, case: Case) -> bool:
    """Record what was tried or done, as long as the case goes on."""
    return not case.ended and (handles(scope, case) or owns(scope, case))


def is_another(scope: Scope, case: Case) -> bool:
    """Whether the reader's word counts for the end of the case."""
    if scope.account is None:
        return False
    return not is_party(scope.account.person, case) and case.verifier_id in {None, scope.account.person_id}


def moves(scope: Scope, case: Case) -> list[Move]:
    """What the reader may do with it now."""
    machine = MACHINES[Kind(case.kind)]
    found = [move for move in machine.moves_from(State(case.state)) if move != Move.FOLLOW]
    possible = [move for move in found if may(scope, case, move)]
    another = is_another(scope, case)
    return [move for move in possible if another or not machine.transitions[move].by_another]


def those_over(scope: Scope, unit: Unit) -> list[Person]:
    """Who answers for units beneath them and stands above ``unit``: they may be told that it is being lifted."""
    over = [role for role, data in role_rights().items() if data.get("reach") in OVER]
    posts = Post.objects.on(scope.on).filter(role__in=over, unit__in=scope.tree.path(unit.pk)[:-1])
    found = {post.person_id: post.person for post in posts.select_related("person")}
    return sorted(found.values(), key=lambda person: (person.name, person.pk))


def officers_above(scope: Scope, unit: Unit) -> list[Person]:
    """Who handles cases in the unit or above it. Whose word one may ask for is no secret, so it needs no right."""
    handling = [role for role, data in role_rights().items() if Right.CASES in data["rights"]]
    posts = Post.objects.on(scope.on).filter(role__in=handling, unit__in=scope.tree.path(unit.pk))
    return [post.person for post in posts.select_related("person").order_by("person__name", "pk")]
