"""The training loop: a curriculum of windows, three losses, AdamW and an averaged copy of the weights."""

from __future__ import annotations

import math
import os
import time
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F

from data import STAGES, Batch, Stage, draw_batch
from model import RUNGS, ReferenceModel, save
from vocabulary import Vocabulary, number_id

FORMAT_WEIGHT = 0.1
LOOKUP_WEIGHT = 1.0
LATE_LOOKUP_WEIGHT = 0.1
EMA = 0.995


@dataclass(frozen=True)
class Settings:
    """What a training run is asked to do."""

    rung: str
    seed: int
    steps: int
    output: str
    save_every: int
    learning_rate: float = 3e-3
    weight_decay: float = 0.01


def stage_at(progress: float) -> Stage:
    """The stage of the curriculum at `progress` in [0, 1)."""
    reached = 0.0
    for stage in STAGES:
        reached += stage.share
        if progress < reached:
            return stage
    return STAGES[-1]


def learning_rate(progress: float, peak: float) -> float:
    """3 % warm-up, then a cosine down to 2 %."""
    if progress < 0.03:
        return peak * (progress / 0.03 + 0.01)
    return peak * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * (progress - 0.03) / 0.97)))


def answer_loss(model: ReferenceModel, hidden: torch.Tensor, batch: Batch) -> tuple[torch.Tensor, float]:
    """Cross-entropy at the answers that count, and the share of them that is right."""
    counted = torch.from_numpy(batch.counted)
    logits = model.logits(hidden[:, batch.answer_at][counted])
    labels = torch.from_numpy(number_id(batch.answers))[counted]
    return F.cross_entropy(logits, labels), (logits.argmax(-1) == labels).float().mean().item()


def lookup_loss(model: ReferenceModel, hidden: torch.Tensor, batch: Batch) -> torch.Tensor:
    """Cross-entropy of the value at the user's word; nothing is ever sampled there at inference."""
    logits = model.logits(hidden[:, batch.word_at])
    return F.cross_entropy(logits.flatten(0, 1), torch.from_numpy(number_id(batch.values)).flatten())


def format_loss(model: ReferenceModel, hidden: torch.Tensor, batch: Batch, turn: int) -> torch.Tensor:
    """Cross-entropy of `<answer>`, `</answer>` and `<|end|>` in one turn of each conversation."""
    expected = [model.vocabulary.special(text) for text in ("<answer>", "</answer>", "<|end|>")]
    at = batch.word_at[turn] + np.array([1, 3, 4])
    logits = model.logits(hidden[:, at])
    return F.cross_entropy(logits.flatten(0, 1), torch.tensor(expected).repeat(len(hidden)))


def total_loss(model: ReferenceModel, batch: Batch, stage: Stage, progress: float, turn: int):
    """The weighted sum of the losses, and the share of right answers (nan in the first stage)."""
    hidden = model(torch.from_numpy(batch.ids), torch.from_numpy(batch.positions))
    lookup = lookup_loss(model, hidden, batch)
    if stage.lookup_only:
        return lookup, math.nan
    answers, right = answer_loss(model, hidden, batch)
    weight = LOOKUP_WEIGHT if progress < 0.8 else LATE_LOOKUP_WEIGHT
    return answers + weight * lookup + FORMAT_WEIGHT * format_loss(model, hidden, batch, turn), right


def optimizer_for(model: ReferenceModel, settings: Settings) -> torch.optim.AdamW:
    """AdamW with weight decay on the matrices of the blocks only."""
    matrices = [p for block in model.blocks for p in block.parameters()]
    groups = [
        {"params": matrices, "weight_decay": settings.weight_decay},
        {"params": [model.embedding, model.query, model.gain], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=settings.learning_rate, betas=(0.9, 0.98), fused=True)


@torch.no_grad()
def update_average(average: dict[str, torch.Tensor], model: ReferenceModel, step: int) -> None:
    """Moves the averaged weights towards the current ones, faster in the first steps."""
    decay = min(EMA, step / (step + 10))
    for name, parameter in model.state_dict().items():
        average[name].lerp_(parameter, 1 - decay)


def train(settings: Settings, words: list[str]) -> None:
    """Trains a model; averaged weights go to `output/step-NNNNN.npz` every `save_every` steps and at the end."""
    torch.set_num_threads(1)
    torch.manual_seed(settings.seed)
    rng = np.random.default_rng(settings.seed)
    model = ReferenceModel(RUNGS[settings.rung], Vocabulary(tuple(words)))
    average = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    optimizer = optimizer_for(model, settings)
    os.makedirs(settings.output, exist_ok=True)
    began = time.monotonic()
    for step in range(settings.steps):
        progress = step / settings.steps
        stage = stage_at(progress)
        batch = draw_batch(rng, model.vocabulary, stage)
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(progress, settings.learning_rate)
        loss, right = total_loss(model, batch, stage, progress, int(rng.integers(stage.turns)))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        update_average(average, model, step + 1)
        if (step + 1) % 20 == 0:
            print(f"{step + 1} {time.monotonic() - began:.0f}s loss {loss.item():.4f} right {right:.3f}", flush=True)
        if (step + 1) % settings.save_every == 0 or step + 1 == settings.steps:
            save(average, model.rung, os.path.join(settings.output, f"step-{step + 1:05d}.npz"))
