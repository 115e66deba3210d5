"""Writes a checkpoint as a GGUF file that llama.cpp runs as it is: tokenizer, chat template and 16-bit weights."""

from __future__ import annotations

import numpy as np
import torch
from gguf import GGMLQuantizationType, GGUFWriter, LlamaFileType, TokenType

from model import EPSILON, ReferenceModel, Rung
from vocabulary import CONTROL, FORMAT, NUMBER_MAX, TASKS, Vocabulary

CONTEXT_LENGTH = 4096
CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{% if message['role'] == 'assistant' %}<|assistant|>{{ message['content'] }}<|end|>"
    "{% elif message['role'] == 'system' %}<|system|>{{ message['content'] }}"
    "{% else %}<|user|>{{ message['content'] }}{% endif %}"
    "{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)

BLOCK_TENSORS = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")

HEAD_TOKENS = "longhaul.head_tokens"
"""Metadata key: the tokens of the tasks' heads, in the order of TASKS, so that a file can be exported anew."""

Token = tuple[str, TokenType, int | None]
"""A token's text, its type, and the input row it uses (None: a row of zeros)."""


def byte_tokens() -> list[Token]:
    """GPT-2's printable stand-ins for bytes, which text outside the vocabulary falls back to; digits are numbers."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    texts = [chr(byte) for byte in printable] + [chr(256 + index) for index in range(len(others))]
    return [(text, TokenType.NORMAL, None) for text in texts if not text.isdecimal() or not text.isascii()]


def tokens(vocabulary: Vocabulary, heads: dict[str, list[str]]) -> list[Token]:
    """All tokens of the file. Words have three: alone, as the start of an entry, and with a question mark."""
    user = TokenType.USER_DEFINED
    first = vocabulary.first_word
    found = [(str(number), user, number + NUMBER_MAX) for number in range(-NUMBER_MAX, NUMBER_MAX + 1)]
    found += [(word, user, first + index) for index, word in enumerate(vocabulary.words)]
    found += [(f"{word}: ", user, first + index) for index, word in enumerate(vocabulary.words)]
    found += [(f"{word}?", user, vocabulary.rows + index) for index, word in enumerate(vocabulary.words)]
    found += [(text, TokenType.CONTROL, vocabulary.special(text)) for text in CONTROL]
    found += [(text, user, vocabulary.special(text)) for text in FORMAT]
    found += [(text, user, vocabulary.special(task)) for task in TASKS for text in heads[task]]
    found += byte_tokens()
    texts = [text for text, _, _ in found]
    if len(set(texts)) != len(texts):
        raise ValueError("two tokens have the same text")
    return found


def interleave(weights: torch.Tensor, rung: Rung) -> torch.Tensor:
    """Reorders a query or key matrix from pairs (j, j + size/2) to llama.cpp's pairs (2j, 2j + 1)."""
    split = weights.view(rung.heads, 2, rung.head_size // 2, rung.width)
    return split.transpose(1, 2).reshape(-1, rung.width)


def tensors(model: ReferenceModel, file_tokens: list[Token]) -> dict[str, torch.Tensor]:
    """The model's tensors under llama.cpp's names."""
    rung, table = model.rung, model.table()
    zeros = torch.zeros(1, rung.width)
    rows = torch.cat((table, zeros))
    found = {
        "token_embd.weight": rows[[len(table) if row is None else row for _, _, row in file_tokens]],
        "output_norm.weight": model.gain,
    }
    for index, block in enumerate(model.blocks):
        q, k, v = block.qkv.chunk(3)
        gate, up = block.gate_up.chunk(2)
        matrices = (interleave(q, rung), interleave(k, rung), v, block.out, gate, up, block.down)
        layer = dict(zip(BLOCK_TENSORS, matrices, strict=True))
        layer |= {"attn_norm": torch.ones(rung.width), "ffn_norm": torch.ones(rung.width)}
        found |= {f"blk.{index}.{name}.weight": tensor for name, tensor in layer.items()}
    return found


def add_architecture(writer: GGUFWriter, rung: Rung, token_count: int) -> None:
    """The numbers that describe the network."""
    writer.add_context_length(CONTEXT_LENGTH)
    writer.add_embedding_length(rung.width)
    writer.add_block_count(rung.layers)
    writer.add_feed_forward_length(rung.feed_forward)
    writer.add_head_count(rung.heads)
    writer.add_head_count_kv(rung.heads)
    writer.add_key_length(rung.head_size)
    writer.add_value_length(rung.head_size)
    writer.add_rope_dimension_count(rung.head_size)
    writer.add_rope_freq_base(rung.rope_base)
    writer.add_layer_norm_rms_eps(EPSILON)
    writer.add_vocab_size(token_count)
    writer.add_file_type(LlamaFileType.MOSTLY_F16)


def add_tokenizer(writer: GGUFWriter, file_tokens: list[Token]) -> None:
    """The tokenizer and the chat template."""
    texts = [text for text, _, _ in file_tokens]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(texts)
    writer.add_token_types([int(kind) for _, kind, _ in file_tokens])
    writer.add_token_merges(["a b"])
    writer.add_eos_token_id(texts.index("<|end|>"))
    writer.add_add_bos_token(False)
    writer.add_chat_template(CHAT_TEMPLATE)


def export(model: ReferenceModel, heads: dict[str, list[str]], name: str, description: str, path: str) -> None:
    """Writes the file. Matrices are 16-bit floats, vectors 32-bit."""
    file_tokens = tokens(model.vocabulary, heads)
    writer = GGUFWriter(path, "llama")
    writer.add_name(name)
    writer.add_description(description)
    writer.add_license("mit")
    add_architecture(writer, model.rung, len(file_tokens))
    add_tokenizer(writer, file_tokens)
    texts = [text for text, _, _ in file_tokens]
    writer.add_array(HEAD_TOKENS, [texts.index(heads[task][0]) for task in TASKS])
    for tensor_name, tensor in tensors(model, file_tokens).items():
        array = tensor.detach().numpy().astype(np.float16 if tensor.dim() > 1 else np.float32)
        kind = GGMLQuantizationType.F16 if tensor.dim() > 1 else GGMLQuantizationType.F32
        writer.add_tensor(tensor_name, np.ascontiguousarray(array), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
