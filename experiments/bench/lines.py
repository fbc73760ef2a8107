"""The lines of the comparison: what each runs, ours and PyTorch's, and where in the output of either the compared figures are.

Everything that knows the options and outputs of the programs that are compared is in this file.
"""
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

HERE = Path(__file__).resolve().parent
RUN = "{run}"  # stands for a folder that is made for one command and deleted after it


@dataclass(frozen=True)
class Finished:
    """A command that has ended: what it printed, its folder, and its time and peak memory as the kernel counted them."""

    output: str
    folder: Path
    seconds: float
    peak_mib: float


@dataclass(frozen=True)
class Measure:
    """A figure of both sides; less is better."""

    name: str
    unit: str
    ours: Callable[[Finished], float]
    peer: Callable[[Finished], float]


@dataclass(frozen=True)
class Line:
    """
    ours: arguments of modernbert4j. peers: by how they differ, commands of PyTorch that do the same.
    cost: very roughly the seconds of a round, for the time left. headline: whether its first measure is in the short table.
    """

    name: str
    what: str
    ours: list
    peers: dict
    measures: list
    cost: int
    headline: bool = True


@dataclass(frozen=True)
class Inputs:
    """What the lines work on: checkpoints and their layers, what `train` made of the slice, the data, and how large everything is."""

    slice: Path
    slice_layers: int
    base: Path
    base_layers: int
    classifier: Path
    data: Path
    text: str
    label: str
    exclude_labels: str
    threads: int
    quick: bool


def of_json(field):
    """A figure of the last JSON line that has it."""

    def read(finished):
        rows = [json.loads(line) for line in finished.output.splitlines() if line.startswith("{")]
        return [row[field] for row in rows if field in row][-1]

    return read


def epoch_seconds(finished):
    """What the steps of our run's last epoch took."""
    return epochs(finished)[-1]["train_runtime"]


def epochs(finished):
    """The epochs of our run, oldest first, from its last checkpoint."""
    states = finished.folder.glob("checkpoint-*/trainer_state.json")
    newest = max(states, key=lambda file: int(file.parent.name.split("-")[1]))
    return json.loads(newest.read_text())["log_history"]


def process_seconds(finished):
    return finished.seconds


def process_memory(finished):
    return finished.peak_mib


STEP = [Measure(part, "s", of_json(part), of_json(part)) for part in ("step", "forward", "backward", "optimizer")]
FORWARD = [Measure("forward", "s", of_json("forward"), of_json("inference_forward"))]
EPOCH = [Measure("training", "s", epoch_seconds, of_json("train_s"))]
PROCESS = [Measure("whole process", "s", process_seconds, process_seconds)]
MEMORY = [Measure("peak memory", "MiB", process_memory, process_memory)]
LOAD = [Measure("loading", "s", of_json("load_seconds"), of_json("seconds")), *PROCESS]


STANDARD = {"PyTorch": []}
FUSED = {"PyTorch": [], "PyTorch, fused AdamW": ["fused"]}


def python(script, *arguments):
    return [sys.executable, str(HERE / script), *map(str, arguments)]


def train(inputs, *options):
    """Arguments of our `train` on the inputs' data."""
    excluded = ["--exclude-labels", inputs.exclude_labels] if inputs.exclude_labels else []
    columns = ["--text", inputs.text, "--label", inputs.label, *excluded]
    return ["train", "--data", str(inputs.data), *columns, "--output", RUN, *map(str, options)]


def torch_train(inputs, *options):
    """The same of PyTorch."""
    columns = ["--text", inputs.text, "--label", inputs.label, "--exclude-labels", inputs.exclude_labels]
    return python("torch_train.py", "--data", inputs.data, *columns, "--threads", inputs.threads, *options)


