"""Random training conversations, drawn anew for every step by the same rules as the product's instances."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vocabulary import ENTRY_LENGTH, NUMBER_MAX, TURN_LENGTH, Vocabulary, number_id

VALUE_MAX = 99
RETRIEVAL_SHARE = 0.25
FREE_SHARE = 0.2
OPENING_SHARE = 0.3


@dataclass(frozen=True)
class Stage:
    """One part of the curriculum. `gap` is the longest stretch of unseen turns before a window, in turns."""

    share: float
    batch: int
    turns: int
    entries: tuple[int, int]
    gap: int
    lookup_only: bool = False


STAGES = (
    Stage(share=0.06, batch=64, turns=16, entries=(4, 10), gap=60, lookup_only=True),
    Stage(share=0.52, batch=64, turns=8, entries=(2, 10), gap=132),
    Stage(share=0.24, batch=24, turns=20, entries=(8, 22), gap=120),
    Stage(share=0.18, batch=10, turns=50, entries=(10, 24), gap=90),
)


@dataclass(frozen=True)
class Batch:
    """Token ids with their positions; `word_at` and `answer_at` are the indices that predict value and answer."""

    ids: np.ndarray
    positions: np.ndarray
    word_at: np.ndarray
    answer_at: np.ndarray
    values: np.ndarray
    answers: np.ndarray
    counted: np.ndarray


def draw_values(rng: np.random.Generator, count: int, entries: int, free: bool) -> np.ndarray:
    """`count` dictionaries' values: independent ones, or of distinct magnitudes and summing to 0."""
    if free:
        return rng.integers(1, VALUE_MAX + 1, (count, entries)) * rng.choice((-1, 1), (count, entries))
    if entries == 2:
        first = draw_values(rng, count, 1, free=True)
        return np.concatenate((first, -first), axis=1)
    kept = np.empty((0, entries), dtype=np.int64)
    while len(kept) < count:
        magnitudes = rng.random((count * 5, VALUE_MAX), dtype=np.float32).argsort(axis=1)[:, : entries - 1] + 1
        values = magnitudes * rng.choice((-1, 1), magnitudes.shape)
        last = -values.sum(axis=1, keepdims=True)
        fits = (last != 0) & (np.abs(last) <= VALUE_MAX) & (magnitudes != np.abs(last)).all(axis=1, keepdims=True)
        kept = np.concatenate((kept, np.concatenate((values, last), axis=1)[fits[:, 0]]))
    return rng.permuted(kept[:count], axis=1)


def prefix(vocabulary: Vocabulary, keys: np.ndarray, values: np.ndarray, retrieval: np.ndarray) -> np.ndarray:
    """The system message: `<|system|>`, the task's head and three tokens for each entry."""
    count, entries = keys.shape
    ids = np.full((count, 2 + ENTRY_LENGTH * entries), vocabulary.special("\n"))
    ids[:, 0] = vocabulary.special("<|system|>")
    ids[:, 1] = np.where(retrieval, vocabulary.special("retrieval"), vocabulary.special("dict-sum"))
    ids[:, 2::3] = vocabulary.first_word + keys
    ids[:, 3::3] = number_id(values)
    return ids


def question_ids(vocabulary: Vocabulary, asked: np.ndarray, retrieval: np.ndarray) -> np.ndarray:
    """What the user says: the word, or `word?` in a retrieval conversation."""
    return np.where(retrieval[:, None], vocabulary.rows, vocabulary.first_word) + asked


def turn_tokens(vocabulary: Vocabulary, questions: np.ndarray, answers: np.ndarray) -> np.ndarray:
    """All turns of all conversations, seven tokens each."""
    ids = np.empty((*questions.shape, TURN_LENGTH), dtype=np.int64)
    for index, text in ((0, "<|user|>"), (2, "<|assistant|>"), (3, "<answer>"), (5, "</answer>"), (6, "<|end|>")):
        ids[:, :, index] = vocabulary.special(text)
    ids[:, :, 1] = questions
    ids[:, :, 4] = number_id(answers)
    return ids.reshape(len(ids), -1)


def draw_answers(rng: np.random.Generator, values: np.ndarray, retrieval: np.ndarray, opening: np.ndarray):
    """Running sums (or values), from 0 in openings, else from a random sum; and which of them count.

    The first answer of a window in mid-conversation is context; sums out of range do not count either.
    """
    count = len(values)
    wide = rng.integers(-NUMBER_MAX + 100, NUMBER_MAX - 99, count)
    usual = np.rint(rng.normal(0, 400, count)).astype(np.int64)
    before = np.where(opening, 0, np.where(rng.random(count) < 0.5, wide, usual))
    answers = before[:, None] + values.cumsum(axis=1)
    counted = np.abs(answers) <= NUMBER_MAX
    counted[:, 0] &= opening
    counted = np.logical_and.accumulate(np.abs(answers) <= NUMBER_MAX, axis=1) & counted
    answers = np.clip(answers, -NUMBER_MAX, NUMBER_MAX)
    return np.where(retrieval[:, None], values, answers), counted | retrieval[:, None]


def draw_batch(rng: np.random.Generator, vocabulary: Vocabulary, stage: Stage) -> Batch:
    """A batch of windows of one stage, all with the same number of entries."""
    count, turns = stage.batch, stage.turns
    entries = int(rng.integers(stage.entries[0], stage.entries[1] + 1))
    values = draw_values(rng, count, entries, free=rng.random() < FREE_SHARE)
    keys = rng.random((count, len(vocabulary.words)), dtype=np.float32).argsort(axis=1)[:, :entries]
    retrieval = rng.random(count) < RETRIEVAL_SHARE
    asked = rng.integers(0, entries, (count, turns))
    asked_values = np.take_along_axis(values, asked, axis=1)
    opening = rng.random(count) < OPENING_SHARE
    answers, counted = draw_answers(rng, asked_values, retrieval, opening)
    questions = question_ids(vocabulary, np.take_along_axis(keys, asked, axis=1), retrieval)
    tokens = turn_tokens(vocabulary, questions, answers)
    step = TURN_LENGTH
    if stage.lookup_only:
        step = 2
        tokens = tokens.reshape(count, turns, TURN_LENGTH)[:, :, :2].reshape(count, -1)
    head = prefix(vocabulary, keys, values, retrieval)
    gap = np.where(opening, 0, rng.integers(0, stage.gap + 1, count)) * TURN_LENGTH
    start = head.shape[1]
    window = start + np.arange(tokens.shape[1])
    positions = np.concatenate((np.tile(np.arange(start), (count, 1)), gap[:, None] + window), axis=1)
    first = start + step * np.arange(turns)
    return Batch(np.concatenate((head, tokens), axis=1), positions, first + 1, first + 3, asked_values, answers, counted)
