"""A small llama-style transformer whose start already holds most of the circuit (see models/README.md)."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from vocabulary import NUMBER_MAX, Vocabulary

EPSILON = 1e-6
LOOK_BACK = (1, 2, 6)
"""From a value to its key, from `<answer>` to the word, and from `<answer>` to the number before it."""

ALL_PERIODS = (2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 4000)
FEW_PERIODS = (2, 5, 10, 50, 100, 300, 1000, 4000)


@dataclass(frozen=True)
class Rung:
    """The shape of a model."""

    width: int
    feed_forward: int
    layers: int = 3
    heads: int = 3
    head_size: int = 32
    rope_base: float = 1e7

    def to_json(self) -> dict:
        return asdict(self)


RUNGS = {
    "d32": Rung(width=32, feed_forward=128),
    "d40": Rung(width=40, feed_forward=128),
    "d48": Rung(width=48, feed_forward=160),
    "d64": Rung(width=64, feed_forward=192),
}


def normalize(x: torch.Tensor) -> torch.Tensor:
    """RMS normalisation without a gain."""
    return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + EPSILON)


class Rope:
    """Rotation of the pairs (j, j + size/2) by position; export reorders them to llama.cpp's (2j, 2j + 1)."""

    def __init__(self, rung: Rung, positions: torch.Tensor):
        half = rung.head_size // 2
        frequencies = rung.rope_base ** (-torch.arange(half, dtype=torch.float64) / half)
        angles = positions.double()[:, None, :, None] * frequencies
        self.cos = angles.cos().float()
        self.sin = angles.sin().float()

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        a, b = x.chunk(2, dim=-1)
        return torch.cat((a * self.cos - b * self.sin, b * self.cos + a * self.sin), dim=-1)


class Block(nn.Module):
    """Attention and a gated feed-forward layer, both on normalised input."""

    def __init__(self, rung: Rung):
        super().__init__()
        inner = rung.heads * rung.head_size
        self.shape = (3, rung.heads, rung.head_size)
        self.qkv = nn.Parameter(torch.zeros(3 * inner, rung.width))
        self.out = nn.Parameter(torch.zeros(rung.width, inner))
        self.gate_up = nn.Parameter(torch.randn(2 * rung.feed_forward, rung.width) / math.sqrt(rung.width))
        self.down = nn.Parameter(torch.randn(rung.width, rung.feed_forward) * 0.3 / math.sqrt(rung.feed_forward))

    def forward(self, x: torch.Tensor, rope: Rope, cache: list | None) -> torch.Tensor:
        batch, length, _ = x.shape
        qkv = F.linear(normalize(x), self.qkv).view(batch, length, *self.shape)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)
        q, k = rope(q), rope(k)
        if cache is None:
            mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        else:
            mixed = attend_cached(q, k, v, cache)
        x = x + F.linear(mixed.transpose(1, 2).reshape(batch, length, -1), self.out)
        gate, up = F.linear(normalize(x), self.gate_up).chunk(2, dim=-1)
        return x + F.linear(F.silu(gate) * up, self.down)


def attend_cached(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, cache: list) -> torch.Tensor:
    """Attention of new tokens to themselves and to all tokens in `cache`, which grows by them.

    Queries, keys and values are rounded to 16 bits, as llama.cpp does with its default cache.
    """
    q, k, v = (x.half().float() for x in (q, k, v))
    if cache:
        k, v = torch.cat((cache[0], k), dim=2), torch.cat((cache[1], v), dim=2)
    cache[:] = [k, v]
    new, total = q.shape[2], k.shape[2]
    mask = torch.ones(new, total, dtype=torch.bool).tril(total - new)
    return F.scaled_dot_product_attention(q, k, v, attn_mask=mask)


class ReferenceModel(nn.Module):
    """Token ids in, hidden states out; the output layer is the embedding table."""

    def __init__(self, rung: Rung, vocabulary: Vocabulary):
        super().__init__()
        self.rung, self.vocabulary = rung, vocabulary
        self.embedding = nn.Parameter(torch.zeros(vocabulary.rows, rung.width))
        self.query = nn.Parameter(torch.randn(rung.width) * 0.5 / math.sqrt(rung.width))
        self.gain = nn.Parameter(torch.full((rung.width,), 2.0))
        self.blocks = nn.ModuleList(Block(rung) for _ in range(rung.layers))
        self.questions: torch.Tensor | None = None
        start(self)

    def table(self) -> torch.Tensor:
        """All input rows: the trained ones, then each word's row plus the shared query vector."""
        words = self.embedding[self.vocabulary.first_word : self.vocabulary.first_special]
        return torch.cat((self.embedding, words + self.query if self.questions is None else self.questions))

    def forward(self, ids: torch.Tensor, positions: torch.Tensor, caches: list | None = None) -> torch.Tensor:
        x = F.embedding(ids, self.table())
        rope = Rope(self.rung, positions)
        for index, block in enumerate(self.blocks):
            x = block(x, rope, caches[index] if caches is not None else None)
        return normalize(x) * self.gain

    def logits(self, hidden: torch.Tensor) -> torch.Tensor:
        return F.linear(hidden, self.embedding)