def all_lines(inputs):
    """Every line, by its name."""
    long, steps, texts = (64, 2, 2) if inputs.quick else (512, 10, 16)

    def size(layers, batch, length):
        return f"{layers} layers, {batch} x {length} tokens"

    def bench(name, what, model, layers, batch, length, dtype, measures, cost, *, ours=(), peer=(), variants=STANDARD, headline=True,
              count=steps):  # fmt: skip
        sizes = ["--batch", batch, "--length", length, "--precision", dtype, "--steps", count]
        common = [layers, batch, length, dtype, "--steps", count, "--threads", inputs.threads]
        return Line(
            name,
            f"{what}, {size(layers, batch, length)}, {dtype}",
            ["benchmark", "--model", str(model), *map(str, sizes), "--json", *ours],
            {how: python("torch_step.py", *common, *peer, *variant) for how, variant in variants.items()},
            measures,
            cost,
            headline,
        )

    def fine_tuning(name, what, dtype, measures, paddings, cost, *, ours=(), peer=(), rate=2e-5, epochs=1):
        return Line(
            name,
            f"{what}, {inputs.slice_layers} layers, batches of 16, at most {long} tokens, {dtype}",
            train(inputs, "--model", inputs.slice, "--epochs", epochs, "--batch-size", 16, "--max-length", long,
                  "--learning-rate", rate, "--precision", dtype, *ours),
            {
                f"PyTorch, {how}": torch_train(
                    inputs, "--model", inputs.slice, "--epochs", epochs, "--batch", 16, "--max-len", long,
                    "--lr", rate, "--dtype", dtype, *padding, *peer)
                for how, padding in paddings.items()
            },
            measures,
            cost,
        )  # fmt: skip

    padded = {f"padded to {long}": ["--padding", "max_length"]}
    longest = {"padded to the batch's longest": ["--padding", "longest"]}
    grouped = {"batches of like length, fused AdamW": ["--padding", "grouped", "--fused"]}
    every = {**padded, **longest, **grouped}
    s, b = (inputs.slice, inputs.slice_layers), (inputs.base, inputs.base_layers)
    huge = 512 if inputs.quick else 8192
    lines = [
        bench("step-slice-fp32", "training step", *s, 4, long, "float32", STEP, 67, variants=FUSED, headline=False),
        bench("step-slice-bf16", "training step", *s, 4, long, "bfloat16", STEP, 52, variants=FUSED, headline=False),
        bench("step-base-fp32", "training step", *b, 4, long // 4, "float32", STEP, 135, variants=FUSED),
        bench("step-base-bf16", "training step", *b, 4, long // 4, "bfloat16", STEP, 120, variants=FUSED),
        bench("forward-slice-fp32", "forward pass", *s, 4, long, "float32", FORWARD, 25, ours=["--predict"], peer=["--predict"],
              headline=False),
        bench("forward-slice-bf16", "forward pass", *s, 4, long, "bfloat16", FORWARD, 20, ours=["--predict"], peer=["--predict"],
              headline=False),
        bench("forward-8192", "forward pass", *s, 1, huge, "float32", FORWARD, 90, ours=["--predict"], peer=["--predict"]),
        fine_tuning("epoch-fp32", "an epoch of full fine-tuning", "float32", EPOCH, every, 900),
        fine_tuning("epoch-bf16", "an epoch of full fine-tuning", "bfloat16", EPOCH, every, 600),
        fine_tuning("head-only", "3 epochs of the head alone", "float32", PROCESS, {**padded, **grouped}, 700,
                    ours=["--freeze", "!head"], peer=["--freeze"], rate=2e-4, epochs=3),
        fine_tuning("end-to-start", "3 epochs, unfreezing from the end to the start", "float32", PROCESS, {**padded, **grouped},
                    1600, ours=["--schedule", "end-to-start"], peer=["--schedule", "end-to-start"], rate=5e-5, epochs=3),
        Line(
            "predict",
            f"labelling all texts of the data, {inputs.slice_layers} layers, float32",
            ["predict", "--model", str(inputs.classifier), "--file", str(inputs.data), "--text", inputs.text],
            {"PyTorch": python("torch_predict.py", inputs.classifier, inputs.data, "--text", inputs.text,
                               "--threads", inputs.threads)},
            PROCESS,
            150,
        ),
        bench("lstm", "training step with the LSTM head", *s, texts, long, "float32", STEP, 240, ours=["--head", "lstm"],
              peer=["--head", "lstm"], headline=False, count=min(steps, 5)),
        bench("memory", "training step", *s, texts, long, "float32", MEMORY, 120, count=min(steps, 3)),
        Line(
            "load",
            f"loading a checkpoint of {inputs.base_layers} layers until a first text can be computed",
            ["benchmark", "--model", str(inputs.base), "--batch", "1", "--length", "8", "--predict", "--precision", "float32",
             "--warmup", "0", "--steps", "1", "--json"],
            {"PyTorch": python("torch_load.py", inputs.base)},
            LOAD,
            15,
        ),
    ]  # fmt: skip
    return {line.name: line for line in lines}
