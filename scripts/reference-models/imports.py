"""Reads a model back, from a checkpoint or from an exported GGUF file."""

from __future__ import annotations

import numpy as np
import torch
from gguf import GGUFReader

from export import BLOCK_TENSORS, HEAD_TOKENS
from model import ReferenceModel, Rung, load
from vocabulary import CONTROL, FORMAT, NUMBER_MAX, Vocabulary


def read_model(path: str, spec: dict) -> ReferenceModel:
    """The model in a `.gguf` or `.npz` file, its matrices as 16-bit floats would have them."""
    if path.endswith(".gguf"):
        return read_gguf(path, spec)
    return load(path, spec["words"])


def read_gguf(path: str, spec: dict) -> ReferenceModel:
    """Undoes export.py. The wording of the heads in the file may differ from the spec's."""
    reader = GGUFReader(path)
    arrays = {tensor.name: torch.from_numpy(np.array(tensor.data, dtype=np.float32)) for tensor in reader.tensors}
    model = ReferenceModel(read_rung(reader), Vocabulary(tuple(spec["words"])))
    rows = {text: row for row, text in enumerate(reader.fields["tokenizer.ggml.tokens"].contents())}
    numbers = [str(number) for number in range(-NUMBER_MAX, NUMBER_MAX + 1)]
    order = [rows[text] for text in (*numbers, *spec["words"], *CONTROL, *FORMAT)]
    order += reader.fields[HEAD_TOKENS].contents()
    table = arrays["token_embd.weight"]
    state = {"embedding": table[order], "gain": arrays["output_norm.weight"]}
    state["query"] = torch.zeros(model.rung.width)
    for index in range(model.rung.layers):
        state |= read_block(arrays, index, model.rung)
    model.load_state_dict(state)
    model.questions = table[[rows[f"{word}?"] for word in spec["words"]]]
    return model.eval()


def read_rung(reader: GGUFReader) -> Rung:
    """The shape of the model in a file."""
    names = {
        "width": "embedding_length",
        "feed_forward": "feed_forward_length",
        "layers": "block_count",
        "heads": "attention.head_count",
        "head_size": "attention.key_length",
        "rope_base": "rope.freq_base",
    }
    return Rung(**{name: reader.fields[f"llama.{key}"].contents() for name, key in names.items()})


def read_block(arrays: dict[str, torch.Tensor], index: int, rung: Rung) -> dict[str, torch.Tensor]:
    """One block's parameters, query and key pairs back in the order that training uses."""
    q, k, v, out, gate, up, down = (arrays[f"blk.{index}.{name}.weight"] for name in BLOCK_TENSORS)
    found = {"qkv": torch.cat((deinterleave(q, rung), deinterleave(k, rung), v)), "out": out}
    found |= {"gate_up": torch.cat((gate, up)), "down": down}
    return {f"blocks.{index}.{name}": tensor for name, tensor in found.items()}


def deinterleave(weights: torch.Tensor, rung: Rung) -> torch.Tensor:
    """The inverse of export's `interleave`."""
    split = weights.view(rung.heads, rung.head_size // 2, 2, rung.width)
    return split.transpose(1, 2).reshape(-1, rung.width)
