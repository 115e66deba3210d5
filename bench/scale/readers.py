"""
How long other readers take for a question over all turns, "turn accuracy by run and turn": SQLite itself, DuckDB on the same
file, DuckDB on a Parquet file made of it; and what making that file takes. Each in a process of its own, the second of two
runs, so that the file is in the system's cache where it fits.
usage: python3 -m venv V && V/bin/pip install duckdb duckdb-extensions duckdb-extension-sqlite-scanner
       V/bin/python bench/scale/readers.py RESULTS.json FILE.db...
"""

import json
import os
import resource
import sqlite3
import subprocess
import sys
import time

VIEW = "SELECT run_id, turn, n, correct FROM turn_accuracy ORDER BY run_id, turn"
# The same without a look for newer verdicts, where each turn has one.
PLAIN = """SELECT run_id, turn, count(*) AS n, sum(turn_correct) AS correct FROM {turn} AS turn
  JOIN {verdict} AS verdict ON verdict.turn_id = turn.id WHERE attempt = 1 GROUP BY run_id, turn ORDER BY run_id, turn"""
PARQUET = """SELECT run_id, turn, count(*) AS n, sum(turn_correct) AS correct FROM '{file}'
  WHERE attempt = 1 GROUP BY run_id, turn ORDER BY run_id, turn"""


def with_duckdb():
    import duckdb
    from duckdb_extensions import import_extension

    connection = duckdb.connect()
    import_extension("sqlite_scanner")
    connection.execute("LOAD sqlite_scanner")
    return connection


def answer(kind, path):
    if kind == "sqlite-view":
        return sqlite3.connect(f"file:{path}?mode=ro", uri=True).execute(VIEW).fetchall()
    if kind == "sqlite":
        query = PLAIN.format(turn="turn", verdict="verdict")
        return sqlite3.connect(f"file:{path}?mode=ro", uri=True).execute(query).fetchall()
    connection = with_duckdb()
    if kind == "duckdb-parquet":
        return connection.execute(PARQUET.format(file=f"{path}.parquet")).fetchall()
    connection.execute(f"ATTACH '{path}' AS runs (TYPE sqlite, READ_ONLY)")
    if kind == "duckdb-sqlite":
        return connection.execute(PLAIN.format(turn="runs.turn", verdict="runs.verdict")).fetchall()
    connection.execute(
        f"""COPY (SELECT turn.*, verdict.* EXCLUDE (turn_id) FROM runs.turn AS turn
        JOIN runs.verdict AS verdict ON verdict.turn_id = turn.id) TO '{path}.parquet' (FORMAT parquet, COMPRESSION zstd)"""
    )
    return []


def measure(kind, path):
    """In a process of its own: its time, processor time and peak memory, and the answer's digest."""
    text = subprocess.run([sys.executable, __file__, "--one", kind, path], capture_output=True, text=True)
    if text.returncode != 0:
        raise SystemExit(text.stderr)
    return json.loads(text.stdout)


def one(kind, path):
    start = time.perf_counter()
    rows = answer(kind, path)
    wall = time.perf_counter() - start
    used = resource.getrusage(resource.RUSAGE_SELF)
    told = hash(tuple(tuple(int(value) for value in row) for row in rows))
    cpu = used.ru_utime + used.ru_stime
    print(json.dumps({"s": wall, "cpuS": cpu, "bytes": used.ru_maxrss * 1024, "answer": told}))


def main(results, paths):
    all_measured = []
    for path in paths:
        turns = sqlite3.connect(f"file:{path}?mode=ro", uri=True).execute("SELECT count(*) FROM turn").fetchone()[0]
        made = measure("to-parquet", path)
        costs = {}
        for kind in ["sqlite-view", "sqlite", "duckdb-sqlite", "duckdb-parquet"]:
            measure(kind, path)
            costs[kind] = measure(kind, path)
        if len({cost["answer"] for cost in costs.values()}) != 1:
            raise SystemExit("the readers answer otherwise")
        sizes = {"fileBytes": os.path.getsize(path), "parquetBytes": os.path.getsize(f"{path}.parquet")}
        all_measured.append({"turns": turns, **sizes, "to-parquet": made, "costs": costs})
        os.remove(f"{path}.parquet")
        with open(results, "w") as file:
            json.dump(all_measured, file, indent=2)
            file.write("\n")
        print(json.dumps(all_measured[-1], indent=2))


if sys.argv[1] == "--one":
    one(sys.argv[2], sys.argv[3])
else:
    main(sys.argv[1], sys.argv[2:])
