"""Compares two builds of modernbert4j: the same commands must give the same bytes, of weights and of results.

    python experiments/bench/same_bytes.py OLD.jar NEW.jar [--work DIR] [--only NAME,...] [--reuse-old] [--java PATH] [--list]

Each jar stands beside its lib/. Every case runs with both builds on the bundled model and news: --list shows them, --only NAME,... runs
some, with those whose folders they need. Where it matters, the new build does the same once more with folders that the old one made.
--reuse-old keeps what an earlier call with the same old build, JDK and inputs left in the work folder. Prints a table in Markdown; ends
with 0 only if nothing differs and nothing failed. Settings, reports and cards are not compared, nor are seconds.
"""
import argparse
import csv
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from running import ROOT, WORK
from tables import markdown

MODEL = "weights/modernbert-mini-ru"
NEWS = ROOT / "experiments" / "data" / "news-sample.csv"
TEXTS, LINES = "texts.csv", "texts.txt"  # made in every side's folder
STEPS_AN_EPOCH = 12  # of a train: 96 of the 120 texts in batches of 8
PRETRAINING_STEPS = 50
LIMIT = 900  # seconds of a command
TRIES = 3  # of a command that chooses by what it measures
INTERRUPTIONS = 10  # until one meets the wanted steps
INTERRUPTED = 130
RENAMED = {}  # columns and fields of a newer build, and what an older one calls them
STATE = ("best_metric", "global_step", "log_history")
TIMES = re.compile(rb"[\d.,]+ (h \d+ min|min \d+ s|s|GFLOP/s)\b")


class Failure(Exception):
    """A command did not do what it should."""


class Refusal(Exception):
    """This machine cannot run a case."""


@dataclass(frozen=True)
class Step:
    """Arguments of a command, and the file of the case that keeps its standard output. wanted: standard error, or the case is skipped."""

    arguments: tuple
    out: str = ""
    wanted: str = ""


@dataclass(frozen=True)
class Interruption:
    """
    A run that is told to end as Ctrl-C does, and left in `interrupted`; a copy of that is `run`.
    begun, delay: it is told so many seconds after its folder shows that it has come so far. steps: which may have been its last.
    """

    arguments: tuple
    begun: Callable[[Path], bool]
    delay: float
    steps: frozenset


@dataclass(frozen=True)
class Case:
    """
    compared: by what they are, files of the case's folder and the function that compares them. needs: cases whose folders are used.
    like: a case whose folder must be equal. crosses: whether the new build does it with the folders of the old one as well.
    """

    name: str
    steps: tuple
    compared: dict
    needs: tuple = ()
    like: str = ""
    crosses: bool = False


@dataclass(frozen=True)
class Side:
    """A build, its system properties and the folder where it runs. origin: the side whose folders it uses."""

    name: str
    java: str
    jar: Path
    folder: Path
    properties: tuple = ()
    origin: "Side" = None


# What is compared


def first_difference(old, new):
    """Where two byte strings begin to differ, or None."""
    if old == new:
        return None
    low, high = 0, min(len(old), len(new))
    while low < high:  # the first low bytes are equal
        middle = (low + high + 1) // 2
        low, high = (middle, high) if old[low:middle] == new[low:middle] else (low, middle - 1)
    return low


def whole(old, new):
    """All bytes of two files."""
    return of_bytes(old.read_bytes(), new.read_bytes())


def of_bytes(old, new):
    at = first_difference(old, new)
    return ("" if at is None else f"byte {at:,}"), ""


def untimed(old, new):
    """Texts without their times and rates."""
    return of_bytes(TIMES.sub(b"TIME", old.read_bytes()), TIMES.sub(b"TIME", new.read_bytes()))


