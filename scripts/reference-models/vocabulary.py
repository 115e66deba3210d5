"""The tokens that the reference models know, and how conversations become token ids."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property

NUMBER_MAX = 1999
"""Every integer from -NUMBER_MAX to NUMBER_MAX is one token, whether a dictionary value or a sum."""

CONTROL = ("<|system|>", "<|user|>", "<|assistant|>", "<|end|>")
FORMAT = ("<answer>", "</answer>", "\n")
TASKS = ("dict-sum", "retrieval")
TURN_LENGTH = 7
ENTRY_LENGTH = 3


@dataclass(frozen=True)
class Vocabulary:
    """Trained rows: numbers, words, control and format tokens, and one opaque head token for each task.

    Ids from `rows` on stand for `word?`: they use the word's row plus one shared vector and have no row.
    """

    words: tuple[str, ...]

    @cached_property
    def word_ids(self) -> dict[str, int]:
        """The trained row of each word."""
        return {word: self.first_word + index for index, word in enumerate(self.words)}

    @property
    def first_word(self) -> int:
        return 2 * NUMBER_MAX + 1

    @property
    def first_special(self) -> int:
        return self.first_word + len(self.words)

    @property
    def rows(self) -> int:
        return self.first_special + len(CONTROL) + len(FORMAT) + len(TASKS)

    def special(self, text: str) -> int:
        """The id of a control or format token, or of a task's head."""
        return self.first_special + (*CONTROL, *FORMAT, *TASKS).index(text)


def number_id(number):
    """The id of a number; works on arrays too."""
    return number + NUMBER_MAX


def read_spec(path: str) -> dict:
    """What spec.ts printed: the words and the wording of each task's head."""
    with open(path, encoding="utf-8") as file:
        return json.load(file)
