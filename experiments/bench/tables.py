"""Writes the tables of results.json into the read-me files, between their marker comments."""
import statistics

BEGIN = "<!-- benchmark: begin; written by experiments/bench/compare.py -->\n"
END = "<!-- benchmark: end -->"


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.3f}"


def figure(values, unit):
    return f"{number(statistics.median(values))} {unit}"


def against(ours, peer, unit):
    """Our median; PyTorch's divided by it; and the range of that quotient over the rounds."""
    quotients = [theirs / mine for mine, theirs in zip(ours, peer)]
    median = statistics.median(peer) / statistics.median(ours)
    spread = f" ({min(quotients):.2f} to {max(quotients):.2f})" if len(quotients) > 1 else ""
    return f"{figure(ours, unit)}, {median:.2f}{spread}"


def markdown(header, rows):
    return "\n".join("| " + " | ".join(row) + " |" for row in [header, ["---"] * len(header), *rows]) + "\n"


def machine(results):
    described = "; ".join(f"{name}: {value}" for name, value in results["machine"].items())
    return f"{described}; threads each: {results['threads']}.\n"


def full(results):
    """Every measure of every line against every way of running PyTorch."""
    javas = java_names(results)
    rows = []
    for name, line in results["lines"].items():
        for measure, unit in line["measures"].items():
            for peer, values in line["peers"].items():
                rows.append([
                    f"`{name}`", line["what"], measure, peer, figure(values[measure], unit),
                    *(against(line["ours"][java][measure], values[measure], unit) if java in line["ours"] else "-" for java in javas),
                    str(len(values[measure])), line["date"],
                ])  # fmt: skip
    header = ["line", "what", "measure", "against", "PyTorch", *javas, "rounds", "date"]
    return machine(results) + "\n" + markdown(header, rows)


def short(results):
    """The first measure of the lines that matter most, against PyTorch at its best, on the first JDK."""
    rows = []
    for line in results["lines"].values():
        if line["headline"]:
            measure, unit = next(iter(line["measures"].items()))
            java, ours = next(iter(line["ours"].items()))
            peer, best = min(line["peers"].items(), key=lambda each: statistics.median(each[1][measure]))
            quotient = statistics.median(best[measure]) / statistics.median(ours[measure])
            rows.append([
                f"{line['what']}: {measure}", f"{figure(best[measure], unit)}{peer.removeprefix('PyTorch')}",
                f"{figure(ours[measure], unit)}, {java}", f"{quotient:.2f}",
            ])  # fmt: skip
    return machine(results) + "\n" + markdown(["what", "PyTorch", "modernbert4j", "PyTorch / modernbert4j"], rows)


def java_names(results):
    return list(dict.fromkeys(java for line in results["lines"].values() for java in line["ours"]))


def write(readme, table):
    """Replaces what stands between the markers."""
    text = readme.read_text()
    begin, end = text.find(BEGIN), text.find(END)
    if begin < 0 or end < begin:
        raise SystemExit(f"{readme}: has no lines {BEGIN.strip()} and {END}; put them in")
    readme.write_text(text[: begin + len(BEGIN)] + "\n" + table + "\n" + text[end:])