def tensors(old, new):
    """Two safetensors files, tensor by tensor: types, shapes and bytes. Another order or other metadata are a remark only."""
    (old_header, old_raw, old_data), (new_header, new_raw, new_data) = map(read_tensors, (old, new))
    names = [name for name in old_header if name in new_header]
    if len(names) < max(len(old_header), len(new_header)):
        return f"tensors {', '.join(sorted(old_header.keys() ^ new_header.keys()))} in one of both only", ""
    for name in names:
        a, b = old_header[name], new_header[name]
        if (a["dtype"], a["shape"]) != (b["dtype"], b["shape"]):
            return f"{name} is {a['dtype']} {a['shape']}, then {b['dtype']} {b['shape']}", ""
        at = first_difference(old_data[slice(*a["data_offsets"])], new_data[slice(*b["data_offsets"])])
        if at is not None:
            return f"{name}, byte {at:,}", ""
    return "", "" if old_raw == new_raw else f"header of {old.name} differs"


def read_tensors(file):
    """The header of a safetensors file without its metadata, its bytes, and the data."""
    content = file.read_bytes()
    begin = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:begin])
    header.pop("__metadata__", None)
    return header, content[8:begin], memoryview(content)[begin:]


def table(old, new):
    """Two CSV files, by the columns that both have, without those of seconds."""
    old_rows, new_rows = map(read_rows, (old, new))
    columns = [name for name in old_rows[0] if name in new_rows[0] and not is_time(name)] if old_rows and new_rows else []
    if not columns or len(old_rows) != len(new_rows):
        return f"{len(old_rows)} rows, then {len(new_rows)}, with {len(columns)} columns in common", ""
    for at, (a, b) in enumerate(zip(old_rows, new_rows), start=1):
        for column in columns:
            if a[column] != b[column]:
                return f"row {at}, {column}: {a[column]}, then {b[column]}", ""
    odd = sorted(name for name in old_rows[0].keys() ^ new_rows[0].keys() if not is_time(name))
    return "", f"columns {', '.join(odd)} of {old.name} in one of both only" if odd else ""


def read_rows(file):
    with open(file, newline="", encoding="utf-8") as lines:
        return [{renamed(name): value for name, value in row.items()} for row in csv.DictReader(lines)]


def renamed(name):
    return RENAMED.get(name, name)


def is_time(name):
    return "second" in name.lower() or "runtime" in name.lower()


def state(old, new):
    """The numbers of two trainer_state.json, as far as both have them, without seconds."""
    a, b = map(read_fields, (old, new))
    odd = sorted(a.keys() ^ b.keys())
    return fields(a, b, ""), f"{', '.join(odd)} of {old.name} in one of both only" if odd else ""


def read_fields(file):
    stored = json.loads(file.read_text(encoding="utf-8"), object_pairs_hook=lambda pairs: {renamed(k): v for k, v in pairs})
    return {name: value for name, value in stored.items() if name in STATE}


def fields(old, new, path):
    """Where two JSON values begin to differ, or nothing."""
    if isinstance(old, dict) and isinstance(new, dict):
        common = [(old[name], new[name], f"{path}.{name}") for name in old if name in new and not is_time(name)]
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        common = [(a, b, f"{path}[{at}]") for at, (a, b) in enumerate(zip(old, new))]
    else:
        return "" if repr(old) == repr(new) else f"{path[1:]}: {old!r}, then {new!r}"  # NaN is equal to itself so
    return next(filter(None, (fields(*each) for each in common)), "")


# The cases


def train(case, *options, epochs=2, rate="1e-3"):
    """A short fine-tuning with all that the cases have in common."""
    return (
        "train", "--model", MODEL, "--data", TEXTS, "--label", "topic", "--exclude-labels", "Культпросвет", "--limit", "120",
        "--max-length", "64", "--batch-size", "8", "--epochs", str(epochs), "--learning-rate", rate, *options, "--output", case,
    )  # fmt: skip


def pretrain(case, *options, model=MODEL):
    return (
        "pretrain", "--model", model, "--data", TEXTS, "--length", "48", "--batch-size", "4", "--steps", str(PRETRAINING_STEPS),
        "--eval-every", "20", "--save-every", "25", *options, "--output", case,
    )  # fmt: skip


