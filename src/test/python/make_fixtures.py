"""Writes the reference numbers that the Java tests compare with.

PyTorch and Hugging Face transformers run two very small ModernBERT checkpoints; everything they compute is stored below
``src/test/resources/fixtures``, one folder a checkpoint. README.md, beside this file, lists the files of a folder.

    pip install -r requirements.txt
    python make_fixtures.py [--out FOLDER]

All arithmetic is float32 on one CPU thread without dropout, and all random numbers are seeded, so that a second run with the
same library versions on the same kind of CPU writes the same bytes.
"""

import argparse
import dataclasses
import hashlib
import itertools
import json
import os
import shutil
from pathlib import Path

os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["HF_HUB_OFFLINE"] = "1"

import numpy as np
import pandas as pd
import safetensors
import safetensors.torch
import sklearn
import sklearn.metrics
import sklearn.model_selection
import tokenizers
import torch
import torch.nn.functional as F
import transformers

DEFAULT_OUT = Path(__file__).resolve().parents[1] / "resources" / "fixtures"
SPECIAL_TOKENS = ["[CLS]", "[SEP]", "[PAD]", "[UNK]", "[MASK]"]
CLS_ID, SEP_ID, PAD_ID, _, MASK_ID = range(5)
HEAD_KINDS = ["cls", "mean", "lstm", "lstm-last"]
EXCLUDED_TOPICS = ["Легпром", "Библиотека"]


# ---------------------------------------------------------------------------------------------------------------------
# The two checkpoints
# ---------------------------------------------------------------------------------------------------------------------

# config.json as the first published checkpoints have it: one theta per kind of attention, a period for the global layers.
OLDER_CONFIG = {
    "architectures": ["ModernBertForMaskedLM"],
    "attention_bias": False,
    "attention_dropout": 0.0,
    "bos_token_id": CLS_ID,
    "classifier_activation": "gelu",
    "classifier_bias": False,
    "classifier_dropout": 0.0,
    "classifier_pooling": "mean",
    "cls_token_id": CLS_ID,
    "decoder_bias": True,
    "deterministic_flash_attn": False,
    "embedding_dropout": 0.0,
    "eos_token_id": SEP_ID,
    "global_attn_every_n_layers": 3,
    "global_rope_theta": 160000.0,
    "gradient_checkpointing": False,
    "hidden_activation": "gelu",
    "hidden_size": 16,
    "initializer_cutoff_factor": 2.0,
    "initializer_range": 0.02,
    "intermediate_size": 26,
    "layer_norm_eps": 1e-05,
    "local_attention": 8,
    "local_rope_theta": 10000.0,
    "max_position_embeddings": 256,
    "mlp_bias": False,
    "mlp_dropout": 0.0,
    "model_type": "modernbert",
    "norm_bias": False,
    "norm_eps": 1e-05,
    "num_attention_heads": 2,
    "num_hidden_layers": 4,
    "pad_token_id": PAD_ID,
    "position_embedding_type": "absolute",
    "sep_token_id": SEP_ID,
    "tie_word_embeddings": True,
    "torch_dtype": "float32",
    "transformers_version": "4.48.0",
    "vocab_size": 320,
}


def newer_config():
    """A configuration that differs from OLDER_CONFIG in all that changes the numbers; transformers writes its config.json."""
    layers = 5
    return transformers.ModernBertConfig(
        architectures=["ModernBertForMaskedLM"],
        vocab_size=300,
        hidden_size=12,
        num_attention_heads=3,
        intermediate_size=20,
        num_hidden_layers=layers,
        layer_types=["sliding_attention" if i % 2 else "full_attention" for i in range(layers)],
        rope_parameters={
            "full_attention": {"rope_type": "default", "rope_theta": 80000.0},
            "sliding_attention": {"rope_type": "default", "rope_theta": 500.0},
        },
        local_attention=12,
        max_position_embeddings=256,
        norm_eps=1e-3,  # far from the default, so that ignoring it shows
        norm_bias=True,
        attention_bias=True,
        mlp_bias=True,
        classifier_bias=True,
        classifier_pooling="cls",
        bos_token_id=CLS_ID,
        cls_token_id=CLS_ID,
        eos_token_id=SEP_ID,
        sep_token_id=SEP_ID,
        pad_token_id=PAD_ID,
    )