@torch.no_grad()
def start(model: ReferenceModel) -> None:
    """The structured start: Fourier numbers, look-back heads in the first layer, matching heads after it."""
    width = model.rung.width
    common = F.normalize(torch.randn(width), dim=0)
    rows = torch.randn_like(model.embedding)
    rows[: 2 * NUMBER_MAX + 1] = fourier_numbers(width)
    rows -= (rows @ common)[:, None] * common
    model.embedding.copy_(F.normalize(rows, dim=1) + 0.5 * common)
    for index, block in enumerate(model.blocks):
        start_attention(block, model.rung, common if index == 0 else None)


def fourier_numbers(width: int) -> torch.Tensor:
    """Cosines and sines of every number at several periods, turned at random into the model's space."""
    periods = torch.tensor(FEW_PERIODS if width < 48 else ALL_PERIODS, dtype=torch.float32)
    angles = torch.arange(-NUMBER_MAX, NUMBER_MAX + 1)[:, None] * (2 * math.pi / periods)
    features = torch.cat((angles.cos(), angles.sin()), dim=1)
    turned, _ = torch.linalg.qr(torch.randn(width, features.shape[1]))
    return features @ turned.T


def start_attention(block: Block, rung: Rung, common: torch.Tensor | None) -> None:
    """Look-back heads where `common` (the direction all embeddings share) is given, else matching heads."""
    size, half = rung.head_size, rung.head_size // 2
    qkv = torch.randn(3, rung.heads, size, rung.width) * 0.02
    frequencies = rung.rope_base ** (-torch.arange(half) / half)
    for head in range(rung.heads):
        values, _ = torch.linalg.qr(torch.randn(rung.width, size))
        qkv[2, head] = values.T
        block.out[:, head * size : (head + 1) * size] = 0.15 * values
        if common is not None:
            query, key = look_back(LOOK_BACK[head], frequencies)
            qkv[0, head] += query[:, None] * common
            qkv[1, head] += key[:, None] * common
        else:
            slow = torch.cat((torch.arange(half // 2, half), torch.arange(half + half // 2, size)))
            matching, _ = torch.linalg.qr(torch.randn(rung.width, half))
            qkv[:2, head, slow] += 1.7 * matching.T
    block.qkv.copy_(qkv.flatten(0, 2))


def look_back(offset: int, frequencies: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """A query and a key whose product after rotation peaks where the key is `offset` tokens back."""
    strength = torch.zeros(len(frequencies))
    strength[:6] = torch.tensor([2.0, 1.0, 1.0, 1.0, 1.0, 1.0]).sqrt() * 1.9
    phase = frequencies * offset
    query = torch.cat((strength * phase.cos(), -strength * phase.sin()))
    return query, torch.cat((strength, torch.zeros_like(strength)))


def save(model_state: dict[str, torch.Tensor], rung: Rung, path: str) -> None:
    """Writes a checkpoint: plain arrays and the shape."""
    arrays = {name: tensor.detach().numpy() for name, tensor in model_state.items()}
    np.savez(path, **arrays, rung=np.array(list(rung.to_json().items()), dtype=object).astype(str))


def load(path: str, words: list[str], half_precision: bool = True) -> ReferenceModel:
    """Reads a checkpoint, by default rounded to 16 bits as in the exported file."""
    with np.load(path) as arrays:
        shape = {name: float(value) for name, value in arrays["rung"]}
        state = {name: torch.from_numpy(arrays[name]) for name in arrays.files if name != "rung"}
    rung = Rung(**{name: value if name == "rope_base" else int(value) for name, value in shape.items()})
    model = ReferenceModel(rung, Vocabulary(tuple(words)))
    model.load_state_dict(state)
    if half_precision:
        for name, parameter in model.named_parameters():
            if parameter.dim() > 1:
                parameter.data = parameter.data.half().float()
    return model.eval()
