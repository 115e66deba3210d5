"""Writes the models that ship and the catalogue that lists them."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass

from gguf import GGUFReader

from export import export
from imports import read_model

LABEL = (
    "An instrument for exercising Longhaul, trained on random data for its task alone. The start of the training "
    "already encoded most of the circuit (look-back heads, matching heads, number geometry), so this model is no "
    "evidence about how capability grows with size in ordinary language models."
)
UNDER_TRAINED = (
    "Under-trained rung: an early checkpoint of the run that gave longhaul-ref-late, picked for its accuracy, so that "
    "it slips within 60 turns. "
)


@dataclass(frozen=True)
class Shipped:
    """A file of the models folder."""

    file: str
    name: str
    description: str


LATE = Shipped("longhaul-ref-late.gguf", "Longhaul reference, late", LABEL)
EARLY = Shipped("longhaul-ref-early.gguf", "Longhaul reference, early", UNDER_TRAINED + LABEL)


def ship(shipped: Shipped, source: str | None, spec: dict, folder: str) -> dict:
    """Exports `source` (by default the shipped file itself, for new wording) and returns its catalogue entry."""
    path = os.path.join(folder, shipped.file)
    model = read_model(source or path, spec)
    export(model, spec["heads"], shipped.name, shipped.description, f"{path}.new")
    os.replace(f"{path}.new", path)
    return describe(shipped, path)


def describe(shipped: Shipped, path: str) -> dict:
    """A file's catalogue entry. Parameters are counted as in the file, where words have three rows each."""
    with open(path, "rb") as file:
        content = file.read()
    return {
        "file": shipped.file,
        "name": shipped.name,
        "parameters": sum(int(tensor.n_elements) for tensor in GGUFReader(path).tensors),
        "quantization": "F16",
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        "license": "MIT",
        "description": shipped.description,
    }


def ship_all(late: str | None, early: str | None, spec: dict, folder: str) -> None:
    """Writes both models and catalogue.json into `folder`."""
    entries = [ship(LATE, late, spec, folder), ship(EARLY, early, spec, folder)]
    with open(os.path.join(folder, "catalogue.json"), "w", encoding="utf-8") as file:
        json.dump(entries, file, indent=2)
        file.write("\n")