def encode(output, *options, model=MODEL, texts=("--file", LINES), wanted=""):
    return Step(("encode", "--model", model, *texts, *options, "--output", output), wanted=wanted)


def predict(out, model, *options):
    return Step(("predict", "--model", model, *options), out)


def plan(out, *options):
    return Step(("plan", "--model", MODEL, *options), out)


WEIGHTS = {"weights": ("run/*/model.safetensors", tensors), "moments": ("run/*/optimizer.safetensors", tensors)}
PRETRAINED = WEIGHTS | {"metrics": ("run/metrics.csv", table), "state": ("run/*/trainer_state.json", state)}
TRAINED = PRETRAINED | {"predictions": ("run/predictions.csv", whole)}
PRINTED = {"standard output": ("*.out", whole)}
HEADS = ("cls", "mean", "lstm", "lstm-last", "published")
SCHEDULES = (
    "head-only", "full", "end-to-start", "start-to-end", "query-key-value", "query-key-value-fused", "progressive-freezing",
)  # fmt: skip
OPTIONS = {
    "accumulation": ("--accumulation", "3"),
    "clipping": ("--max-grad-norm", "0.5"),
    "rates": ("--layer-decay", "0.8", "--head-learning-rate", "3e-3", "--no-decay", "biases,norms", "--weight-decay", "0.1"),
    "cosine": ("--lr-schedule", "cosine", "--warmup", "0.1"),
    "sample": ("--sample", "0.8", "--seed", "7", "--data-seed", "3", "--validation", "0.3", "--dropout", "0.1"),
}


def trained(name, *options, **settings):
    """A case of one fine-tuning."""
    return Case(name, (Step(train(f"{name}/run", *options, **settings)),), TRAINED)


def resumed(name, like, begun, delay, steps, compared, arguments):
    """A case of a run that is interrupted and goes on, to where the case `like` has come without that."""
    interruption = Interruption(arguments(f"{name}/interrupted"), begun, delay, frozenset(steps))
    return Case(name, (interruption, Step((interruption.arguments[0], "--resume", f"{name}/run"))), compared, (like,), like, True)


def has_begun(run):
    return (run / "run.json").exists()


def has_ended_epoch(run):
    return saved_steps(run) >= STEPS_AN_EPOCH


def has_measured(run):
    metrics = run / "metrics.csv"
    return metrics.exists() and metrics.read_bytes().count(b"\n") > 1


def between(first, last, every):
    """Steps that are no multiples."""
    return [step for step in range(first, last) if step % every]