@dataclasses.dataclass(frozen=True)
class Variant:
    """One fixture folder."""

    name: str
    seed: int
    vocabulary: int
    sharded: bool

    def write_config(self, folder):
        if self.name == "newer-layout":
            newer_config().save_pretrained(folder)
        else:
            write_json(folder / "config.json", OLDER_CONFIG, indent=2)


VARIANTS = [
    Variant(name="older-layout", seed=20, vocabulary=OLDER_CONFIG["vocab_size"], sharded=False),
    Variant(name="newer-layout", seed=22, vocabulary=newer_config().vocab_size, sharded=True),
]


def lively_weight(name, shape, generator):
    """Random values of a size at which every weight matters to the result: norms near 1, no bias near 0."""
    noise = torch.randn(shape, generator=generator)
    if len(shape) == 1:
        return 1 + 0.2 * noise if name.endswith("norm.weight") else 0.15 * noise
    if "tok_embeddings" in name:
        return 0.5 * noise
    return noise * (2.0 / shape[1]) ** 0.5


def random_checkpoint(folder, seed):
    """Name -> tensor, under the names of the published checkpoints; the decoder's matrix is tied, so it is not among them."""
    config = transformers.ModernBertConfig.from_pretrained(folder)
    generator = torch.Generator().manual_seed(seed)
    shapes = {name: p.shape for name, p in transformers.ModernBertForMaskedLM(config).named_parameters()}
    return {name: lively_weight(name, shapes[name], generator) for name in sorted(shapes) if name != "decoder.weight"}


def write_one_file(folder, weights):
    write_tensors(folder / "model.safetensors", weights, metadata={"format": "pt"})


def write_two_shards(folder, weights):
    """The embeddings and the first two layers in bfloat16, all the rest in float16, and the index that says which is where."""
    early = ("model.embeddings.", "model.layers.0.", "model.layers.1.")
    shards = {
        "model-00001-of-00002.safetensors": {n: w.bfloat16() for n, w in weights.items() if n.startswith(early)},
        "model-00002-of-00002.safetensors": {n: w.half() for n, w in weights.items() if not n.startswith(early)},
    }
    for file, tensors in shards.items():
        write_tensors(folder / file, tensors, metadata={"format": "pt"})
    total = sum(w.numel() * w.element_size() for tensors in shards.values() for w in tensors.values())
    weight_map = {name: file for file, tensors in shards.items() for name in tensors}
    index = {"metadata": {"total_size": total}, "weight_map": dict(sorted(weight_map.items()))}
    write_json(folder / "model.safetensors.index.json", index, indent=2)


def load(model_class, folder, **options):
    """Reads the checkpoint back the way a user of transformers does: rounded weights arrive as float32."""
    return model_class.from_pretrained(folder, dtype=torch.float32, attn_implementation="sdpa", **options).eval()


def write_tokenizer(folder, texts, vocabulary):
    """A byte-level BPE with the normalizer, the special tokens and the template of the published tokenizer."""
    tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE())
    tokenizer.normalizer = tokenizers.normalizers.NFC()
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = tokenizers.decoders.ByteLevel()
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=SPECIAL_TOKENS,
        initial_alphabet=sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    assert tokenizer.get_vocab_size() == vocabulary, "too few texts for this many tokens"
    # as in the published tokenizer, [MASK] takes the space before it along
    tokenizer.add_special_tokens([tokenizers.AddedToken("[MASK]", special=True, lstrip=True)])
    tokenizer.post_processor = tokenizers.processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", CLS_ID), ("[SEP]", SEP_ID)],
    )
    wrapped = transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        model_max_length=256,
        model_input_names=["input_ids", "attention_mask"],
        **{f"{t.strip('[]').lower()}_token": t for t in SPECIAL_TOKENS},
    )
    wrapped.save_pretrained(folder)
    return wrapped


