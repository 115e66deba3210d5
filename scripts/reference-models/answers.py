"""What a checkpoint says in free-running greedy conversations, computed by PyTorch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from data import prefix, question_ids
from model import ReferenceModel
from vocabulary import NUMBER_MAX, TURN_LENGTH


@dataclass(frozen=True)
class Conversations:
    """Instances of one task with equally many entries and turns, as arrays."""

    keys: np.ndarray
    values: np.ndarray
    asked: np.ndarray
    asked_values: np.ndarray
    retrieval: bool


def read_conversations(task: str, instances: list[dict], words: list[str]) -> Conversations:
    """Turns the product's instances into arrays; words become their index."""
    index = {word: position for position, word in enumerate(words)}
    return Conversations(
        keys=np.array([[index[entry["key"]] for entry in instance["dictionary"]] for instance in instances]),
        values=np.array([[entry["value"] for entry in instance["dictionary"]] for instance in instances]),
        asked=np.array([[index[turn["keys"][0]] for turn in instance["turns"]] for instance in instances]),
        asked_values=np.array([[turn["value"] for turn in instance["turns"]] for instance in instances]),
        retrieval=task == "retrieval",
    )


@torch.no_grad()
def answer(model: ReferenceModel, conversations: Conversations) -> tuple[np.ndarray, np.ndarray]:
    """The numbers said in every turn, each turn seeing the model's own earlier answers, and whether all is well formed.

    Well formed: the likeliest tokens around the number are `<answer>`, `</answer>` and `<|end|>`, and the number's
    token is a number. Where one is not, the conversation goes on as if it had been.
    """
    vocabulary = model.vocabulary
    retrieval = np.full(len(conversations.keys), conversations.retrieval)
    questions = question_ids(vocabulary, conversations.asked, retrieval)
    tokens = prefix(vocabulary, conversations.keys, conversations.values, retrieval)
    feed = Feed(model, len(retrieval))
    numbers = np.empty(questions.shape, dtype=np.int64)
    formed = np.ones(questions.shape, dtype=bool)
    for turn in range(questions.shape[1]):
        opening = np.tile([vocabulary.special(text) for text in ("<|user|>", "<|user|>", "<|assistant|>")], (len(tokens), 1))
        opening[:, 1] = questions[:, turn]
        said = feed(np.concatenate((tokens, opening), axis=1))
        formed[:, turn] &= said[:, -1] == vocabulary.special("<answer>")
        chosen = feed(np.full((len(said), 1), vocabulary.special("<answer>")))[:, -1]
        formed[:, turn] &= chosen <= 2 * NUMBER_MAX
        closing = [vocabulary.special(text) for text in ("</answer>", "<|end|>")]
        tokens = np.column_stack((chosen, np.tile(closing, (len(chosen), 1))))
        numbers[:, turn] = chosen - NUMBER_MAX
        after = feed(tokens[:, :2])
        formed[:, turn] &= (after == closing).all(axis=1)
        tokens = tokens[:, 2:]
    return numbers, formed


class Feed:
    """Feeds tokens to a model that remembers what came before; returns the likeliest next token after each."""

    def __init__(self, model: ReferenceModel, count: int):
        self.model, self.count, self.length = model, count, 0
        self.caches: list[list] = [[] for _ in model.blocks]

    def __call__(self, ids: np.ndarray) -> np.ndarray:
        positions = self.length + torch.arange(ids.shape[1])
        self.length += ids.shape[1]
        hidden = self.model(torch.from_numpy(ids), positions.expand(self.count, -1), self.caches)
        return self.model.logits(hidden[:, -TURN_LENGTH:]).argmax(-1).numpy()


def right(conversations: Conversations, numbers: np.ndarray) -> np.ndarray:
    """Which turns are right given what the conversation showed before them."""
    if conversations.retrieval:
        return numbers == conversations.asked_values
    before = np.concatenate((np.zeros((len(numbers), 1), dtype=np.int64), numbers[:, :-1]), axis=1)
    return numbers == before + conversations.asked_values


def horizons(correct: np.ndarray) -> np.ndarray:
    """How many turns each conversation goes without an error."""
    return np.where(correct.all(axis=1), correct.shape[1], correct.argmin(axis=1))


def half_life(correct: np.ndarray, share: float = 0.5) -> int:
    """The last turn that at least `share` of the conversations reach without an error; 0 if none."""
    reached = np.logical_and.accumulate(correct, axis=1).mean(axis=0) >= share
    return int(reached.sum())