def all_cases():
    three = 3 * STEPS_AN_EPOCH
    bfloat16 = ("--precision", "bfloat16")
    return [
        Case("demo", (Step(("demo", "--output", "demo/run")),), TRAINED),
        *(trained(f"head-{head}", "--head", head) for head in HEADS),
        Case(
            "bfloat16",
            (
                encode("bfloat16/mean.npy", *bfloat16, wanted="using bfloat16"),
                Step(train("bfloat16/run", *bfloat16), wanted="using bfloat16"),
            ),
            TRAINED | {"embeddings": ("mean.npy", whole)},
        ),
        *(trained(f"schedule-{name}", "--schedule", name, epochs=3) for name in SCHEDULES),
        *(trained(name, *options) for name, options in OPTIONS.items()),
        trained("patience", "--patience", "1", epochs=4, rate="1e-6"),
        resumed("resume-first-epoch", "head-cls", has_begun, 1.2, range(1, STEPS_AN_EPOCH), TRAINED, train),
        resumed(
            "resume-later-epoch", "schedule-end-to-start", has_ended_epoch, 0.5, between(STEPS_AN_EPOCH, three, STEPS_AN_EPOCH),
            TRAINED, lambda run: train(run, "--schedule", "end-to-start", epochs=3),
        ),
        Case(
            "init",
            (
                Step(("init", "--data", TEXTS, "--vocabulary", "1024", "--hidden", "64", "--layers", "3", "--output", "init/learnt")),
                Step(("init", "--tokenizer", MODEL, "--seed", "7", "--output", "init/copied")),
            ),
            {"weights": ("*/model.safetensors", tensors), "tokenizers": ("*/tokenizer.json", whole)},
        ),
        Case("pretrain", (Step(pretrain("pretrain/run")),), PRETRAINED),
        Case(
            "pretrain-wsd",
            (Step(pretrain("pretrain-wsd/run", "--accumulation", "2", "--lr-schedule", "wsd", "--lr-decay", "0.4", model="init/learnt")),),
            PRETRAINED,
            ("init",),
        ),
        resumed("resume-pretrain", "pretrain", has_measured, 0.5, between(1, PRETRAINING_STEPS, 5), PRETRAINED, pretrain),
        Case(
            "encode",
            (
                encode("encode/mean.safetensors", "--pooling", "mean"),
                encode("encode/cls.npy", "--pooling", "cls", texts=("--file", TEXTS, "--text", "text")),
                encode("encode/mean.csv", "--pooling", "mean"),
                encode("encode/none.safetensors", "--pooling", "none", "--batch-size", "5"),
                encode("encode/none.npy", "--pooling", "none", "--max-length", "40"),
                encode("encode/layer-2.npy", "--layer", "2"),
                encode("encode/layer-0.csv", "--layer", "0", "--pooling", "cls"),
                encode("encode/tuned.npy", model="head-mean/run"),
                encode("encode/tuned.safetensors", "--pooling", "none", model="schedule-end-to-start/run/best"),
            ),
            {"embeddings": ("*.safetensors", whole), "arrays": ("*.npy", whole), "tables": ("*.csv", whole)},
            ("head-mean", "schedule-end-to-start"),
            crosses=True,
        ),
        Case(
            "predict",
            (
                predict("lines.out", "head-cls/run", "--file", LINES),
                predict("probabilities.out", "head-mean/run", "--file", TEXTS, "--text", "text", "--probabilities"),
                predict("lstm.out", "head-lstm/run", "--file", LINES, "--probabilities"),
                predict("lstm-last.out", "head-lstm-last/run", "--file", LINES, "--probabilities"),
                predict("published.out", "head-published/run/best", "Сборная выиграла матч", "Учёные открыли новую планету"),
            ),
            PRINTED,
            tuple(f"head-{head}" for head in HEADS),
            crosses=True,
        ),
        Case(
            "export",
            (
                Step(("export", "--model", "head-published/run", "--output", "export/float32")),
                Step(("export", "--model", "head-published/run", "--dtype", "bfloat16", "--output", "export/bfloat16")),
                Step(("export", "--model", "head-lstm/run", "--dtype", "float16", "--output", "export/float16")),
                predict("bfloat16.out", "export/bfloat16", "--file", LINES, "--probabilities"),
            ),
            {"weights": ("*/model.safetensors", tensors), "tokenizers": ("*/tokenizer.json", whole)} | PRINTED,
            ("head-published", "head-lstm"),
            crosses=True,
        ),
        Case(
            "plan",
            (
                plan("schedule.out", "--labels", "16", "--schedule", "end-to-start", "--svg", "plan/plan.svg"),
                plan("freeze.out", "--labels", "5", "--freeze", "embeddings,layers.0-1,!norms", "--head", "lstm", "--texts", "5000"),
                Step((*train("plan/none", "--schedule", "progressive-freezing", epochs=4), "--dry-run"), "dry-run.out"),
            ),
            {"standard output": ("*.out", untimed), "drawing": ("plan.svg", untimed)},
        ),
        Case(
            "inspect",
            (
                Step(("inspect", MODEL), "model.out"),
                Step(("inspect", "--all", "head-lstm/run"), "lstm.out"),
                Step(("inspect", "--layer", "2", "head-published/run/best"), "published.out"),
            ),
            PRINTED,
            ("head-lstm", "head-published"),
            crosses=True,
        ),
    ]  # fmt: skip


