"""Times PyTorch's bare step: forward, backward and AdamW of a ModernBERT-base with some of its layers, random ids, no padding.

    python torch_step.py LAYERS BATCH LENGTH float32|tf32|bfloat16 [fused] [--head cls|mean|lstm] [--predict] [--head-only]
        [--steps 8] [--warmup 1] [--threads N] [--device cpu|cuda] [--attention sdpa|flash_attention_2] [--compile]

Prints a JSON line: medians in seconds of a forward pass without gradients and, unless --predict, of the parts of a training step;
with --head-only also of a step with embeddings and layers frozen. The first --warmup of each are not counted. On a card the times are
those between its events, and `device_peak_mib` is the most memory that PyTorch allocated there for each. `fused` takes
AdamW(fused=True), which is not PyTorch's default on a CPU. `tf32` is float32 whose products round their operands to 10 bits.
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
PARTS = ("step", "forward", "backward", "optimizer")


class Host:
    """Moments of this process."""

    def moment(self):
        return time.perf_counter()

    def seconds(self, begin, end):
        return end - begin

    def memory(self):
        return None


class Card:
    """Moments of the card's stream, for which the host does not wait."""

    def moment(self):
        event = torch.cuda.Event(enable_timing=True)
        event.record()
        return event

    def seconds(self, begin, end):
        end.synchronize()
        return begin.elapsed_time(end) / 1e3

    def memory(self):
        """The most that was allocated since this was last asked."""
        most = torch.cuda.max_memory_allocated() >> 20
        torch.cuda.reset_peak_memory_stats()
        return most


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("layers", type=int)
    parser.add_argument("batch", type=int)
    parser.add_argument("length", type=int)
    parser.add_argument("dtype", choices=["float32", "tf32", "bfloat16"])
    parser.add_argument("fused", nargs="?", choices=["fused"])
    parser.add_argument("--head", choices=["cls", "mean", "lstm"], default="cls")
    parser.add_argument("--predict", action="store_true")
    parser.add_argument("--head-only", action="store_true")
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--warmup", type=int, default=1)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--attention", choices=["sdpa", "flash_attention_2"], default="sdpa")
    parser.add_argument("--compile", action="store_true")
    return parser.parse_intermixed_args()  # `fused` may stand after options


def median(seconds, o):
    return round(statistics.median(seconds[o.warmup :] or seconds), 6)


def time_forward(model, ids, mask, clock, o):
    model.eval()
    seconds = []
    with torch.no_grad(), precision(o.dtype, o.device):
        for _ in range(o.steps):
            start = clock.moment()
            model(ids, mask)
            seconds.append(clock.seconds(start, clock.moment()))
    return median(seconds, o)


def time_steps(model, ids, mask, clock, o):
    model.train()
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=2e-5, weight_decay=0.01, fused=bool(o.fused) or None)
    truth = torch.randint(0, CLASSES, (o.batch,), device=o.device)
    parts = []
    for _ in range(o.steps):
        start = clock.moment()
        with precision(o.dtype, o.device):
            logits = model(ids, mask)
        loss = nn.functional.cross_entropy(logits.float(), truth)
        forward = clock.moment()
        loss.backward()
        backward = clock.moment()
        optimizer.step()
        optimizer.zero_grad()
        end = clock.moment()
        ends = [(start, end), (start, forward), (forward, backward), (backward, end)]
        parts.append([clock.seconds(*part) for part in ends])
    return {part: median(seconds, o) for part, seconds in zip(PARTS, zip(*parts))}


def set_frozen(bert, frozen):
    """Freezes the embeddings and all layers, as `benchmark --layers-frozen` does, or lets them train."""
    for part in (bert.embeddings, bert.layers):
        part.requires_grad_(not frozen)


def main():
    o = options()
    torch.set_num_threads(o.threads)
    torch.manual_seed(0)
    torch.set_float32_matmul_precision("high" if o.dtype == "tf32" else "highest")
    config = ModernBertConfig(num_hidden_layers=o.layers)
    config._attn_implementation = o.attention
    clock = Card() if o.device == "cuda" else Host()
    bert = ModernBertModel(config)
    model = Classifier(bert, o.head, CLASSES).to(o.device)

    def runnable():
        """Compiled anew, as compiled code keeps to the gradients that were wanted when it was first called."""
        torch.compiler.reset()
        return torch.compile(model) if o.compile else model

    ids = torch.randint(0, config.vocab_size, (o.batch, o.length), device=o.device)
    needs_mask = o.device == "cpu" or o.head == "mean"  # a card is faster without one
    mask = torch.ones_like(ids) if needs_mask else None
    measured = {"inference_forward": time_forward(runnable(), ids, mask, clock, o)}
    memory = {"forward": clock.memory()}
    if o.head_only:
        set_frozen(bert, True)
        measured["head_only"] = time_steps(runnable(), ids, mask, clock, o)["step"]
        memory["head_only"] = clock.memory()
        set_frozen(bert, False)
    if not o.predict:
        measured.update(time_steps(runnable(), ids, mask, clock, o))
        memory["step"] = clock.memory()
    print(json.dumps({**vars(o), "fused": bool(o.fused), **measured, "device_peak_mib": memory, "peak_mib": peak_mib()}))


if __name__ == "__main__":
    main()