# ---------------------------------------------------------------------------------------------------------------------
# Data: short texts of our own
# ---------------------------------------------------------------------------------------------------------------------

# topic -> (rows, how the sentences begin, how they go on). Two topics have the same number of rows on purpose.
SENTENCES = {
    "Погода": (
        26,
        ["Утром в горах", "К вечеру на побережье", "Завтра в долине", "Всю неделю на севере", "After noon in the hills"],
        ["пройдёт дождь", "ожидается туман", "будет ясно, но ветрено", "подморозит до -7", "выпадет первый снег", "rain turns to sleet"],
    ),
    "Спорт": (
        22,
        ["Наша команда", "Юная гимнастка", "Сборная школы", "Бегунья из Перми", "The local club"],
        ["выиграла финал 3:1", "забила в конце матча", "готовится к старту", "сказала: «Ещё не всё»", "ушла на перерыв"],
    ),
    "Кухня": (
        20,
        ["Суп из тыквы", "Пирог с вишней", "Свежий хлеб", "Омлет на молоке", "A bowl of soup"],
        ["варят сорок минут", "любит соль и перец", "подают горячим", "готов за 1,5 часа", "tastes better cold"],
    ),
    "Космос": (
        16,
        ["Зонд у Марса", "Новый телескоп", "Экипаж станции", "Спутник"],
        ["передал снимки", "заметил вспышку", "вышел на связь", "пройдёт мимо Земли"],
    ),
    "Музыка": (
        16,
        ["Струнный квартет", "Молодой пианист", "Хор из деревни", "Old \"jazz\" band"],
        ["сыграл на бис", "записал альбом", "едет на гастроли", "plays at nine"],
    ),
    "Транспорт": (
        12,
        ["Трамвай № 5", "Ночной поезд", "Паром через реку"],
        ["изменил маршрут", "опоздал на час", "снова ходит", "meets the bus"],
    ),
    "Легпром": (5, ["Фабрика пальто", "Ткацкий цех"], ["открыла смену", "купил станки", "шьёт\nна заказ"]),
    "Библиотека": (3, ["Читальный зал", "Архив"], ["ждёт гостей", "закрыт"]),
}


def write_data(path, seed):
    """Writes the rows, all texts different, topics mixed, and reads them back as pandas sees them."""
    random = np.random.RandomState(seed)
    rows = []
    for topic, (count, subjects, predicates) in SENTENCES.items():
        texts = [f"{s} {p}." for s, p in itertools.product(subjects, predicates)]
        rows += [(topic, texts[i]) for i in random.permutation(len(texts))[:count]]
    mixed = [rows[i] for i in random.permutation(len(rows))]
    pd.DataFrame(mixed, columns=["topic", "text"]).to_csv(path, index=False, lineterminator="\n")
    return pd.read_csv(path)


def without_excluded(data):
    return data[~data["topic"].isin(EXCLUDED_TOPICS)]


@dataclasses.dataclass
class Batch:
    input_ids: torch.Tensor
    attention_mask: torch.Tensor
    labels: torch.Tensor

    def tensors(self, prefix=""):
        return {prefix + field.name: getattr(self, field.name) for field in dataclasses.fields(self)}


def encode(tokenizer, texts, lengths, width, labels):
    """Each text cut to its length ([CLS] and [SEP] counted), then padded to the width."""
    rows = [tokenizer(t, truncation=True, max_length=n)["input_ids"] for t, n in zip(texts, lengths)]
    return Batch(
        input_ids=torch.tensor([r + [PAD_ID] * (width - len(r)) for r in rows]),
        attention_mask=torch.tensor([[1] * len(r) + [0] * (width - len(r)) for r in rows]),
        labels=torch.tensor(labels),
    )


