"""What a checkpoint says in free-running greedy conversations, computed by PyTorch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F

from data import prefix, question_ids
from model import ReferenceModel
from vocabulary import NUMBER_MAX, number_id


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


@dataclass(frozen=True)
class Said:
    """What a model said in each turn of each conversation.

    `formed`: the likeliest tokens were `<answer>`, a number and `</answer>`; `ended`: then `<|end|>`. `margins`: by
    how much the logit of the number that the conversation goes on with is below the highest (0 when it is that one).
    """

    numbers: np.ndarray
    formed: np.ndarray
    ended: np.ndarray
    margins: np.ndarray


@torch.no_grad()
def answer(model: ReferenceModel, conversations: Conversations, shown: np.ndarray | None = None) -> Said:
    """Greedy answers to every turn, each turn seeing the numbers in `shown`, or else the model's own earlier answers.

    A number in `shown` that is no token counts as unknown: there, the model's own answer is what is seen. After an
    answer that is not well formed the conversation goes on as if it had been.
    """
    vocabulary = model.vocabulary
    retrieval = np.full(len(conversations.keys), conversations.retrieval)
    questions = question_ids(vocabulary, conversations.asked, retrieval)
    tokens = prefix(vocabulary, conversations.keys, conversations.values, retrieval)
    feed = Feed(model, len(retrieval))
    said = Said(np.empty_like(questions), *(np.ones(questions.shape, dtype=kind) for kind in (bool, bool, float)))
    user, assistant, opening, closing, end = (
        vocabulary.special(text) for text in ("<|user|>", "<|assistant|>", "<answer>", "</answer>", "<|end|>")
    )
    for turn in range(questions.shape[1]):
        header = columns(user, questions[:, turn], assistant)
        said.formed[:, turn] &= feed(np.concatenate((tokens, header), axis=1))[:, -1].argmax(-1) == opening
        logits = feed(columns(opening, like=tokens))[:, -1]
        chosen = logits.argmax(-1)
        followed = chosen if shown is None else follow(shown[:, turn], chosen)
        said.formed[:, turn] &= chosen <= 2 * NUMBER_MAX
        said.margins[:, turn] = logits.max(-1) - np.take_along_axis(logits, followed[:, None], axis=1)[:, 0]
        after = feed(columns(followed, closing)).argmax(-1)
        said.formed[:, turn] &= after[:, 0] == closing
        said.ended[:, turn] &= after[:, 1] == end
        said.numbers[:, turn] = chosen - NUMBER_MAX
        tokens = columns(end, like=tokens)
    return said


def follow(shown: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """The tokens of the shown numbers, or the chosen ones where those are out of range."""
    return np.where(np.abs(shown) <= NUMBER_MAX, number_id(shown), chosen)


def columns(*ids: int | np.ndarray, like: np.ndarray | None = None) -> np.ndarray:
    """Token ids side by side, a row for each conversation; single ids are repeated."""
    count = next((len(column) for column in ids if isinstance(column, np.ndarray)), 0) if like is None else len(like)
    return np.column_stack([np.broadcast_to(column, count) for column in ids])


class Feed:
    """Feeds tokens to a model that remembers what came before; returns the next token's logits after each."""

    def __init__(self, model: ReferenceModel, count: int):
        self.model, self.count, self.length = model, count, 0
        # All rows, as in llama.cpp: `word?` is never the right answer, but it can be the likeliest.
        self.output = model.table()
        self.caches: list[list] = [[] for _ in model.blocks]

    def __call__(self, ids: np.ndarray) -> np.ndarray:
        positions = self.length + torch.arange(ids.shape[1])
        self.length += ids.shape[1]
        hidden = self.model(torch.from_numpy(ids), positions.expand(self.count, -1), self.caches)
        return F.linear(hidden[:, -2:], self.output).numpy()


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
