"""The original notebook's fine-tuning in PyTorch and transformers.

    python torch_train.py --model DIR --data CSV [--text COLUMN] [--label COLUMN] [--exclude-labels A,B] [--head cls|mean|lstm]
        [--freeze | --schedule end-to-start] [--epochs 1] [--batch 16] [--max-len 512] [--padding max_length|longest|grouped]
        [--dtype float32|bfloat16] [--lr 2e-5] [--frac 1.0] [--limit N] [--seed 42] [--data-seed 42] [--steps N] [--fused]
        [--threads N]

--padding max_length is what the notebook does; longest pads each batch to its own longest text; grouped does that and draws its
batches from texts of like length, as the Trainer of transformers does with group_by_length. --freeze trains the head alone.
--schedule end-to-start trains the upper half of the layers, then all layers, then everything, and the head throughout.
--steps stops each epoch early and leaves the evaluation out. --fused takes AdamW(fused=True), which is not PyTorch's default on a CPU.

Prints a JSON line an epoch (seconds of training and evaluation, real tokens a second, loss, metrics weighted by support) and one at the
end (seconds of tokenization, peak resident memory).
"""
import argparse
import json
import os
import statistics
import time

import torch
from sklearn.metrics import accuracy_score, precision_recall_fscore_support
from sklearn.model_selection import train_test_split
from torch import nn
from transformers import AutoModel, AutoTokenizer

from torch_model import Classifier, encode, labelled_texts, pad, peak_mib, precision

BATCHES_A_GROUP = 50  # that of transformers' group_by_length


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--text", default="text")
    parser.add_argument("--label", default="topic")
    parser.add_argument("--exclude-labels", default="")
    parser.add_argument("--head", choices=["cls", "mean", "lstm"], default="cls")
    trains = parser.add_mutually_exclusive_group()
    trains.add_argument("--freeze", action="store_true")
    trains.add_argument("--schedule", choices=["end-to-start"])
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--max-len", type=int, default=512)
    parser.add_argument("--padding", choices=["max_length", "longest", "grouped"], default="max_length")
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], default="float32")
    parser.add_argument("--lr", type=float, default=2e-5)
    parser.add_argument("--frac", type=float, default=1.0)
    parser.add_argument("--limit", type=int, default=0)
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--data-seed", type=int, default=42)
    parser.add_argument("--steps", type=int, default=0)
    parser.add_argument("--fused", action="store_true")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    return parser.parse_args()


def select(model, o, epoch):
    """Lets train what trains in an epoch (from 0); the head always does."""
    bert = model.bert
    everything = not o.freeze and (o.schedule is None or epoch >= 2)
    for parameter in bert.parameters():
        parameter.requires_grad = everything
    if o.schedule and not everything:
        half = len(bert.layers) // 2
        for layer in bert.layers[len(bert.layers) - (epoch + 1) * half :]:
            for parameter in layer.parameters():
                parameter.requires_grad = True


def shuffled(rows, o):
    """The order of an epoch's texts, and its batches."""
    order = torch.randperm(len(rows)).tolist()
    if o.padding != "grouped":
        return cut(order, o.batch)
    groups = cut(order, o.batch * BATCHES_A_GROUP)
    batches = [batch for group in groups for batch in cut(sorted(group, key=lambda i: len(rows[i][0])), o.batch)]
    return [batches[i] for i in torch.randperm(len(batches)).tolist()]


def cut(order, size):
    return [order[i : i + size] for i in range(0, len(order), size)]


def metrics(truth, predicted):
    p, r, f1, _ = precision_recall_fscore_support(truth, predicted, average="weighted", zero_division=0)
    values = dict(accuracy=accuracy_score(truth, predicted), precision=p, recall=r, f1=f1)
    return {name: round(float(value), 4) for name, value in values.items()}


def main():
    o = options()
    torch.manual_seed(o.seed)
    torch.set_num_threads(o.threads)
    texts = labelled_texts(o)
    names = list(texts["label"].unique())
    parts = train_test_split(texts, test_size=0.2, random_state=o.data_seed, stratify=texts["label"])
    tokenizer = AutoTokenizer.from_pretrained(o.model)
    start = time.perf_counter()
    train, validation = (
        list(zip(encode(tokenizer, part["text"], o.max_len), map(names.index, part["label"]))) for part in parts
    )
    tokenize_s = time.perf_counter() - start

    model = Classifier(AutoModel.from_pretrained(o.model, attn_implementation="sdpa", dtype=torch.float32), o.head, len(names))
    optimizer = torch.optim.AdamW(model.parameters(), lr=o.lr, weight_decay=0.01, fused=o.fused or None)

    def batch(rows, indexes):
        picked = [rows[i] for i in indexes]
        length = o.max_len if o.padding == "max_length" or o.head == "lstm" else None
        ids, mask = pad([ids for ids, _ in picked], tokenizer.pad_token_id, length)
        return ids, mask, torch.tensor([label for _, label in picked])

    def train_epoch():
        model.train()
        batches = shuffled(train, o)
        truth, predicted, seconds, tokens, loss_sum = [], [], [], 0, 0.0
        for indexes in batches[: o.steps or len(batches)]:
            ids, mask, labels = batch(train, indexes)
            start = time.perf_counter()
            optimizer.zero_grad()
            with precision(o.dtype):
                logits = model(ids, mask)
            loss = nn.functional.cross_entropy(logits.float(), labels)
            loss.backward()
            optimizer.step()
            seconds.append(time.perf_counter() - start)
            tokens += int(mask.sum())
            loss_sum += loss.item() * len(labels)
            truth += labels.tolist()
            predicted += logits.argmax(1).tolist()
        return dict(
            steps=len(seconds),
            trainable=sum(p.numel() for p in model.parameters() if p.requires_grad),
            train_s=round(sum(seconds), 3),
            step_median_s=round(statistics.median(seconds[1:] or seconds), 4),
            tokens_per_s=round(tokens / sum(seconds), 1),
            loss=round(loss_sum / len(truth), 4),
            train=metrics(truth, predicted),
        )

    def evaluate():
        model.eval()
        truth, predicted, start = [], [], time.perf_counter()
        order = list(range(len(validation)))
        if o.padding == "grouped":
            order.sort(key=lambda i: len(validation[i][0]))
        with torch.no_grad(), precision(o.dtype):
            for indexes in cut(order, o.batch):
                ids, mask, labels = batch(validation, indexes)
                truth += labels.tolist()
                predicted += model(ids, mask).argmax(1).tolist()
        return dict(eval_s=round(time.perf_counter() - start, 3), val=metrics(truth, predicted))

    for epoch in range(o.epochs):
        optimizer.zero_grad()  # what froze must have no gradient left
        select(model, o, epoch)
        row = dict(epoch=epoch + 1, **train_epoch())
        if not o.steps:
            row.update(evaluate())
        print(json.dumps(row), flush=True)
    print(json.dumps(dict(tokenize_s=round(tokenize_s, 3), peak_mib=peak_mib(), texts=len(train), torch=torch.__version__,
                          threads=o.threads, dtype=o.dtype, padding=o.padding)))  # fmt: skip


if __name__ == "__main__":
    main()