def forward_batches(tokenizer, data, random):
    """Five ragged rows of at most 40 tokens, and one row of 150 tokens for which the local window is short."""
    whole = " ".join(data["text"])
    starts = random.randint(0, len(whole) - 400, 6)
    texts = [whole[s:] for s in starts]
    lengths = [40, 11, 23, 3, 31]
    five = encode(tokenizer, texts[:5], lengths, 40, random.randint(0, class_count(), 5).tolist())
    assert five.attention_mask.sum(1).tolist() == lengths
    long = encode(tokenizer, texts[5:], [150], 150, [0])
    assert long.attention_mask.sum() == 150
    return five, long


def hide_tokens(batch, vocabulary, random):
    """Masks tokens of the batch in place for the language model; returns its labels, -100 where nothing is to be guessed."""
    labels = torch.full_like(batch.input_ids, -100)
    for row, column in torch.nonzero(batch.input_ids > MASK_ID).tolist():
        if random.rand() < 0.15:
            labels[row, column] = batch.input_ids[row, column]
            fate = random.rand()
            if fate < 0.8:
                batch.input_ids[row, column] = MASK_ID
            elif fate < 0.9:
                batch.input_ids[row, column] = random.randint(MASK_ID + 1, vocabulary)
    assert (labels >= 0).sum() >= 8
    return labels


def trace_batches(tokenizer, data, random):
    """Six batches of four rows, up to 24 tokens wide."""
    kept = without_excluded(data)
    topics = list(dict.fromkeys(kept["topic"]))
    batches = []
    for _ in range(6):
        rows = kept.iloc[random.permutation(len(kept))[:4]]
        lengths = random.randint(5, 25, 4)
        batches.append(encode(tokenizer, rows["text"], lengths.tolist(), 24, [topics.index(t) for t in rows["topic"]]))
    return batches


def class_count():
    return len(SENTENCES) - len(EXCLUDED_TOPICS)


# ---------------------------------------------------------------------------------------------------------------------
# Classifiers over the backbone
# ---------------------------------------------------------------------------------------------------------------------


class Classifier(torch.nn.Module):
    """A backbone with one of the four heads; the attributes' names are the keys of the fixtures.

    cls: the first position. mean: the average of the real positions. lstm: the last state of an LSTM that runs over all
    positions, padding included. lstm-last: its state at the last real position.
    """

    def __init__(self, backbone, kind, seed):
        super().__init__()
        self.kind = kind
        self.bert = backbone
        size = backbone.config.hidden_size
        torch.manual_seed(seed)
        if kind in ("lstm", "lstm-last"):
            self.lstm = torch.nn.LSTM(size, size, batch_first=True)
        self.fc = torch.nn.Linear(size, class_count())

    def pooled(self, states, mask):
        if self.kind == "cls":
            return states[:, 0]
        if self.kind == "mean":
            weights = mask.to(states.dtype).unsqueeze(2)
            return torch.sum(states * weights, dim=1) / torch.sum(weights, dim=1)
        every_state, (last_state, _) = self.lstm(states)
        if self.kind == "lstm":
            return last_state.squeeze(0)
        # an LSTM never looks ahead: its state at the last real position is the one a shorter row would end with
        return every_state[torch.arange(len(mask)), mask.sum(dim=1) - 1]

    def forward(self, batch):
        states = self.bert(input_ids=batch.input_ids, attention_mask=batch.attention_mask).last_hidden_state
        return self.fc(self.pooled(states, batch.attention_mask))

    def head_parameters(self):
        return {n: p for n, p in self.named_parameters() if not n.startswith("bert.")}


def classifier(folder, kind, seed):
    """A fresh classifier; the same seed gives the same head, so the traces start from the heads that are stored."""
    return Classifier(load(transformers.ModernBertModel, folder), kind, seed).eval()


