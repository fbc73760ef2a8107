"""Labels the texts of a CSV file in PyTorch with what modernbert4j's `train` saved, and prints a label a line in the file's order.

    python torch_predict.py MODEL_DIR DATA_CSV [--text COLUMN] [--dtype float32|bfloat16] [--threads N]

MODEL_DIR is a run's folder or its best/. Batches are 16 texts of like length, padded to the longest of them.
"""
import argparse
import json
import os
from pathlib import Path

import pandas as pd
import torch
from safetensors.torch import load_file
from transformers import AutoModel, AutoTokenizer

from torch_model import Classifier, encode, pad, precision

BATCH = 16


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("data")
    parser.add_argument("--text", default="text")
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], default="float32")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    return parser.parse_args()


def load(folder):
    """The classifier, and the length of the texts that it was trained with."""
    settings = json.loads((folder / "head.json").read_text())
    bert = AutoModel.from_pretrained(folder, attn_implementation="sdpa", dtype=torch.float32)
    model = Classifier(bert, settings["head"], len(bert.config.id2label))
    head = {name: tensor for name, tensor in load_file(folder / "model.safetensors").items() if name.startswith(("fc.", "lstm."))}
    missing, _ = model.load_state_dict(head, strict=False)
    if any(not name.startswith("bert.") for name in missing):
        raise SystemExit(f"{folder}: lacks {missing}; use a folder saved by train with --head cls, mean or lstm")
    return model.eval(), settings["maxLength"]


def main():
    o = options()
    torch.set_num_threads(o.threads)
    folder = o.model / "best" if (o.model / "best").is_dir() else o.model
    model, max_length = load(folder)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    rows = encode(tokenizer, pd.read_csv(o.data)[o.text].dropna(), max_length)
    order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
    labels = [""] * len(rows)
    with torch.no_grad(), precision(o.dtype):
        for start in range(0, len(order), BATCH):
            indexes = order[start : start + BATCH]
            length = max_length if model.head == "lstm" else None
            predicted = model(*pad([rows[i] for i in indexes], tokenizer.pad_token_id, length)).argmax(1)
            for i, label in zip(indexes, predicted.tolist()):
                labels[i] = model.bert.config.id2label[label]
    print("\n".join(labels))


if __name__ == "__main__":
    main()
