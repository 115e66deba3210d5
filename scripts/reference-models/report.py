"""Accuracy of a checkpoint on given instances, as numbers for the model cards."""

from __future__ import annotations

import json
import math

import numpy as np

from answers import answer, half_life, horizons, read_conversations, right
from model import ReferenceModel

CARD_TURNS = (1, 2, 10, 30, 60, 100)


def wilson(successes: int, count: int, z: float = 1.959964) -> tuple[float, float]:
    """The 95 % Wilson interval of a proportion."""
    share = successes / count
    center = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return max(0.0, center - half), min(1.0, center + half)


def proportion(successes: int, count: int) -> str:
    """A proportion with its counts and interval."""
    low, high = wilson(successes, count)
    return f"{successes}/{count} = {successes / count:.4f} [{low:.4f}, {high:.4f}]"


def evaluate(model: ReferenceModel, path: str, words: list[str], turns: int) -> dict:
    """Runs the instances in `path` and summarises them, for each seed and together."""
    with open(path, encoding="utf-8") as file:
        document = json.load(file)
    for instance in document["instances"]:
        instance["turns"] = instance["turns"][:turns]
    conversations = read_conversations(document["task"], document["instances"], words)
    said = answer(model, conversations)
    correct = right(conversations, said.numbers) & said.formed
    seeds = np.array([instance["seed"] for instance in document["instances"]])
    return {
        "task": document["task"],
        "malformed": int((~said.formed).sum()),
        "not_ended": int((~said.ended).sum()),
        "all": proportion(int(correct.sum()), correct.size),
        "by_turn": {
            turn: proportion(int(correct[:, turn - 1].sum()), len(correct)) for turn in CARD_TURNS if turn <= turns
        },
        "by_seed": {str(seed): summary(correct[seeds == seed]) for seed in np.unique(seeds)},
    }


def summary(correct: np.ndarray) -> dict:
    """Step accuracy, the accuracy of turn 2, the half-life and the spread of horizons of some conversations."""
    reached = horizons(correct)
    return {
        "conversations": len(correct),
        "accuracy": round(float(correct.mean()), 4),
        "turn_2": round(float(correct[:, 1].mean()), 3),
        "h50": half_life(correct),
        "faultless": int((reached == correct.shape[1]).sum()),
        "shortest": int(reached.min()),
    }