def gradients(module, prefix):
    """Prefixed name -> gradient, for every parameter."""
    return {prefix + name: p.grad for name, p in module.named_parameters()}


def forward_fixture(folder, five, long):
    """What the backbone gives on both batches."""
    backbone = load(transformers.ModernBertModel, folder)
    with torch.no_grad():
        out = backbone(input_ids=five.input_ids, attention_mask=five.attention_mask, output_hidden_states=True)
        far = backbone(input_ids=long.input_ids, attention_mask=long.attention_mask)
    tensors = five.tensors()
    tensors.update({f"hidden_states.{i}": h for i, h in enumerate(out.hidden_states)})
    tensors["last_hidden_state"] = out.last_hidden_state
    tensors["long.input_ids"] = long.input_ids
    tensors["long.attention_mask"] = long.attention_mask
    tensors["long.last_hidden_state"] = far.last_hidden_state
    return tensors


def heads_fixture(folder, batch, seed):
    """For the four heads: results (logits, loss), weights, and the gradients of all parameters."""
    results, weights, grads = {}, {}, {}
    for kind in HEAD_KINDS:
        model = classifier(folder, kind, seed)
        logits = model(batch)
        loss = F.cross_entropy(logits, batch.labels)
        loss.backward()
        results.update({f"{kind}.logits": logits, f"{kind}.loss": loss.reshape(1)})
        weights.update({f"{kind}.{n}": p for n, p in model.head_parameters().items()})
        grads.update(gradients(model, f"{kind}."))
    return results, weights, grads


def classification_fixture(folder, batch, seed):
    """transformers' own sequence classifier: prediction head of the checkpoint, a new classifier, pooling of the config."""
    model = load(transformers.ModernBertForSequenceClassification, folder, num_labels=5)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, p in model.classifier.named_parameters():
            p.copy_(lively_weight(name, p.shape, generator))
    labels = batch.labels % 5
    out = model(input_ids=batch.input_ids, attention_mask=batch.attention_mask, labels=labels)
    out.loss.backward()
    tensors = {"labels": labels, "logits": out.logits, "loss": out.loss.reshape(1)}
    for name, p in model.named_parameters():
        if not name.startswith("model."):
            tensors[name] = p
            tensors["grad." + name] = p.grad
    return tensors


def language_model_fixture(folder, batch, labels):
    """Masked language modelling: loss, logits where a token was hidden (row-major), gradients; the tied matrix has one."""
    model = load(transformers.ModernBertForMaskedLM, folder)
    out = model(input_ids=batch.input_ids, attention_mask=batch.attention_mask, labels=labels)
    out.loss.backward()
    tensors = {"input_ids": batch.input_ids, "attention_mask": batch.attention_mask, "labels": labels}
    tensors.update({"loss": out.loss.reshape(1), "logits": out.logits[labels >= 0]})
    tensors.update(gradients(model, "grad."))
    assert "grad.decoder.weight" not in tensors and "grad.decoder.bias" in tensors
    return tensors


# ---------------------------------------------------------------------------------------------------------------------
# Training traces
# ---------------------------------------------------------------------------------------------------------------------


class SeparateProjections(torch.nn.Module):
    """Wqkv cut into q, k and v, so that each can be frozen alone."""

    def __init__(self, fused):
        super().__init__()
        size = fused.in_features
        for name, weight, bias in zip("qkv", fused.weight.split(size), self.bias_parts(fused, size)):
            part = torch.nn.Linear(size, size, bias=bias is not None)
            part.weight = torch.nn.Parameter(weight.detach().clone())
            if bias is not None:
                part.bias = torch.nn.Parameter(bias.detach().clone())
            self.add_module(name, part)

    @staticmethod
    def bias_parts(fused, size):
        return [None] * 3 if fused.bias is None else fused.bias.split(size)

    def forward(self, x):
        return torch.cat((self.q(x), self.k(x), self.v(x)), dim=-1)


