"""Where a roll-up runs: in DuckDB on this machine, or on a Spark cluster that sees the same folders."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from qisong.coverage.warehouse.needing import need
from qisong.words.text import refuse


class Engine(Protocol):
    """``at_once``: how many counties are counted together."""

    at_once: int

    def look(self, table: str, files: Sequence[Path]) -> None:
        """From now on a table is what stands in these files."""

    def keep(self, name: str, expression: Any) -> Any:
        """The rows of an expression, worked out once, as a table."""

    def write(self, expression: Any, folder: Path) -> None:
        """The rows as Parquet, in one or several files."""


def compiled(expression: Any, compiler: str, dialect: str) -> str:
    compilers = need("ibis.backends.sql.compilers", extra="analytics")
    sql: str = getattr(compilers, compiler)().to_sqlglot(expression).sql(dialect=dialect)
    return sql


def as_table(name: str, expression: Any) -> Any:
    return need("ibis", extra="analytics").table(expression.schema(), name=name)


class DuckDB:
    at_once = 50  # so that their people fit into memory

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def look(self, table: str, files: Sequence[Path]) -> None:
        paths = self.connection.read_parquet([str(file) for file in files], hive_partitioning=False)
        paths.create_view(table, replace=True)

    def keep(self, name: str, expression: Any) -> Any:
        self.connection.execute(f'CREATE OR REPLACE TEMP TABLE "{name}" AS {self.sql(expression)}')
        return as_table(name, expression)

    def write(self, expression: Any, folder: Path) -> None:
        folder.mkdir(parents=True)
        rows = self.connection.sql(self.sql(expression))
        rows.write_parquet(str(folder / "rows.parquet"), compression="zstd")

    def sql(self, expression: Any) -> str:
        return compiled(expression, "DuckDBCompiler", "duckdb")


class Spark:
    at_once = 400  # so that the words of their planes fit into the memory of the one who writes them

    def __init__(self, session: Any) -> None:
        self.session = session
        self.kept: dict[str, Any] = {}

    def look(self, table: str, files: Sequence[Path]) -> None:
        # Otherwise folders named county=… would become a column beside the one of that name.
        reader = self.session.read.option("recursiveFileLookup", "true")
        reader.parquet(*(local(file) for file in files)).createOrReplaceTempView(table)

    def keep(self, name: str, expression: Any) -> Any:
        if before := self.kept.get(name):
            before.unpersist()
        self.kept[name] = self.session.sql(self.sql(expression)).persist()
        self.kept[name].createOrReplaceTempView(name)
        return as_table(name, expression)

    def write(self, expression: Any, folder: Path) -> None:
        self.session.sql(self.sql(expression)).write.parquet(local(folder))

    def sql(self, expression: Any) -> str:
        return compiled(expression, "PySparkCompiler", "spark")


def local(path: Path) -> str:
    """As Spark writes it: ``Path.as_uri`` escapes what Spark would escape once more."""
    return f"file://{path.resolve()}"


@contextmanager
def duckdb_here(*, threads: int | None = None) -> Iterator[Engine]:
    duckdb = need("duckdb", extra="analytics")
    with duckdb.connect() as connection:
        if threads:
            connection.execute(f"SET threads = {int(threads)}")
        connection.execute("SET preserve_insertion_order = false")
        yield DuckDB(connection)


@contextmanager
def spark_at(url: str, *, partitions: int = 64) -> Iterator[Engine]:
    sessions = need("pyspark.sql", extra="spark").SparkSession
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": str(partitions),
    }
    # Everything stays on this machine where the cluster is on it.
    if "//127.0.0.1:" in url:
        settings |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    builder = sessions.builder.master(url).appName("qisong")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = started(builder, url)
    try:
        yield Spark(session)
    finally:
        session.stop()


def started(builder: Any, url: str) -> Any:
    try:
        return builder.getOrCreate()
    except Exception as error:
        raise refuse(
            "spark-unreachable",
            "连不上 Spark：{url}。请检查地址、集群是否在运行，以及本机有没有 Java 17。",
            "Spark cannot be reached: {url}. Check the address, that the cluster runs, and that Java 17 is here.",
            place="spark-url",
            url=url,
        ) from error
