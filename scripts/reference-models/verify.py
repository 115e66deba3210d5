"""Compares llama.cpp's greedy answers, as `longhaul run` recorded them, with PyTorch's on the same instances.

Give it a database of greedy runs; it reads dictionaries, keys and answers from there, loads the weights from the GGUF
files that the runs name, and lets PyTorch answer each question after the same history:

    python verify.py --spec spec.json --db runs.db

PyTorch rounds keys and values to 16 bits as llama.cpp's default cache does, and computes with 32 bits. llama.cpp does
too where the file's matrices have 32 bits. With 16-bit matrices it rounds their inputs as well, so a few answers for
which PyTorch has two numbers nearly level come out differently.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
from dataclasses import dataclass

import numpy as np

from answers import answer, read_conversations
from imports import read_model
from vocabulary import NUMBER_MAX, read_spec


ENOUGH = 0.995
"""The share of a run's answers that has to agree; a wrong tensor or token costs far more than rounding does."""


@dataclass(frozen=True)
class Agreement:
    """How many of the compared answers agree, and by how much PyTorch prefers another number for each of the rest.

    That margin is a difference of logits; infinite where only one side's answer is well formed.
    """

    agree: int
    compared: int
    margins: np.ndarray

    def __str__(self) -> str:
        text = f"{self.agree} of {self.compared} answers agree"
        if len(self.margins) == 0:
            return text
        return f"{text}; margins of the others: {', '.join(f'{margin:.4f}' for margin in np.sort(self.margins))}"


@dataclass(frozen=True)
class Recorded:
    """One run in the database: its instances, and its answers with null where no number could be read."""

    title: str
    model_path: str
    task: str
    instances: list[dict]
    answers: np.ndarray


def read_runs(path: str) -> list[Recorded]:
    """All complete greedy llama.cpp runs with one key a turn in a database."""
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    database.row_factory = sqlite3.Row
    found = database.execute(
        "SELECT id, task, model, model_path, seed, turns, rollouts FROM runs "
        "WHERE engine = 'llama' AND status = 'complete' AND keys_per_turn = 1 AND temperature = 0 ORDER BY id"
    )
    return [read_run(database, row) for row in found]


def read_run(database: sqlite3.Connection, run: sqlite3.Row) -> Recorded:
    """One run's dictionaries, questions and answers."""
    instances, answers = [], []
    rollouts = "SELECT rollout, dictionary FROM rollout WHERE run_id = ? ORDER BY rollout"
    conversation = (
        "SELECT keys, value, answer FROM turns WHERE run_id = ? AND rollout = ? AND attempt = 1 ORDER BY turn"
    )
    for rollout, dictionary in database.execute(rollouts, (run["id"],)).fetchall():
        turns = database.execute(conversation, (run["id"], rollout)).fetchall()
        entries = [{"key": key, "value": value} for key, value in json.loads(dictionary)]
        asked = [{"keys": json.loads(turn["keys"]), "value": turn["value"]} for turn in turns]
        instances.append({"dictionary": entries, "turns": asked})
        answers.append([turn["answer"] for turn in turns])
    title = f"{run['model']} {run['task']} seed {run['seed']}, {run['rollouts']} x {run['turns']} turns"
    return Recorded(title, run["model_path"], run["task"], instances, np.array(answers, dtype=object))


def compare(recorded: Recorded, spec: dict) -> Agreement:
    """Compares each conversation up to its first turn in which llama.cpp gave no number of the vocabulary.

    That turn agrees where PyTorch's answer is not well formed either.
    """
    conversations = read_conversations(recorded.task, recorded.instances, spec["words"])
    # A number beyond the vocabulary is several tokens in a row, which is no more well formed than none.
    outside = np.array([[number is None or abs(number) > NUMBER_MAX for number in row] for row in recorded.answers])
    shown = np.where(outside, NUMBER_MAX + 1, recorded.answers).astype(np.int64)
    said = answer(read_model(recorded.model_path, spec), conversations, shown)
    agree = np.where(outside, ~said.formed, said.formed & (said.numbers == shown))
    ended = np.logical_or.accumulate(outside, axis=1)
    compared = np.concatenate((np.ones((len(agree), 1), dtype=bool), ~ended[:, :-1]), axis=1)
    margins = np.where(outside | ~said.formed, np.inf, said.margins)
    return Agreement(int((agree & compared).sum()), int(compared.sum()), margins[compared & ~agree])


def main() -> None:
    """Prints a line for each run; fails where too few answers agree."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--spec", required=True, help="JSON written by spec.ts")
    parser.add_argument("--db", required=True, help="a database of `longhaul run`")
    args = parser.parse_args()
    spec = read_spec(args.spec)
    failed = False
    for recorded in read_runs(args.db):
        agreement = compare(recorded, spec)
        failed |= agreement.agree < ENOUGH * agreement.compared
        print(f"{recorded.title}: {agreement}", flush=True)
    if failed:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
