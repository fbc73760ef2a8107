"""Times modernbert4j against PyTorch on this machine, in turn, and writes the tables of the read-me files.

    mvn -q -DskipTests package && pip install -r experiments/bench/requirements.txt
    python experiments/bench/compare.py [--lines NAME,...] [--rounds 3] [--java PATH ...] [--quick]
        [--data CSV --text COLUMN --label COLUMN --exclude-labels A,B] [--threads N]

--list shows the lines. Each round runs ours (once for each --java) and then PyTorch, one process at a time; let nothing else run.
What is measured goes into results.json after each line; lines that are not run again stay if they are of the same machine, data and
threads. --quick runs everything at toy size, once, and shows the table instead of keeping it. --tables only rewrites the tables.
"""
import argparse
import datetime
import json
import os
import platform
import shlex
import signal
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

import pandas as pd

import tables
from lines import HERE, Inputs, all_lines, python, train
from running import JAR, ROOT, WORK, ours, run

RESULTS = HERE / "results.json"
NEWS = ROOT / "experiments" / "data" / "news-sample.csv"
QUICK_TEXTS = 120


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", help="names, comma-separated; all unless given")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--java", action="append", help="a java executable; may be given several times")
    parser.add_argument("--ours", type=shlex.split, help="another command that starts modernbert4j, instead of --java")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--tables", action="store_true")
    parser.add_argument("--data", type=Path, default=NEWS)
    parser.add_argument("--text", default="text")
    parser.add_argument("--label", default="topic")
    parser.add_argument("--exclude-labels", default="")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    return parser.parse_args()


def log(line):
    print(line, file=sys.stderr, flush=True)


def sides(o):
    """The commands that start modernbert4j, by the name of their JDK."""
    if o.ours:
        return {"ours": o.ours}
    if not JAR.exists():
        raise SystemExit(f"{JAR}: no such file; build it with: mvn -q -DskipTests package")
    return {java_name(java): ours(java, o.threads) for java in o.java or ["java"]}


def java_name(java):
    """Such as `JDK 17.0.15`, from the first line of `java -version`."""
    try:
        printed = subprocess.run([java, "-version"], capture_output=True, text=True, check=True).stderr
    except (OSError, subprocess.CalledProcessError) as e:
        raise SystemExit(f"{java}: cannot be run ({e}); use the path of a java executable") from e
    return "JDK " + next(line for line in printed.splitlines() if " version " in line).split('"')[1]


