package org.modernbert4j.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.modernbert4j.Numbers;
import org.modernbert4j.Progress;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Backends;
import org.modernbert4j.backend.Precision;
import org.modernbert4j.checkpoint.Checksums;
import org.modernbert4j.cost.EpochCost;
import org.modernbert4j.cost.LinearRate;
import org.modernbert4j.cost.Workload;
import org.modernbert4j.data.Selection;
import org.modernbert4j.freeze.FreezePlan;
import org.modernbert4j.freeze.FrozenPrefix;
import org.modernbert4j.freeze.Schedule;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.Head;
import org.modernbert4j.model.ModernBertConfig;
import org.modernbert4j.run.Oddities;
import org.modernbert4j.run.Run;
import org.modernbert4j.task.DataSummary;
import org.modernbert4j.task.SelectedTokens;
import org.modernbert4j.task.SingleLabel;
import org.modernbert4j.task.Tokenizing;
import org.modernbert4j.tokenizer.HuggingFaceTokenizerFactory;
import org.modernbert4j.tokenizer.TokenizerFiles;

/** Shows what a run would do, without training. It needs of a checkpoint nothing but its {@code config.json}. */
public final class DryRun {
    private static final Duration MEASURED_FOR = Duration.ofMillis(300);
    private static final double GIGA = 1e9;

    /** Places among the parts of a selection. */
    private static final int TRAIN = 0;

    private static final int VALIDATION = 1;

    private final PrintWriter out;
    private final Run<ClassificationMetrics> run;
    private final SingleLabel task;
    private final ModernBertConfig config;

    private DryRun(PrintWriter out, Run<ClassificationMetrics> run) {
        this.out = out;
        this.run = run;
        task = (SingleLabel) run.task();
        Checksums.check(run.model());
        config = ModernBertConfig.read(run.model());
        config.requireTrainable(run.model());
        config.requirePositions("max length", run.model(), task.maxLength());
    }

    /**
     * Reads the data of a run; prints its rows, labels, lengths and plan.
     *
     * @throws org.modernbert4j.InputException if the run could not start
     */
    public static void print(PrintWriter out, Run<ClassificationMetrics> run) {
        DryRun dry = new DryRun(out, run);
        Selection selection = dry.task.select();
        selection.notes().forEach(dry::note);
        Workload work = dry.workload(selection);
        dry.printPlan(selection.labels().names().size(), work);
    }

    /**
     * Prints the plan of a run whose data are not there.
     *
     * @param labels that the data are said to have
     * @param texts that the data are said to have, each of the greatest length
     */
    public static void printWithoutData(PrintWriter out, Run<ClassificationMetrics> run, int labels, int texts) {
        DryRun dry = new DryRun(out, run);
        dry.printPlan(
                labels,
                Workload.uniform(texts, dry.task.maxLength(), run.training().batchSize()));
    }

    private void note(String line) {
        out.println(ProgressLine.NOTE + line);
    }

    /** Prints what the texts are; the work has their lengths if there is a tokenizer, else the greatest for each. */
    private Workload workload(Selection selection) {
        Optional<SelectedTokens> tokens = tokens(selection);
        DataSummary.of(selection, tokens.map(SelectedTokens::statistics))
                .lines()
                .forEach(out::println);
        if (tokens.isEmpty()) {
            out.printf("no %s: every text counts as %d tokens%n", TokenizerFiles.TOKENIZER, task.maxLength());
        }
        Workload work = new Workload(
                lengths(selection, tokens, TRAIN),
                lengths(selection, tokens, VALIDATION),
                run.training().batchSize());
        return head(selection.labels().names().size()).needsPadding() ? work.paddedTo(task.maxLength()) : work;
    }

    private int[] lengths(Selection selection, Optional<SelectedTokens> tokens, int part) {
        int[] longest = new int[selection.parts().get(part).examples().size()];
        Arrays.fill(longest, task.maxLength());
        return tokens.map(found -> found.parts().get(part).stream()
                        .mapToInt(text -> text.ids().length)
                        .toArray())
                .orElse(longest);
    }

    private Optional<SelectedTokens> tokens(Selection selection) {
        if (!Files.exists(run.model().resolve(TokenizerFiles.TOKENIZER))) {
            return Optional.empty();
        }
        try (HuggingFaceTokenizerFactory tokenizer = HuggingFaceTokenizerFactory.open(run.model())) {
            Tokenizing tokenizing = new Tokenizing(run.model(), tokenizer, config);
            tokenizing.notes(architecture(selection.labels().names().size())).forEach(this::note);
            SelectedTokens tokens = SelectedTokens.of(selection, tokenizing, task.maxLength(), Progress.NONE);
            tokens.statistics().notes().forEach(this::note);
            return Optional.of(tokens);
        }
    }

    private void printPlan(int labels, Workload work) {
        out.println();
        Architecture architecture = architecture(labels);
        Schedule schedule = run.freezing().schedule(config.encoder());
        FreezePlan plan = FreezePlan.of(schedule, architecture, run.training().epochs());
        Oddities.of(run.training(), schedule, plan).forEach(this::note);
        printPlan(out, plan, work);
    }

    private Architecture architecture(int labels) {
        return Architecture.of(config, head(labels));
    }

    private Head head(int labels) {
        return Head.named(task.head(), labels, task.dropout());
    }

    /** Prints what trains in each epoch, and what that might cost. */
    static void printPlan(PrintWriter out, FreezePlan plan, Workload work) {
        double rate = rate();
        double seconds = 0;
        List<EpochCost> costs = EpochCost.of(plan, work);
        int from = 0;
        while (from < costs.size()) {
            EpochCost cost = costs.get(from);
            int to = from + 1;
            while (to < costs.size() && costs.get(to).isLike(cost)) {
                to++;
            }
            seconds += (to - from) * cost.seconds(rate);
            String each = to > from + 1 ? " each" : "";
            out.println(
                    each.isEmpty()
                            ? cost.plan()
                            : "epochs %d to %d: %s"
                                    .formatted(from + 1, to, cost.plan().details()));
            out.println("    cached: " + cached(cost));
            out.println("    estimate: " + Numbers.duration(cost.seconds(rate)) + each + ", "
                    + Numbers.bytes(cost.memory()));
            from = to;
        }
        out.println("in all: about " + Numbers.duration(seconds));
        out.println();
        out.println(plan.draw());
        out.printf(
                "These are estimates, for %s training texts and %s validation texts of %.0f tokens on average: time is"
                        + " that of the matrix products at the %.1f GFLOP/s measured here; memory is weights, gradients,"
                        + " moments and what the largest batch keeps for the backward pass.%n",
                Numbers.count(work.train().length),
                Numbers.count(work.validation().length),
                (double) work.rows() / work.texts(),
                rate / GIGA);
    }

    private static double rate() {
        try (Backend machine = Backends.ofProcess();
                LinearRate rate = new LinearRate(machine, Precision.FLOAT32)) {
            return rate.measure(MEASURED_FOR);
        }
    }

    private static String cached(EpochCost cost) {
        Optional<FrozenPrefix> prefix = cost.prefix();
        if (prefix.isEmpty()) {
            return "nothing";
        }
        String what = prefix.get().onePerText() ? "one row a text" : "one row a token";
        return "the output of all below %s, %s, %s, %s"
                .formatted(
                        cost.plan().lowest(),
                        what,
                        Numbers.bytes(cost.cacheBytes()),
                        cost.prefixKnown() ? "computed before" : "computed in this epoch");
    }
}
