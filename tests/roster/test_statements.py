import json

from qisong.roster.statements import State, Statement

SAID = Statement(
    unit=3,
    values={"name": "田守一", "born": "1958-03"},
    secrets={"phone": "13800001234", "house": "12号"},
    masks={"identity": "****************12"},
    states={"away": State(holds=True, detail="外省"), "suspended": State(holds=False)},
)


def test_statement_survives_being_kept_as_json() -> None:
    assert Statement.from_json(json.loads(json.dumps(SAID.as_json()))) == SAID


def test_statement_knows_the_columns_that_tell_of_it() -> None:
    assert SAID.columns() == ["name", "born", "mobile", "address", "away", "standing", "branch"]


def test_statement_of_masks_alone_says_nothing() -> None:
    assert [Statement(masks={"phone": "138****34"}).says_nothing(), SAID.says_nothing()] == [True, False]
