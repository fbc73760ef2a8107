"""Makes the Markdown table of gpu.py from its index."""
import statistics

from gpu_jobs import MODES, OURS, PRECISIONS, TORCH
from tables import markdown, number

TORCH_SECONDS = {"forward": "inference_forward", "head-only": "head_only", "step": "step"}
OURS_SECONDS = {"forward": "forward", "head-only": "step", "step": "step"}


def table(index):
    """Machine, checks, steps, epochs and what did not run, as Markdown."""
    done = [run for run in index["runs"] if "result" in run]
    parts = [machine(index), checks(done), steps(done), epochs(done), missing(index)]
    return "\n".join(part for part in parts if part)


def machine(index):
    return "".join(f"- {name}: {value}\n" for name, value in index["machine"].items())


def of_part(done, part):
    return [run for run in done if run["part"] == part]


def checks(done):
    rows = [
        [run["what"]["what"], *(str(run["result"].get(count, 0)) for count in ("successful", "failed", "skipped")),
         f"{number(run['result']['seconds'])} s"]
        for run in of_part(done, "check")
    ]  # fmt: skip
    return rows and markdown(["tests", "passed", "failed", "skipped", "time"], rows)


def steps(done):
    """A row for each batch, mode and precision of PyTorch's that a side has run; medians over the rounds."""
    sizes = dict.fromkeys((run["what"]["batch"], run["what"]["length"]) for run in done if run["part"] in ("ours", "torch"))
    rows = [
        step_row(done, {"batch": batch, "length": length}, mode, precision, peer)
        for batch, length in sizes
        for precision, peers in PRECISIONS.items()
        for mode in MODES
        for peer in peers
    ]
    header = ["texts x tokens", "what", "products", "against", OURS, f"{TORCH}'s best", "which", f"{TORCH} / {OURS}",
              f"device memory, {OURS}", TORCH, "launches", "copies to and from", "ops' GFLOP/s", "of peak"]  # fmt: skip
    return rows and markdown(header, [row for row in rows if row])


def results(done, part, what):
    return [run["result"] for run in of_part(done, part) if what.items() <= run["what"].items()]


def step_row(done, size, mode, precision, peer):
    """None if neither side has run it."""
    ours = results(done, "ours", {**size, "precision": precision, "mode": mode})
    ways = dict.fromkeys(run["what"]["how"] for run in of_part(done, "torch"))
    peers = {how: runs for how in ways if (runs := results(done, "torch", {**size, "precision": peer, "how": how}))}
    if not ours and not peers:
        return None
    seconds = median(ours, OURS_SECONDS[mode]) if ours else None
    which = min(peers, key=lambda how: median(peers[how], TORCH_SECONDS[mode]), default="-")
    best = median(peers[which], TORCH_SECONDS[mode]) if peers else None
    return [
        f"{size['batch']} x {size['length']}", mode, precision, peer, milliseconds(seconds), milliseconds(best), which,
        f"{best / seconds:.2f}" if ours and peers else "-",
        mebibytes(ours and ours[-1].get("device_peak_mib")),
        mebibytes(peers and peers[which][-1]["device_peak_mib"][mode.replace("-", "_")]),
        *(device_columns(ours[-1], precision) if ours else ["-"] * 4),
    ]  # fmt: skip


def device_columns(result, precision):
    """Launches, copies, rate and its share of the peak, as far as the backend tells them."""
    copies = [str(result[name]) for name in ("copies_to_the_device_per_step", "copies_to_the_host_per_step") if name in result]
    launches = str(result.get("kernels_per_step", "-"))
    return [launches, " + ".join(copies) or "-", number(result["all_ops"]["gflops"]), share_of_peak(result, precision)]


def share_of_peak(result, precision):
    numbers = "float32" if precision == "float32" else "16-bit products"
    peak = [peak["gflops"] for peak in result["peaks"] if peak["numbers"] == numbers]
    return f"{result['all_ops']['gflops'] / peak[0]:.0%} of {number(peak[0])}" if peak else "-"


def median(runs, field):
    return statistics.median(run[field] for run in runs)


def milliseconds(seconds):
    return f"{number(seconds * 1e3)} ms" if seconds else "-"


def mebibytes(value):
    return f"{value:,} MiB" if value else "-"


def epochs(done):
    rows = []
    for run in of_part(done, "epochs"):
        result, epoch = run["result"], run["result"]["epochs"][-1]
        rows.append([
            f"`{run['what']['experiment']}`", run["what"]["precision"], f"{number(epoch['trainSeconds'])} s",
            f"{number(result['process_seconds'])} s", f"{epoch['f1']:.4f}", f"{result['data']}, {result['trainTexts']} texts",
        ])  # fmt: skip
    return rows and markdown(["one epoch of", "products", "training", "whole process", "F1", "data"], rows)


def missing(index):
    failed = [f"- {run['name']}: {run['failed'].strip().splitlines()[-1]}\n" for run in index["runs"] if "failed" in run]
    left_out = [f"- {name}: {why}\n" for name, why in index["left out"].items()]
    return (failed or left_out) and "Not measured:\n\n" + "".join(failed + left_out)
