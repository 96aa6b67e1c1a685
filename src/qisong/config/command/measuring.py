"""How fast it is on this machine."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from qisong.config.command.speaking import answer_json
from qisong.config.measuring.coverage import measure
from qisong.config.measuring.machine import machine
from qisong.config.measuring.peers import PEERS
from qisong.words.text import refuse


@click.group()
def bench() -> None:
    """本机测速。 Measure this machine."""


@bench.command()
@click.option(
    "--members",
    type=click.IntRange(1, 200_000_000),
    default=20_000,
    show_default=True,
    help="多少人。 How many people.",
)
@click.option(
    "--peers", default="", help="同场比较：duckdb、sqlite、postgresql，用逗号隔开。 To compare in the same run."
)
@click.option("--postgresql-url", default="", envvar="TEST_DATABASE_URL", help="哪个 PostgreSQL。 Which server.")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 回答。 Answer in JSON.")
def coverage(*, members: int, peers: str, postgresql_url: str, as_json: bool) -> None:
    """覆盖引擎：虚构的人，全部组织×七项内容。 The engine of coverage on made-up people: all units × seven items."""
    chosen = [name.strip() for name in peers.split(",") if name.strip()]
    for name in chosen:
        if name not in PEERS:
            raise refuse("unknown-peer", "没有“{name}”这个对照。", "There is no peer {name}.", name=name)
    measured = measure(members)
    compared = [peer for name in chosen for peer in PEERS[name](measured, postgresql_url)]
    answer: dict[str, Any] = {
        "machine": machine(),
        "members": measured.nation.members,
        "units": measured.nation.layout.units,
        "resident_mb": measured.resident_mb,
        "figures": [one.as_json() for one in measured.figures],
        "peers": [asdict(peer) for peer in compared],
    }
    if as_json:
        answer_json(answer)
    else:
        show(answer)


def show(answer: dict[str, Any]) -> None:
    click.echo("{machine}\n{members} people, {units} units, {resident_mb} MB resident".format(**answer))
    for one in answer["figures"]:
        target = f"  target {one['target_ms']:,} ms" if one["target_ms"] else ""
        limit = f"  {one['limit_ratio']} × limit" if one["limit_ratio"] else ""
        click.echo(f"{one['ms']:>14,.4f} ms  {one['name']}{target}{limit}  equal: {one['equal']}")
    for one in answer["peers"]:
        click.echo(f"{one['ms']:>14,.1f} ms  {one['name']}  {one['ratio']} × the engine  equal: {one['equal']}")