def chosen(cases, only):
    """The named cases and those that they need, in their order."""
    names = set(only)
    for case in reversed(cases):
        if case.name in names:
            names.update(case.needs)
    return [case for case in cases if case.name in names]


# Running them


def begin(side, arguments, out, errors):
    """Starts a command in a group of its own that Ctrl-C can end, whatever this process ignores."""
    return subprocess.Popen(
        [side.java, *side.properties, "-jar", str(side.jar), *arguments], cwd=side.folder, stdin=subprocess.DEVNULL, stdout=out, stderr=errors,
        env={**os.environ, "LC_ALL": "C.UTF-8"}, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip


def execute(side, arguments, out, errors, watch=lambda process: None):
    """Runs a command to its end and gives its exit code."""
    with open(out, "wb") as output, open(errors, "wb") as error_output:
        process = begin(side, arguments, output, error_output)
        try:
            watch(process)
            return process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            raise Failure(f"{arguments[0]} took more than {LIMIT} s") from None
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def failure(arguments, code, errors):
    """What a command says of its end."""
    lines = errors.read_text(errors="replace").split("\nUsage:")[0].splitlines() or [""]
    return Failure(f"{arguments[0]} ended with {code}: {lines[-1]}; see {errors}")


def take(side, case, number, step):
    """Runs a step; again if it says that it did not do what is wanted because it measured something."""
    folder = side.folder / case.name
    out, errors = folder / (step.out or f"{number}.stdout"), folder / f"{number}.stderr"
    for left in reversed(range(TRIES)):
        code = execute(side, step.arguments, out, errors)
        if code != 0:
            raise failure(step.arguments, code, errors)
        said = errors.read_text(errors="replace")
        if step.wanted in said:
            return
        reason = next((line for line in said.splitlines() if line.startswith("precision")), f"did not say: {step.wanted}")
        if left == 0 or "GFLOP/s" not in reason:
            raise Refusal(f"{side.name}: {reason}")
        shutil.rmtree(side.folder / step.arguments[step.arguments.index("--output") + 1], ignore_errors=True)


def saved_steps(run):
    """Steps of a run's last checkpoint, or 0."""
    return max((int(folder.name.partition("-")[2]) for folder in run.glob("checkpoint-*") if folder.name[11:].isdigit()), default=0)


def interrupt(side, case, step):
    """Leaves a run interrupted, or copies it from where it was; copies it once more, to go on from, and gives its steps."""
    interrupted = side.folder / case.name / "interrupted"
    if side.origin:
        shutil.copytree(side.origin.folder / case.name / "interrupted", interrupted)
    else:
        interrupt_within(side, step, interrupted)
    shutil.copytree(interrupted, interrupted.with_name("run"))
    return saved_steps(interrupted)


def interrupt_within(side, step, run):
    """Interrupts a run at one of the wanted steps: sooner after one that came too late, and the other way round."""
    out, errors = run.with_name("interrupted.stdout"), run.with_name("interrupted.stderr")
    early, late, delay = 0.0, None, step.delay
    for _ in range(INTERRUPTIONS):
        shutil.rmtree(run, ignore_errors=True)
        code = execute(side, step.arguments, out, errors, lambda process: tell_to_end(process, run, step.begun, delay))
        if code not in (0, INTERRUPTED):
            raise failure(step.arguments, code, errors)
        steps = saved_steps(run)
        if code == INTERRUPTED and steps in step.steps:
            return
        log(f"    told to end after {delay:.2f} s: ended with {code} after step {steps}; again")
        early, late = (delay, late) if steps < min(step.steps) else (early, delay)
        delay = 2 * delay if late is None else (early + late) / 2
    raise Failure(f"{step.arguments[0]} could not be interrupted within the wanted steps")


def tell_to_end(process, run, begun, delay):
    """Does as Ctrl-C does, so many seconds after a run has begun."""
    end = time.monotonic() + LIMIT
    while process.poll() is None and not begun(run) and time.monotonic() < end:
        time.sleep(0.02)
    time.sleep(delay)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGINT)


