"""What gpu.py runs: each command, and how its output becomes a run of the index.

Everything of gpu.py that knows the options and outputs of the programs is in this file.
"""
import importlib.util
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from lines import RUN, Finished, python

OURS, TORCH = "modernbert4j", "PyTorch"
TESTS = ["KernelsTest", "ProductsTest", "AttentionTest", "CublasLtTest"]
PARITY = "org.modernbert4j.ReferenceParityTest"
EXPERIMENTS = ["ModernBertHeadOnly", "RuModernBertFull", "RuModernBertMean", "RuModernBertLstm", "UnfreezeEndToStart"]
PRECISIONS = {"bfloat16": ["bfloat16"], "float32": ["float32", "tf32"]}  # ours, and PyTorch's that stand beside it
MODES = {"forward": ["--predict"], "head-only": [], "step": []}


@dataclass(frozen=True)
class Job:
    """A command. part: that can be left out. what: tells its run from others. read: gives the run's result."""

    part: str
    what: dict
    command: list
    read: Callable[[Finished], dict]

    def __str__(self):
        return " ".join([self.part, *map(str, self.what.values())])


@dataclass(frozen=True)
class Inputs:
    """start: the command that starts modernbert4j. java, tests: the same java, and the class path of the tests, empty if not built."""

    start: list
    java: str
    tests: str
    backend: str
    model: Path
    layers: int
    data: Path
    text: str
    label: str
    threads: int
    quick: bool

    @property
    def device(self):
        return "cpu" if self.backend == "cpu" else "cuda"


def all_jobs(inputs, rounds):
    """In the order in which they run: what is short and tells most comes first."""
    sizes = [(2, 32)] if inputs.quick else [(16, 512), (32, 512)]
    steps = [job for size in sizes for precision in PRECISIONS for job in step_jobs(inputs, *size, precision)]
    return [*checks(inputs), *steps, *experiments(inputs), *steps * (rounds - 1)]


def checks(inputs):
    """The tests of the kernels, and of the parity with PyTorch, on the backend."""
    if not inputs.tests:
        return []
    backend = "cpu" if inputs.backend == "cpu" else "cuda-test"
    kernels = [] if inputs.backend == "cpu" else [("kernels", [f"org.modernbert4j.backend.cuda.{test}" for test in TESTS])]
    options = ["--add-exports", "java.base/jdk.internal.module=ALL-UNNAMED", f"-Dbackend={backend}", "-Xmx3g"]
    junit = ["org.junit.platform.console.ConsoleLauncher", "execute", "--disable-banner", "--details=summary"]
    return [
        Job("check", {"side": OURS, "what": name},
            [inputs.java, *options, "-cp", inputs.tests, *junit, *(f"--select-class={test}" for test in classes)], tests_passed)
        for name, classes in [*kernels, ("parity", [PARITY])]
    ]  # fmt: skip


def tests_passed(finished):
    counts = {what: int(n) for n, what in re.findall(r"\[ +(\d+) tests (found|skipped|successful|failed) ", finished.output)}
    return {"seconds": finished.seconds, **counts}


def step_jobs(inputs, batch, length, precision):
    """Our runs of one size in one precision, and all of PyTorch's that stand beside them."""
    count, warmup = (2, 1) if inputs.quick else (20, 5)
    size = {"batch": batch, "length": length}
    frozen = {"head-only": ["--layers-frozen", inputs.layers]}
    ours = [
        Job("ours", {"side": OURS, **size, "precision": precision, "mode": mode},
            [*inputs.start, "benchmark", "--model", str(inputs.model), "--backend", inputs.backend, "--precision", precision, "--json",
             *map(str, ["--batch", batch, "--length", length, "--steps", count, "--warmup", warmup, *options, *frozen.get(mode, [])])],
            last_json)
        for mode, options in MODES.items()
    ]  # fmt: skip
    attentions = ["sdpa"]
    if importlib.util.find_spec("flash_attn") and precision == "bfloat16":
        attentions.append("flash_attention_2")
    peers = [
        Job("torch", {"side": TORCH, **size, "precision": dtype, "how": f"{attention}, {'compiled' if compiled else 'eager'}"},
            python("torch_step.py", inputs.layers, batch, length, dtype, "fused", "--head-only", "--steps", count + warmup, "--warmup",
                   warmup, "--threads", inputs.threads, "--device", inputs.device, "--attention", attention, *compiled),
            last_json)
        for dtype in PRECISIONS[precision]
        for attention in attentions
        for compiled in ([], ["--compile"])
    ]  # fmt: skip
    return ours + peers


def last_json(finished):
    return json.loads([line for line in finished.output.splitlines() if line.startswith("{")][-1])


def experiments(inputs):
    """One epoch of each, in the precision that is faster on a card."""
    precision = "float32" if inputs.backend == "cpu" else "bfloat16"
    few = ["--max-length", "16"] if inputs.quick else []
    return [
        Job("epochs", {"side": OURS, "experiment": name, "precision": precision},
            [*inputs.start, "experiment", name, "--model", str(inputs.model), "--data", str(inputs.data), "--text", inputs.text,
             "--label", inputs.label, "--sample", "1", "--epochs", "1", "--backend", inputs.backend, "--precision", precision,
             *few, "--output", RUN],
            last_epoch)
        for name in EXPERIMENTS
    ]  # fmt: skip


def last_epoch(finished):
    result = json.loads((finished.folder / "result.json").read_text())
    return {"process_seconds": finished.seconds, "process_peak_mib": finished.peak_mib, **result}
