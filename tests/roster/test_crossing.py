"""Two counties on two databases: a member is in one of them on every day, or said to be under way."""

from pathlib import Path

import psycopg
import pytest

from tests.needs import need
from tests.postgres import cluster
from tests.roster.crossing import environment, play

STEPS = 40


def test_random_letters_between_two_sites_count_everybody_once(tmp_path: Path) -> None:
    sites = {code: environment(tmp_path / code) for code in ("C0", "C9")}
    told = play(sites, seed=7, steps=STEPS)
    assert (told["faults"], told["left"]) == ([], [])
    assert (told["killed"] > 0, told["done"].keys() >= {"send", "save", "take"}) == (True, True)


@pytest.mark.postgres
def test_two_databases_on_two_servers_do_so_too(tmp_path: Path) -> None:
    for program in ("initdb", "pg_ctl"):
        need(program)
    with cluster() as one, cluster() as other:
        sites = {}
        for code, server in (("C0", one), ("C9", other)):
            with psycopg.connect(server, dbname="postgres", autocommit=True) as connection:
                connection.execute("CREATE DATABASE county")
            sites[code] = environment(tmp_path / code, DATABASE_URL=f"{server.rpartition('/')[0]}/county")
        told = play(sites, seed=8, steps=STEPS)
    assert (told["faults"], told["left"]) == ([], [])
