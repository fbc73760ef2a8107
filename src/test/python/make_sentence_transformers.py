"""Writes src/test/resources/sentence: models that sentence-transformers saved, and the vectors that it makes.

    pip install -r requirements.txt
    python src/test/python/make_sentence_transformers.py

Each folder is as SentenceTransformer.save writes it (`older` as versions before 3 did, the encoder in a folder of its own), with
expected.json: `texts` and their `vectors`. The encoder is that of checkpoints/bare, the tokenizer that of fixtures/older-layout.
"""

import json
import shutil
import tempfile
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import Normalize, Transformer
from sentence_transformers.sentence_transformer.modules import Pooling

RESOURCES = Path(__file__).parent.parent / "resources"
TOKENIZER = RESOURCES / "fixtures" / "older-layout" / "model"
TEXTS = ["The fox runs over the hill.", "A long text: " + "it rains in the town, " * 9, "Матч", "  Two  spaces "]


def write(name, model, folder):
    target = RESOURCES / "sentence" / name
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(folder, target, ignore=shutil.ignore_patterns("README.md"))
    values = {"texts": TEXTS, "vectors": model.encode(TEXTS).tolist()}
    (target / "expected.json").write_text(json.dumps(values, ensure_ascii=False) + "\n", encoding="utf-8")


def save(name, encoder, length, *modules, **settings):
    transformer = Transformer(str(encoder))
    transformer.max_seq_length = length
    model = SentenceTransformer(modules=[transformer, *modules], device="cpu", **settings)
    with tempfile.TemporaryDirectory() as folder:
        model.save(folder)
        write(name, SentenceTransformer(folder, device="cpu"), folder)


def save_older(encoder):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        shutil.copytree(encoder, root / "0_Transformer")
        (root / "1_Pooling").mkdir()
        names = ("Transformer", "Pooling", "Normalize")
        files = {
            "modules.json": [
                {"idx": i, "name": str(i), "path": f"{i}_{name}", "type": f"sentence_transformers.models.{name}"}
                for i, name in enumerate(names)
            ],
            "0_Transformer/sentence_bert_config.json": {"max_seq_length": 20, "do_lower_case": True},
            "1_Pooling/config.json": {
                "word_embedding_dimension": 8,
                "pooling_mode_cls_token": False,
                "pooling_mode_mean_tokens": False,
                "pooling_mode_lasttoken": True,
                "pooling_mode_max_tokens": False,
            },
        }
        for name, content in files.items():
            (root / name).write_text(json.dumps(content, indent=2) + "\n")
        write("older", SentenceTransformer(folder, device="cpu"), folder)


def main():
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        encoder = Path(folder) / "encoder"
        shutil.copytree(RESOURCES / "checkpoints" / "bare", encoder, ignore=shutil.ignore_patterns("expected.json"))
        for name in ("tokenizer.json", "tokenizer_config.json"):
            shutil.copy(TOKENIZER / name, encoder)
        save("mean-normalized", encoder, 64, Pooling(8, "mean"), Normalize())
        prompts = {"query": "find: ", "document": ""}
        save("cls-prompted", encoder, 12, Pooling(8, "cls"), prompts=prompts, default_prompt_name="query")
        save_older(encoder)


if __name__ == "__main__":
    main()
