"""Checks and times modernbert4j on an NVIDIA card, beside PyTorch, in one command, and writes one table.

    mvn -q -DskipTests package
    python experiments/bench/gpu.py [--data CSV] [--minutes N] [--parts check,ours,torch,epochs] [--rounds 1] [--output DIR]
        [--model DIR --layers 22] [--java PATH | --ours COMMAND] [--junit JAR] [--threads N] [--backend cpu --quick]

Runs `doctor`; the tests of the kernels and of the parity with PyTorch, where the build has its tests and JUnit's console is there;
`benchmark` for forward passes, steps and steps of the head alone, and PyTorch's, in turn; an epoch of some experiments. After each
command it writes table.md and index.json (all that was measured) into --output. A command that fails is noted, and the next one runs.
With --minutes it stops in time. --table INDEX only makes the table of an index. --backend cpu --quick tries the script without a card.
"""
import argparse
import datetime
import importlib.metadata
import importlib.util
import json
import os
import platform
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from gpu_jobs import Inputs, all_jobs, python
from gpu_table import table
from running import JAR, ROOT, WORK, Failed, ours, run

NEWS = ROOT / "experiments" / "data" / "news-sample.csv"
PARTS = ["check", "ours", "torch", "epochs"]
JUNIT = "org/junit/platform/junit-platform-console-standalone/*/junit-platform-console-standalone-*.jar"
PACKAGES = ["torch", "transformers", "flash-attn", "triton"]
LEAST_SECONDS = 5  # not worth a start


class TimeIsUp(Exception):
    """Of --minutes."""


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", default=",".join(PARTS))
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--output", type=Path, default=WORK / "gpu")
    parser.add_argument("--backend", default="cuda")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--model", type=Path, help="a checkpoint with the shapes of ModernBERT-base; made unless given")
    parser.add_argument("--layers", type=int, help="of the model: 22, or 2 with --quick")
    parser.add_argument("--data", type=Path, default=NEWS)
    parser.add_argument("--text", default="text")
    parser.add_argument("--label", default="topic")
    parser.add_argument("--java", default="java")
    parser.add_argument("--ours", type=shlex.split, help="another command that starts modernbert4j")
    parser.add_argument("--junit", type=Path, help="junit-platform-console-standalone.jar; Maven's unless given")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--table", type=Path, metavar="INDEX")
    o = parser.parse_args()
    unknown = [part for part in o.parts.split(",") if part not in PARTS]
    if unknown:
        parser.error(f"--parts: there is no {','.join(unknown)}; use some of {','.join(PARTS)}")
    return o


def log(line):
    print(line, file=sys.stderr, flush=True)


def start_of(o):
    """The command that starts modernbert4j."""
    if o.ours:
        return o.ours
    if not JAR.exists():
        raise SystemExit(f"{JAR}: no such file; build it with: mvn -q -DskipTests package")
    if not shutil.which(o.java):
        raise SystemExit(f"{o.java}: no such program; give the path of a java executable with --java")
    return ours(o.java, o.threads)


def class_path_of_tests(o):
    """Empty where the tests are not built, or nothing can run them."""
    junit = o.junit or next(iter(sorted((Path.home() / ".m2" / "repository").glob(JUNIT), reverse=True)), None)
    classes = ROOT / "target" / "test-classes"
    if junit is None or not junit.exists() or not classes.exists():
        return ""
    return os.pathsep.join(map(str, [classes, JAR, JAR.parent / "lib" / "*", junit]))


def model_of(o, layers):
    """The checkpoint, made with random weights if it is not there."""
    model = o.model.resolve() if o.model else WORK / f"random-{layers}-layers"
    if not (model / "model.safetensors").exists():
        if o.model or not importlib.util.find_spec("torch"):
            raise SystemExit(f"{model}: no checkpoint; name one with --model, or install torch and transformers to make one")
        log(f"making {model}")
        run(python("make_checkpoint.py", model, "--layers", layers))
    return model


