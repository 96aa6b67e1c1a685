from qisong.sheets.columns import Column
from qisong.sheets.problems import Problem, shown
from qisong.words.text import Text

IDENTITY = Column("identity", "公民身份证号", kind="identity")


def test_problem_as_json_has_exactly_its_nine_keys() -> None:
    problem = Problem(
        "a.xlsx", "表", "D7", 7, "公民身份证号", "****", "identity-checksum", "error", Text("错", "wrong"), "secret"
    )
    assert problem.as_json() == {
        "file": "a.xlsx",
        "sheet": "表",
        "cell": "D7",
        "row": 7,
        "column": "公民身份证号",
        "value": "****",
        "code": "identity-checksum",
        "severity": "error",
        "message": "错 / wrong",
    }
    assert "secret" not in repr(problem)


def test_values_are_masked_by_kind() -> None:
    assert shown("99052119580305021X", IDENTITY) == "*" * 16 + "1X"
    assert shown(990521195803050000.0, IDENTITY) == "*" * 16 + "17"
    assert shown("13800000001", Column("mobile", "手机号", kind="phone")) == "138****01"


def test_personal_numbers_are_masked_in_any_column() -> None:
    assert shown("住99052119580305021X", Column("address", "家庭住址")) == f"住{'*' * 16}1X"
    assert shown("13800000001") == "138****01"


def test_long_values_are_cut() -> None:
    assert shown("很" * 100) == "很" * 59 + "…"


def test_nothing_is_shown_as_nothing() -> None:
    assert shown(None, IDENTITY) == ""
