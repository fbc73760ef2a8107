"""Compares what modernbert4j and PyTorch learn: both fine-tune the same checkpoint on the same texts with several seeds.

    python experiments/bench/accuracy.py --model DIR --data CSV [--seeds 5] [--first-seed 42] [--java PATH]
        [--text COLUMN] [--label COLUMN] [--exclude-labels A,B] [--limit N] [--head cls|mean|lstm] [--freeze | --schedule end-to-start]
        [--epochs 3] [--batch 16] [--max-len 512] [--lr 2e-5] [--dtype float32|bfloat16]
        [--padding longest|grouped|max_length] [--threads N]

The seeds are those of the head's first weights, the order of the texts and dropout; sample and split stay those of seed 42. --padding is
PyTorch's: longest draws its batches from all texts, grouped from texts of like length as modernbert4j does. Prints the weighted F1 on the
validation texts after the last epoch: JSON with both lists, their means and standard deviations, and a line of Markdown.
"""
import argparse
import json
import os
import statistics
import sys
from pathlib import Path
from types import SimpleNamespace

from lines import epochs, torch_train, train
from running import ours, run

SPLIT_SEED = 42


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first-seed", type=int, default=42)
    parser.add_argument("--java", default="java")
    parser.add_argument("--text", default="text")
    parser.add_argument("--label", default="topic")
    parser.add_argument("--exclude-labels", default="")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--head", choices=["cls", "mean", "lstm"], default="cls")
    trains = parser.add_mutually_exclusive_group()
    trains.add_argument("--freeze", action="store_true")
    trains.add_argument("--schedule", choices=["end-to-start"])
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--max-len", type=int, default=512)
    parser.add_argument("--lr", type=float, default=2e-5)
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], default="float32")
    parser.add_argument("--padding", choices=["longest", "grouped", "max_length"], default="longest")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    o = parser.parse_args()
    o.model, o.data = o.model.resolve(), o.data.resolve()
    return o


def commands(o, seed):
    """The same training, by ours and by PyTorch."""
    both = ["--model", o.model, "--head", o.head, "--epochs", o.epochs, "--seed", seed, "--data-seed", SPLIT_SEED]
    both += ["--limit", o.limit] if o.limit else []
    both += ["--schedule", o.schedule] if o.schedule else []
    frozen = ["--freeze", "!head"] if o.freeze else []
    precision = ["--precision", o.dtype] if o.dtype != "float32" else []
    inputs = SimpleNamespace(**vars(o))
    return (
        ours(o.java, o.threads)
        + train(inputs, *both, *frozen, *precision, "--batch-size", o.batch, "--max-length", o.max_len, "--learning-rate", o.lr),
        torch_train(inputs, *both, *frozen[:1], "--dtype", o.dtype, "--batch", o.batch, "--max-len", o.max_len, "--lr", o.lr,
                    "--padding", o.padding),
    )  # fmt: skip


def our_f1(finished):
    return epochs(finished)[-1]["eval_f1"]


def peer_f1(finished):
    return [row["val"]["f1"] for row in map(json.loads, finished.output.splitlines()) if "val" in row][-1]


def summary(values):
    spread = statistics.stdev(values) if len(values) > 1 else 0.0
    return {"f1": values, "mean": round(statistics.mean(values), 4), "sd": round(spread, 4)}


def main():
    o = options()
    f1 = {"modernbert4j": [], "PyTorch": []}
    seeds = range(o.first_seed, o.first_seed + o.seeds)
    for seed in seeds:
        for (name, values), command, read in zip(f1.items(), commands(o, seed), (our_f1, peer_f1)):
            values.append(round(run(command, read), 4))
            print(f"seed {seed}: {name} {values[-1]:.4f}", file=sys.stderr, flush=True)
    summaries = {name: summary(values) for name, values in f1.items()}
    setting = {name: value.name if isinstance(value, Path) else value for name, value in vars(o).items()}
    print(json.dumps({**setting, "seeds": list(seeds), **summaries}, ensure_ascii=False))
    cells = [f"{each['mean']:.4f} ± {each['sd']:.4f} ({', '.join(f'{v:.4f}' for v in each['f1'])})" for each in summaries.values()]
    print(f"| {o.model.name}, {o.data.name}, {o.head}, seeds {seeds[0]} to {seeds[-1]} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