def make(side, case, mark):
    """Runs a case from nothing. Gives the steps after which it was interrupted, or 0."""
    folder = side.folder / case.name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    prepare(side, case.needs)
    after = 0
    for number, step in enumerate(case.steps, start=1):
        if isinstance(step, Interruption):
            after = interrupt(side, case, step)
        else:
            take(side, case, number, step)
    (folder / "made.json").write_text(json.dumps(mark), encoding="utf-8")
    return after


def prepare(side, needs):
    """Gives a side its inputs, and the folders of another's cases if it is to use those."""
    for name in ("weights", "experiments"):
        if not (side.folder / name).exists():
            (side.folder / name).symlink_to(ROOT / name)
    rows = short_news()
    with open(side.folder / TEXTS, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    (side.folder / LINES).write_text("".join(row["text"] + "\n" for row in rows[:40]), encoding="utf-8")
    for name in needs if side.origin else ():
        shutil.rmtree(side.folder / name, ignore_errors=True)
        shutil.copytree(side.origin.folder / name, side.folder / name)


def short_news():
    """The bundled news, each cut to its first one, two or three sentences, so that lengths differ."""
    with open(NEWS, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for at, row in enumerate(rows):
        row["text"] = " ".join(re.split(r"(?<=[.!?]) ", " ".join(row["text"].split()))[: at % 3 + 1])
    return rows


def marks(side):
    """What the outputs of a side depend on besides its commands."""
    libraries = sorted(file.name for file in (side.jar.parent / "lib").glob("*"))
    told = subprocess.run([side.java, "-version"], capture_output=True, text=True, check=True).stderr
    inputs = {file.name: sha256(file) for file in [NEWS, *(ROOT / MODEL).glob("*.json"), *(ROOT / MODEL).glob("*.safetensors")]}
    return {"jar": sha256(side.jar), "libraries": libraries, "java": told.splitlines(), "inputs": inputs}


def sha256(file):
    return hashlib.sha256(file.read_bytes()).hexdigest()


def is_made(side, case, mark):
    """Whether an earlier call has left what this one would make."""
    made = side.folder / case.name / "made.json"
    return made.exists() and json.loads(made.read_text(encoding="utf-8")) == mark


def commands(case):
    return [[*step.arguments, getattr(step, "out", "")] for step in case.steps]


# What comes of it


def compare(case, old, new):
    """Two folders of a case, as a row of the table, and whether they are equal."""
    count, size, remarks = 0, 0, []
    for pattern, function in case.compared.values():
        olds, news = ({str(file.relative_to(folder)) for file in folder.glob(pattern)} for folder in (old, new))
        if not olds:
            return count, size, f"failed: {old} has no {pattern}", False
        if olds != news:
            return count, size, f"DIFFERS: {min(olds ^ news)} in one of both only", False
        for name in sorted(olds):
            difference, remark = function(old / name, new / name)
            if difference:
                return count, size, f"DIFFERS: {name}: {difference}", False
            count, size = count + 1, size + (old / name).stat().st_size
            remarks += [remark] if remark else []
    return count, size, "; ".join(["equal", *dict.fromkeys(remarks)]), True


def rows_of(case, sides, made):
    """A case's rows, each with whether it is well: new against old, and what must be equal besides."""
    old, new, cross = sides
    pairs = [(case.name, (old, case.name), (new, case.name))]
    if case.crosses:
        pairs.append((f"{case.name}, with OLD's folders", (old, case.name), (cross, case.name)))
    if case.like:
        pairs += [(f"{case.name}, {side.name} as {case.like}", (side, case.like), (side, case.name)) for side in (old, new)]
    for title, (left, left_name), (right, right_name) in pairs:
        ends = [made[side.name, name] for side, name in ((left, left_name), (right, right_name))]
        ill = [end for end in ends if isinstance(end, str)]
        if ill:
            count, size, result, well = 0, 0, ill[0], ill[0].startswith("skipped")
        else:
            count, size, result, well = compare(case, left.folder / left_name, right.folder / right_name)
            after = " and ".join(str(end) for end in ends if end)
            result += f" (interrupted after step {after})" if after else ""
        yield [title, ", ".join(case.compared), str(count), f"{size:,}", result.replace("|", "\\|")], well


def log(line):
    print(line, file=sys.stderr, flush=True)


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old", type=Path, nargs="?", metavar="OLD.jar")
    parser.add_argument("new", type=Path, nargs="?", metavar="NEW.jar")
    parser.add_argument("--work", type=Path, default=WORK / "bytes")
    parser.add_argument("--only", help="names, comma-separated; all unless given")
    parser.add_argument("--reuse-old", action="store_true")
    parser.add_argument("--java", default="java")
    parser.add_argument("--new-property", action="append", default=[], metavar="NAME=VALUE", help="a system property of NEW")
    parser.add_argument("--list", action="store_true")
    o = parser.parse_args()
    java = shutil.which(o.java)
    if not java:
        parser.error(f"no {o.java} to run")
    o.java = os.path.abspath(java)
    names = [case.name for case in all_cases()]
    o.only = o.only.split(",") if o.only else names
    unknown = [name for name in o.only if name not in names]
    if unknown:
        parser.error(f"no case {', '.join(unknown)}; there are {', '.join(names)}")
    if not o.list and not (o.old and o.new and o.old.is_file() and o.new.is_file()):
        parser.error("needs two jars")
    return o


def run_case(case, side, mark, made, reuse):
    """What a side makes of a case: the steps after which it was interrupted, or 0, or a line of text if there is nothing to compare."""
    of_others = [made[side.name, name] for name in case.needs if (side.name, name) in made]
    of_origin = [made[side.origin.name, case.name]] if side.origin else []
    ill = next((end for end in of_others + of_origin if isinstance(end, str)), None)
    if ill:
        return ill
    if reuse and is_made(side, case, mark):
        return saved_steps(side.folder / case.name / "interrupted")
    try:
        return make(side, case, mark)
    except Failure as e:
        return f"failed: {side.name}: {e}"
    except Refusal as e:
        return f"skipped: {e}"


def main():
    o = options()
    cases = chosen(all_cases(), o.only)
    if o.list:
        print("\n".join(case.name for case in cases))
        return
    properties = tuple("-D" + given for given in o.new_property)
    old = Side("OLD", o.java, o.old.resolve(), o.work.resolve() / "old")
    new = Side("NEW", o.java, o.new.resolve(), o.work.resolve() / "new", properties)
    cross = Side("NEW with OLD's folders", o.java, new.jar, o.work.resolve() / "cross", properties, origin=old)
    for folder in (new.folder, cross.folder):
        shutil.rmtree(folder, ignore_errors=True)
    sides = (old, new, cross)
    known = {side.name: marks(side) for side in sides}
    made, rows, seconds, all_well = {}, [], dict.fromkeys(known, 0.0), True
    for number, case in enumerate(cases, start=1):
        for side in sides if case.crosses else sides[:2]:
            start = time.monotonic()
            mark = {**known[side.name], "commands": commands(case)}
            end = made[side.name, case.name] = run_case(case, side, mark, made, reuse=o.reuse_old and side is old)
            took = time.monotonic() - start
            seconds[side.name] += took
            log(f"case {number} of {len(cases)}: {case.name}, {side.name}: {end if isinstance(end, str) else 'done'} in {took:.1f} s")
        for row, well in rows_of(case, sides, made):
            rows.append(row)
            all_well &= well
            if not well:
                log(f"    {row[0]}: {row[-1]}")
    log("; ".join(f"{name}: {spent:.0f} s" for name, spent in seconds.items()))
    print(markdown(["case", "compared", "files", "bytes", "result"], rows), end="")
    sys.exit(0 if all_well else 1)


if __name__ == "__main__":
    main()