def machine():
    """What the figures depend on."""
    cpu = next(line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name"))
    memory = int(Path("/proc/meminfo").read_text().split()[1]) / 2**20
    return {
        "processor": cpu.split(":")[1].strip(),
        "cores": os.cpu_count(),
        "memory": f"{memory:.0f} GiB",
        "system": platform.freedesktop_os_release()["PRETTY_NAME"],
        "Python": platform.python_version(),
        "torch": version("torch"),
        "transformers": version("transformers"),
    }


def inputs_of(o):
    data, layers = (o.data.resolve(), (4, 22)) if not o.quick else (few_texts(o), (2, 3))
    learnt_from = "" if data == NEWS else "-" + data.stem
    return Inputs(
        slice=WORK / f"random-{layers[0]}-layers{learnt_from}",
        slice_layers=layers[0],
        base=WORK / f"random-{layers[1]}-layers{learnt_from}",
        base_layers=layers[1],
        classifier=WORK / f"classifier-{layers[0]}-layers{learnt_from}",
        data=data,
        text=o.text,
        label=o.label,
        exclude_labels=o.exclude_labels,
        threads=o.threads,
        quick=o.quick,
    )


def prepare(inputs, lines, start):
    """Makes the checkpoints and the classifier that some lines need, unless they are there."""
    needed = {argument for line in lines for command in (line.ours, *line.peers.values()) for argument in command}
    classifier = str(inputs.classifier) in needed and not (inputs.classifier / "head.json").exists()
    for model, layers in [(inputs.slice, inputs.slice_layers), (inputs.base, inputs.base_layers)]:
        wanted = str(model) in needed or (classifier and model == inputs.slice)
        if wanted and not (model / "model.safetensors").exists():
            log(f"making {model}")
            run(python("make_checkpoint.py", model, "--layers", layers, "--data", inputs.data, "--text", inputs.text))
    if classifier:
        log(f"training {inputs.classifier}")
        command = train(inputs, "--model", inputs.slice, "--epochs", 1, "--freeze", "!head")
        run(start + command, lambda finished: (finished.folder / "best").rename(inputs.classifier))


def few_texts(o):
    """A file of the first texts of those labels that have several among them."""
    rows = pd.read_csv(o.data).dropna(subset=[o.text, o.label]).iloc[:QUICK_TEXTS]
    file = WORK / "quick" / o.data.with_suffix(".csv").name.replace(".csv", "-few.csv")
    file.parent.mkdir(parents=True, exist_ok=True)
    rows[rows.groupby(o.label)[o.text].transform("size") >= 5].to_csv(file, index=False)
    return file


def measure(line, starts, rounds, say):
    """Runs both sides of a line in turn; gives its entry of the results."""
    commands = {("ours", java): start + line.ours for java, start in starts.items()}
    commands |= {("peers", peer): command for peer, command in line.peers.items()}
    entry = {
        "what": line.what,
        "headline": line.headline,
        "date": datetime.date.today().isoformat(),
        "measures": {measure.name: measure.unit for measure in line.measures},
        "ours": {java: {measure.name: [] for measure in line.measures} for java in starts},
        "peers": {peer: {measure.name: [] for measure in line.measures} for peer in line.peers},
    }
    for number in range(1, rounds + 1):
        for (side, name), command in commands.items():
            say(f"round {number}/{rounds}", name)
            readers = {measure.name: measure.ours if side == "ours" else measure.peer for measure in line.measures}
            figures = run(command, lambda finished: {measure: read(finished) for measure, read in readers.items()})
            for measured, value in figures.items():
                entry[side][name][measured].append(value)
            log("    " + ", ".join(f"{measured} {tables.number(value)}" for measured, value in figures.items()))
    return entry


def kept(setting):
    """The results so far if they were measured in the same setting, else none."""
    if RESULTS.exists():
        results = json.loads(RESULTS.read_text())
        if {name: results[name] for name in setting} == setting:
            return results
        log(f"{RESULTS}: is of another machine or setting; beginning anew")
    return {**setting, "lines": {}}


def write_tables(results):
    tables.write(HERE / "README.md", tables.full(results))
    tables.write(ROOT / "README.md", tables.short(results))


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    o = options()
    if o.tables:
        write_tables(json.loads(RESULTS.read_text()))
        return
    inputs = inputs_of(o)
    lines = all_lines(inputs)
    if o.list:
        print("\n".join(f"{line.name:20}{line.what}" for line in lines.values()))
        return
    names = o.lines.split(",") if o.lines else list(lines)
    unknown = [name for name in names if name not in lines]
    if unknown:
        raise SystemExit(f"--lines {','.join(unknown)}: no such line; use some of {','.join(lines)}")
    starts = sides(o)
    prepare(inputs, [lines[name] for name in names], next(iter(starts.values())))
    rounds = 1 if o.quick else o.rounds
    setting = {"machine": machine(), "threads": o.threads, "data": o.data.name}
    results = {**setting, "lines": {}} if o.quick or o.ours else kept(setting)

    begin, done, to_do, pace = time.perf_counter(), 0, sum(lines[name].cost for name in names), None
    for i, name in enumerate(names):

        def say(part, who):
            left = f"; about {to_do * pace / 60:.0f} min left when this line began" if pace else ""
            log(f"[{i + 1}/{len(names)}] {name}, {part}: {who}{left}")

        results["lines"][name] = measure(lines[name], starts, rounds, say)
        to_do -= lines[name].cost
        done += lines[name].cost
        pace = (time.perf_counter() - begin) / done
        if not (o.quick or o.ours):
            results["lines"] = {known: results["lines"][known] for known in lines if known in results["lines"]}
            RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
            write_tables(results)
    if o.quick or o.ours:
        print(tables.full(results))
        print(tables.short(results))


if __name__ == "__main__":
    main()
