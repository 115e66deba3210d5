"""Compares llama.cpp's greedy answers, as `longhaul run` recorded them, with PyTorch's on the same instances.

Give it the database of runs made with the default settings; it reads dictionaries, keys and answers from there, loads
the weights from the GGUF files that the runs name, and answers the same questions again:

    python verify.py --spec spec.json --db runs.db
"""

from __future__ import annotations

import argparse
import json
import sqlite3
from dataclasses import dataclass

import numpy as np

from answers import Said, answer, read_conversations
from imports import read_model
from vocabulary import read_spec


@dataclass(frozen=True)
class Recorded:
    """One run in the database: its instances, and its answers with null where no number could be read."""

    title: str
    model_path: str
    task: str
    instances: list[dict]
    answers: np.ndarray


def read_runs(path: str) -> list[Recorded]:
    """All complete llama.cpp runs in a database."""
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    database.row_factory = sqlite3.Row
    found = database.execute(
        "SELECT id, task, model, model_path, seed, turns, rollouts FROM runs "
        "WHERE engine = 'llama' AND status = 'complete' AND keys_per_turn = 1 ORDER BY id"
    )
    return [read_run(database, row) for row in found]


def read_run(database: sqlite3.Connection, run: sqlite3.Row) -> Recorded:
    """One run's dictionaries, questions and answers."""
    instances, answers = [], []
    rollouts = database.execute("SELECT rollout, dictionary FROM rollout WHERE run_id = ? ORDER BY rollout", (run["id"],))
    for rollout, dictionary in rollouts.fetchall():
        turns = database.execute(
            "SELECT keys, value, answer FROM turns WHERE run_id = ? AND rollout = ? ORDER BY turn", (run["id"], rollout)
        ).fetchall()
        entries = [{"key": key, "value": value} for key, value in json.loads(dictionary)]
        asked = [{"keys": json.loads(turn["keys"]), "value": turn["value"]} for turn in turns]
        instances.append({"dictionary": entries, "turns": asked})
        answers.append([turn["answer"] for turn in turns])
    title = f"{run['model']} {run['task']} seed {run['seed']}, {run['rollouts']} x {run['turns']} turns"
    return Recorded(title, run["model_path"], run["task"], instances, np.array(answers, dtype=object))


def compare(recorded: Recorded, said: Said) -> tuple[int, int]:
    """How many turns agree, of how many compared.

    A conversation is compared up to its first turn without a number, which has to be the same turn on both sides;
    after it PyTorch's conversation, which is forced into the form, is another one.
    """
    expected = np.where(said.formed, said.numbers.astype(object), None)
    agree = recorded.answers == expected
    open_before = np.logical_and.accumulate(said.formed, axis=1)
    compared = np.concatenate((np.ones((len(agree), 1), dtype=bool), open_before[:, :-1]), axis=1)
    return int((agree & compared).sum()), int(compared.sum())


def main() -> None:
    """Prints a line for each run; fails where any answer differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--spec", required=True, help="JSON written by spec.ts")
    parser.add_argument("--db", required=True, help="a database of `longhaul run`")
    args = parser.parse_args()
    spec = read_spec(args.spec)
    differs = False
    for recorded in read_runs(args.db):
        conversations = read_conversations(recorded.task, recorded.instances, spec["words"])
        agree, compared = compare(recorded, answer(read_model(recorded.model_path, spec), conversations))
        differs |= agree != compared
        print(f"{recorded.title}: {agree} of {compared} answers agree")
    if differs:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
