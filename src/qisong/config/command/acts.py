"""Acts in, and back out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from qisong.config.command.exchange import READABLE
from qisong.config.command.speaking import PROBLEM, answer_json, progress_bar, say, site
from qisong.ledger.recording import record_many
from qisong.ledger.reversing import reverse as reverse_target
from qisong.ledger.terms import Verdict
from qisong.org.scope import operator_scope
from qisong.words.text import Text, refuse


@click.command()
@click.argument("file", type=READABLE)
def record(file: Path) -> int:
    """记录活动:每个活动一个回答。 Record acts: one answer per act, as JSON.

    回答 / Answers: stored 已记, already_stored 早已记过, conflict 同号不同内容, rejected 有错未记
    """
    site()
    documents = acts_of(file)
    with progress_bar("记录", "Recording") as report:
        answers = []
        for answer in record_many(documents, by=None, scope=operator_scope(), door="command"):
            answers.append(answer.as_json())
            report(len(answers), len(documents), "")
    answer_json({"answers": answers})
    bad = {Verdict.CONFLICT, Verdict.REJECTED}
    return PROBLEM if any(answer["verdict"] in bad for answer in answers) else 0


def acts_of(file: Path) -> list[Any]:
    """The documents of a file that holds one act, a list of acts, or ``{"acts": [...]}``."""
    try:
        content = json.loads(file.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise refuse(
            "not-json",
            "{file} 不是 JSON 文件：{error}。请按 docs/acts.md 重写。",
            "{file} is not JSON: {error}. Write it as docs/acts.md says.",
            file=file.name,
            error=error,
        ) from error
    if isinstance(content, dict) and "acts" in content:
        content = content["acts"]
    return content if isinstance(content, list) else [content]


@click.command()
@click.argument("target", metavar="ID")
@click.option("--reason", required=True, help="原因，必填。 The reason.")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 回答。 Answer in JSON.")
def reverse(target: str, *, reason: str, as_json: bool) -> None:
    """作废一条登记或整个活动。 Reverse a receipt, a custody row or a whole act."""
    site()
    reversal = reverse_target(by=None, scope=operator_scope(), target=target, reason=reason)
    if as_json:
        answer_json({"reversed": target, "reversal": str(reversal.pk)})
    else:
        say(Text("已作废：{target}", "Reversed: {target}").format(target=target))
