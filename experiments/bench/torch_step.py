"""Times PyTorch's bare step: forward, backward and AdamW of a ModernBERT-base with some of its layers, random ids, no padding.

    python torch_step.py LAYERS BATCH LENGTH float32|bfloat16 [fused] [--head cls|mean|lstm] [--predict] [--steps 8] [--threads N]

Prints a JSON line: medians in seconds of a forward pass without gradients and, unless --predict, of the parts of a training step.
The first of each is not counted. `fused` takes AdamW(fused=True), which is not PyTorch's default on a CPU.
"""
import argparse
import json
import os
import statistics
import time

import torch
from torch import nn
from transformers import ModernBertConfig, ModernBertModel

from torch_model import Classifier, peak_mib, precision

CLASSES = 17


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("layers", type=int)
    parser.add_argument("batch", type=int)
    parser.add_argument("length", type=int)
    parser.add_argument("dtype", choices=["float32", "bfloat16"])
    parser.add_argument("fused", nargs="?", choices=["fused"])
    parser.add_argument("--head", choices=["cls", "mean", "lstm"], default="cls")
    parser.add_argument("--predict", action="store_true")
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    return parser.parse_intermixed_args()  # `fused` may stand after options


def median(seconds):
    return round(statistics.median(seconds[1:] or seconds), 4)


def time_forward(model, ids, mask, o):
    model.eval()
    seconds = []
    with torch.no_grad(), precision(o.dtype):
        for _ in range(o.steps):
            start = time.perf_counter()
            model(ids, mask)
            seconds.append(time.perf_counter() - start)
    return median(seconds)


def time_steps(model, ids, mask, o):
    model.train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-5, weight_decay=0.01, fused=bool(o.fused) or None)
    truth = torch.randint(0, CLASSES, (o.batch,))
    parts = []
    for _ in range(o.steps):
        start = time.perf_counter()
        with precision(o.dtype):
            logits = model(ids, mask)
        loss = nn.functional.cross_entropy(logits.float(), truth)
        forward = time.perf_counter()
        loss.backward()
        backward = time.perf_counter()
        optimizer.step()
        optimizer.zero_grad()
        end = time.perf_counter()
        parts.append((end - start, forward - start, backward - forward, end - backward))
    return dict(zip(("step", "forward", "backward", "optimizer"), map(median, zip(*parts))))


def main():
    o = options()
    torch.set_num_threads(o.threads)
    torch.manual_seed(0)
    config = ModernBertConfig(num_hidden_layers=o.layers)
    config._attn_implementation = "sdpa"
    model = Classifier(ModernBertModel(config), o.head, CLASSES)
    ids = torch.randint(0, config.vocab_size, (o.batch, o.length))
    mask = torch.ones_like(ids)
    measured = {"inference_forward": time_forward(model, ids, mask, o)}
    if not o.predict:
        measured.update(time_steps(model, ids, mask, o))
    print(json.dumps({**vars(o), "fused": bool(o.fused), **measured, "peak_mib": peak_mib()}))


if __name__ == "__main__":
    main()