def trains(schedule, name, phase, layers):
    """Whether the schedule lets this parameter of the backbone learn in this phase (0, 1, 2)."""
    in_embeddings = name.startswith("embeddings.")
    in_final_norm = name.startswith("final_norm.")
    layer = int(name.split(".")[1]) if name.startswith("layers.") else None
    match schedule:
        case "head-only":
            return False
        case "full":
            return True
        case "end-to-start":
            return phase == 2 or (layer is not None and layer >= layers - (phase + 1) * (layers // 2))
        case "start-to-end":
            return in_embeddings or (layer is not None and layer < (phase + 1) * (layers // 2))
        case "query-key-value":
            return any(f".Wqkv.{part}." in name for part in "qkv"[: phase + 1])
        case "progressive-freezing":
            if in_embeddings:
                return phase == 0
            return in_final_norm or layer >= phase * (layers // 3)
    raise ValueError(schedule)


TRACES = [  # head, schedule, learning rate: large enough for 21 steps to move the loss
    ("cls", "head-only", 1e-3),
    ("cls", "full", 2e-4),
    ("mean", "full", 2e-4),
    ("lstm", "full", 2e-4),
    ("lstm-last", "full", 2e-4),
    ("cls", "end-to-start", 5e-4),
    ("cls", "start-to-end", 5e-4),
    ("cls", "query-key-value", 5e-4),
    ("cls", "progressive-freezing", 5e-4),
]
PHASES = 3
STEPS_PER_PHASE = 7


def set_phase(model, schedule, phase):
    """Freezes and unfreezes for one phase; returns how many numbers train."""
    layers = model.bert.config.num_hidden_layers
    for name, p in model.named_parameters():
        p.requires_grad_(not name.startswith("bert.") or trains(schedule, name.removeprefix("bert."), phase, layers))
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def train_step(model, optimizer, batch):
    optimizer.zero_grad(set_to_none=True)
    loss = F.cross_entropy(model(batch), batch.labels)
    loss.backward()
    optimizer.step()
    return loss.item()


def trace(folder, batches, seed, kind, schedule, rate):
    """Three phases of AdamW, one optimizer over all parameters: what is frozen is skipped, its decay and step count too."""
    model = classifier(folder, kind, seed)
    for layer in model.bert.layers:
        layer.attn.Wqkv = SeparateProjections(layer.attn.Wqkv)
    before = {n: p.detach().clone() for n, p in model.named_parameters()}
    settings = {"lr": rate, "weight_decay": 0.01, "betas": [0.9, 0.999], "eps": 1e-8}
    optimizer = torch.optim.AdamW(model.parameters(), **settings)
    counts, losses = [], []
    for phase in range(PHASES):
        counts.append(set_phase(model, schedule, phase))
        for _ in range(STEPS_PER_PHASE):
            losses.append(train_step(model, optimizer, batches[len(losses) % len(batches)]))
    after = {n: p.detach() for n, p in model.named_parameters()}
    return {
        "head": kind,
        "schedule": schedule,
        **settings,
        "phase_steps": STEPS_PER_PHASE,
        "trainable_parameters": counts,
        "losses": [digits(x, 9) for x in losses],
        "moved": {n: digits(torch.linalg.vector_norm(after[n] - before[n]), 7) for n in after},
        "final_norms": {n: digits(torch.linalg.vector_norm(after[n]), 7) for n in after},
    }


def digits(x, count):
    """Rounds to so many significant digits; nine say a float32 exactly."""
    return float(f"{float(x):.{count}g}")


# ---------------------------------------------------------------------------------------------------------------------
# Splits and reports
# ---------------------------------------------------------------------------------------------------------------------

# The topics of the original experiment's data and how many rows each has.
ORIGINAL_COUNTS = {
    "Россия": 9622,
    "Мир": 8193,
    "Экономика": 4768,
    "Спорт": 3894,
    "Наука и техника": 3204,
    "Культура": 3183,
    "Бывший СССР": 3182,
    "Интернет и СМИ": 2643,
    "Из жизни": 1679,
    "Дом": 1315,
    "Силовые структуры": 1203,
    "Ценности": 460,
    "Бизнес": 433,
    "Путешествия": 418,
    "69-я параллель": 82,
    "Крым": 43,
    "Культпросвет": 25,
}


def split(data, fraction, seed):
    """Drop two topics, sample, split 80 to 20 with the topics' shares kept; rows go by their number in the file."""
    kept = without_excluded(data)
    sampled = kept.sample(frac=fraction, random_state=seed)
    train, validation = sklearn.model_selection.train_test_split(
        sampled, test_size=0.2, random_state=seed, stratify=sampled["topic"]
    )
    return {
        "frac": fraction,
        "seed": seed,
        "kept": len(kept),
        "value_counts": {topic: int(n) for topic, n in kept["topic"].value_counts().items()},
        "sampled": sampled.index.tolist(),
        "labels": sampled["topic"].unique().tolist(),
        "train": train.index.tolist(),
        "validation": validation.index.tolist(),
    }


def summary(rows):
    joined = ",".join(str(r) for r in rows).encode()
    return {"n": len(rows), "head": rows[:20], "sha256_of_comma_joined": hashlib.sha256(joined).hexdigest()}


def original_size_split():
    """The same preparation on labels alone, as many as the original experiment had."""
    in_blocks = np.repeat(list(ORIGINAL_COUNTS), list(ORIGINAL_COUNTS.values()))
    size = len(in_blocks)
    mixed = in_blocks[np.arange(size) * 7919 % size]  # a permutation: 7919 and the size have no common factor
    done = split(pd.DataFrame({"topic": mixed}), 0.25, 42)
    return {
        "rule": f"row i has topic big[(i*7919) % {size}], big = the classes in the given order, each count times",
        "counts": ORIGINAL_COUNTS,
        "labels": done["labels"],
        "kept": done["kept"],
        **{part: summary(done[part]) for part in ("sampled", "train", "validation")},
    }


def splits_fixture(data, seed):
    settings = [(0.25, 42), (0.5, 42), (1.0, 42), (0.5, 100 + seed)]
    return {"lenta_sample": [split(data, *s) for s in settings], "seed_size": original_size_split()}


def report(truth, guess, classes):
    names = list(ORIGINAL_COUNTS)[:classes]
    precision, recall, f1, _ = sklearn.metrics.precision_recall_fscore_support(
        truth, guess, average="weighted", zero_division=0
    )
    text = sklearn.metrics.classification_report(
        truth, guess, labels=range(classes), target_names=names, zero_division=0
    )
    return {
        "y_true": truth.tolist(),
        "y_pred": guess.tolist(),
        "labels": list(range(classes)),
        "target_names": names,
        "report": text,
        "accuracy": float(sklearn.metrics.accuracy_score(truth, guess)),
        "weighted": {"precision": float(precision), "recall": float(recall), "f1": float(f1)},
        "present": np.union1d(truth, guess).tolist(),
    }


def reports_fixture(random):
    def guesses(truth, classes, share_right):
        return np.where(random.rand(len(truth)) < share_right, truth, random.randint(0, classes, len(truth)))

    usual = random.randint(0, 17, 300)
    perfect = random.randint(0, 5, 40)
    some = random.randint(0, 4, 60)
    no_support = random.choice([0, 1, 3], 80)
    return [
        report(usual, guesses(usual, 17, 0.6), 17),
        report(perfect, perfect, 5),
        report(some, np.full_like(some, 3), 4),  # one class takes all, three are never predicted
        report(no_support, guesses(no_support, 4, 0.5), 4),  # class 2 is predicted and never true
    ]


# ---------------------------------------------------------------------------------------------------------------------
# Files
# ---------------------------------------------------------------------------------------------------------------------


def write_json(path, value, indent=None):
    separators = None if indent else (",", ":")
    path.write_text(json.dumps(value, ensure_ascii=False, indent=indent, separators=separators) + "\n", encoding="utf-8")


def write_tensors(path, tensors, metadata=None):
    plain = {name: t.detach().clone().contiguous() for name, t in tensors.items()}
    broken = [name for name, t in plain.items() if not torch.isfinite(t).all()]
    assert not broken, f"{path.name}: not finite: {broken}"
    safetensors.torch.save_file(plain, path, metadata=metadata)


def tokenization_fixture(tokenizer, data):
    texts = data["text"].tolist()[:3] + [
        "",
        " ",
        "a",
        "Привет, мир! [MASK] 123",
        "В слове «дом» [MASK] буквы: [MASK].",
        "Съешь ещё этих мягких французских булок, да выпей чаю",
        "emoji 🙂👩‍🚀 и ё\u0301, е\u0308 и 东京",
        "x" * 500,
        "\n\tтаб  и  пробелы ",
    ]
    rows = []
    for text in texts:
        encoded = tokenizer(text, truncation=True, max_length=32, padding="max_length")
        rows.append({"text": text, "input_ids": encoded["input_ids"], "attention_mask": encoded["attention_mask"]})
    return rows


def versions_fixture(variant):
    modules = dict(
        torch=torch, transformers=transformers, sklearn=sklearn, pandas=pd, numpy=np, tokenizers=tokenizers, safetensors=safetensors
    )
    versions = {name: module.__version__.partition("+")[0] for name, module in modules.items()}
    return {"variant": variant.name, "seed": variant.seed, **versions}


def write_checkpoint(variant, folder, texts):
    folder.mkdir()
    variant.write_config(folder)
    tokenizer = write_tokenizer(folder, texts, variant.vocabulary)
    weights = random_checkpoint(folder, variant.seed)
    (write_two_shards if variant.sharded else write_one_file)(folder, weights)
    return tokenizer


def write_folder(variant, folder):
    """Everything of one variant."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    random = np.random.RandomState(variant.seed)
    head_seed = variant.seed + 1000
    model = folder / "model"

    data = write_data(folder / "data.csv", variant.seed)
    tokenizer = write_checkpoint(variant, model, data["text"])
    write_json(folder / "tokenization.json", tokenization_fixture(tokenizer, data))

    five, long = forward_batches(tokenizer, data, random)
    hidden = hide_tokens(five, variant.vocabulary, random)
    results, weights, grads = heads_fixture(model, five, head_seed)
    write_tensors(folder / "forward.safetensors", forward_fixture(model, five, long) | results)
    write_tensors(folder / "heads.safetensors", weights)
    write_tensors(folder / "gradients.safetensors", grads)
    write_tensors(folder / "classification.safetensors", classification_fixture(model, five, head_seed))
    write_tensors(folder / "mlm.safetensors", language_model_fixture(model, five, hidden))

    batches = trace_batches(tokenizer, data, random)
    numbered = [batch.tensors(f"{i}.") for i, batch in enumerate(batches)]
    write_tensors(folder / "trace-batches.safetensors", {k: v for b in numbered for k, v in b.items()})
    traces = {f"{kind}/{schedule}": trace(model, batches, head_seed, kind, schedule, lr) for kind, schedule, lr in TRACES}
    write_json(folder / "traces.json", traces)

    write_json(folder / "splits.json", splits_fixture(data, variant.seed))
    write_json(folder / "reports.json", reports_fixture(random))
    write_json(folder / "versions.json", versions_fixture(variant))


def main():
    parser = argparse.ArgumentParser(description="Writes the reference fixtures of the Java tests.")
    parser.add_argument("--out", type=Path, default=DEFAULT_OUT, help="folder that gets one folder a checkpoint")
    out = parser.parse_args().out
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    for variant in VARIANTS:
        folder = out / variant.name
        write_folder(variant, folder)
        size = sum(f.stat().st_size for f in folder.rglob("*") if f.is_file())
        print(f"{folder}: {size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