def working(backend, doctor):
    """What `doctor` says of a backend that works. Ends this program with what it says of one that does not."""
    line = next((line for line in doctor.splitlines() if line.split()[:1] == [backend]), f"{backend} is not known")
    if " works: " not in line:
        raise SystemExit(f"{' '.join(line.split())}; --backend cpu --quick tries this script without a card")
    return line.split(" works: ")[1]


def machine(o):
    """What the figures depend on."""
    cpu = next(line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name"))
    described = {"date": datetime.date.today().isoformat(), "processor": f"{cpu.split(':')[1].strip()}, {o.threads} threads"}
    if o.backend != "cpu" and shutil.which("nvidia-smi"):
        fields = ["name", "driver_version", "memory.total", "clocks.max.sm", "clocks.max.memory", "power.limit"]
        query = ["nvidia-smi", f"--query-gpu={','.join(fields)}", "--format=csv,noheader"]
        values = subprocess.run(query, capture_output=True, text=True).stdout.splitlines()[:1]
        described |= dict(zip(["card", "driver", "memory", "clock", "memory clock", "power limit"], ",".join(values).split(", ")))
    described["Python"] = platform.python_version()
    for package in PACKAGES:
        if importlib.util.find_spec(package.replace("-", "_")):
            described[package] = importlib.metadata.version(package)
    return described


def run_job(job, seconds):
    """Runs a command for at most some seconds, 0 for no limit; gives its entry of the index."""
    entry = {"part": job.part, "name": str(job), "what": job.what, "command": job.command}
    begin = time.perf_counter()
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        entry["result"] = run(job.command, job.read)
    except Failed as failure:
        entry["failed"] = str(failure)
        log(f"    {failure}")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return {**entry, "seconds": round(time.perf_counter() - begin, 3)}


def time_is_up(*_):
    raise TimeIsUp


def run_all(jobs, index, folder, end):
    """Runs jobs and writes index and table after each; those for which there is no time are noted."""
    for i, job in enumerate(jobs):
        log(f"[{i + 1}/{len(jobs)}] {job}" + (f"; {(end - time.perf_counter()) / 60:.1f} min left" if end else ""))
        try:
            if end and end - time.perf_counter() < LEAST_SECONDS:
                raise TimeIsUp
            index["runs"].append(run_job(job, end - time.perf_counter() if end else 0))
        except TimeIsUp:
            index["left out"] |= {str(late): "the time was up" for late in jobs[i:]}
        (folder / "index.json").write_text(json.dumps(index, indent=1, ensure_ascii=False) + "\n")
        (folder / "table.md").write_text(table(index))
        if "the time was up" in index["left out"].values():
            return


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    signal.signal(signal.SIGALRM, time_is_up)
    o = options()
    if o.table:
        print(table(json.loads(o.table.read_text())), end="")
        return
    end = time.perf_counter() + o.minutes * 60 if o.minutes else None
    start, layers = start_of(o), o.layers or (2 if o.quick else 22)
    index = {"machine": machine(o), "runs": [], "left out": {}}
    index["machine"]["modernbert4j"] = working(o.backend, run([*start, "doctor"], lambda finished: finished.output))
    tests = class_path_of_tests(o)
    if not tests:
        index["left out"]["check"] = "it needs target/test-classes (mvn -DskipTests package) and JUnit's console (--junit)"
    if not importlib.util.find_spec("torch"):
        index["left out"]["torch"] = "it is not installed"
    for part, why in index["left out"].items():
        log(f"{part} is left out: {why}")
    inputs = Inputs(start, o.java, tests, o.backend, model_of(o, layers), layers, o.data.resolve(), o.text, o.label, o.threads, o.quick)
    parts = set(o.parts.split(",")) - set(index["left out"])
    o.output.mkdir(parents=True, exist_ok=True)
    run_all([job for job in all_jobs(inputs, o.rounds) if job.part in parts], index, o.output, end)
    print(table(index), end="")


if __name__ == "__main__":
    main()
