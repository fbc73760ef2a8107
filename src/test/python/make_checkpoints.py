"""Writes src/test/resources/checkpoints: models that transformers saved, and what it computes with them.

    pip install -r requirements.txt
    python src/test/python/make_checkpoints.py

Each folder holds config.json, model.safetensors (random weights) and expected.json; the tokenizer is that of
fixtures/older-layout. expected.json has `texts`; `logits` of a classifier and `scores`, which transformers' pipeline makes of
them in the order of the classes; or `mean`, the mean of the last hidden states; or `masked`, the logits of a masked language
model at `token` of the first text, where it says [MASK].
"""

import json
import shutil
import tempfile
from pathlib import Path

import torch
import transformers
from transformers import AutoTokenizer, ModernBertConfig, pipeline

RESOURCES = Path(__file__).parent.parent / "resources"
TOKENIZER = RESOURCES / "fixtures" / "older-layout" / "model"
TEXTS = ["The fox runs over the hill.", "A [MASK] reads a book for 100 roubles while it rains in the town."]
SIZES = dict(
    vocab_size=320,
    hidden_size=8,
    intermediate_size=12,
    num_hidden_layers=3,
    num_attention_heads=2,
    max_position_embeddings=64,
    local_attention=8,
    attention_dropout=0.1,
    embedding_dropout=0.1,
    mlp_dropout=0.1,
    initializer_range=0.5,
)
MODELS = {
    "mean-of-three": (
        "ForSequenceClassification",
        dict(
            id2label={0: "sport", 1: "weather, news", 2: "music"},
            classifier_pooling="mean",
            classifier_activation="silu",
            classifier_bias=True,
            norm_bias=True,
        ),
    ),
    "only-counted": ("ForSequenceClassification", dict(num_labels=4, attention_bias=True, mlp_bias=True)),
    "one-output": ("ForSequenceClassification", dict(num_labels=1)),
    "several-labels": (
        "ForSequenceClassification",
        dict(id2label={0: "a", 1: "b", 2: "c, d"}, problem_type="multi_label_classification"),
    ),
    "regression": ("ForSequenceClassification", dict(num_labels=1, problem_type="regression")),
    "tokens": ("ForTokenClassification", dict(id2label={0: "O", 1: "B", 2: "I"})),
    "masked-untied": ("ForMaskedLM", dict(tie_word_embeddings=False)),
    "bare": ("Model", {}),
}


def expected(kind, model, tokenizer, batch, folder):
    with torch.no_grad():
        result = model(**batch)
    if kind == "ForSequenceClassification":
        for name in ("tokenizer.json", "tokenizer_config.json"):
            shutil.copy(TOKENIZER / name, folder)
        scores = pipeline("text-classification", model=folder)(TEXTS, top_k=None)
        order = [model.config.id2label[i] for i in range(model.config.num_labels)]
        by_name = [{one["label"]: one["score"] for one in text} for text in scores]
        return {"logits": result.logits.tolist(), "scores": [[text[name] for name in order] for text in by_name]}
    if kind == "ForMaskedLM":
        at = (batch["input_ids"][1] == tokenizer.mask_token_id).nonzero().item()
        return {"token": at, "masked": result.logits[1, at].tolist()}
    with torch.no_grad():
        states = (model if kind == "Model" else model.model)(**batch).last_hidden_state
    mask = batch["attention_mask"].unsqueeze(-1)
    return {"mean": ((states * mask).sum(1) / mask.sum(1)).tolist()}


def main():
    torch.set_num_threads(1)
    tokenizer = AutoTokenizer.from_pretrained(TOKENIZER)
    special = {name: getattr(tokenizer, name) for name in ("pad_token_id", "cls_token_id", "sep_token_id")}
    special.update(bos_token_id=tokenizer.cls_token_id, eos_token_id=tokenizer.sep_token_id)
    batch = tokenizer(TEXTS, padding=True, return_tensors="pt")
    for seed, (name, (kind, settings)) in enumerate(MODELS.items()):
        torch.manual_seed(seed)
        model = getattr(transformers, "ModernBert" + kind)(ModernBertConfig(**SIZES, **special, **settings)).eval()
        for parameter_name, parameter in model.named_parameters():
            torch.nn.init.normal_(parameter, mean=float("norm.weight" in parameter_name), std=0.4)
        with tempfile.TemporaryDirectory() as folder:
            model.save_pretrained(folder)
            values = {"texts": TEXTS, **expected(kind, model, tokenizer, batch, folder)}
            target = RESOURCES / "checkpoints" / name
            target.mkdir(parents=True, exist_ok=True)
            for file in ("config.json", "model.safetensors"):
                shutil.copy(Path(folder) / file, target)
        (target / "expected.json").write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
