package org.modernbert4j.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.modernbert4j.Progress;
import org.modernbert4j.data.Example;
import org.modernbert4j.data.Selection;
import org.modernbert4j.freeze.FreezePlan;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.Head;
import org.modernbert4j.model.ModernBertConfig;
import org.modernbert4j.report.Numbers;
import org.modernbert4j.tokenizer.HuggingFaceTokenizerFactory;
import org.modernbert4j.train.FineTuning;
import org.modernbert4j.train.Workload;

/** Shows what a run would do, without training. It needs of a checkpoint nothing but its {@code config.json}. */
public final class DryRun {
    private static final String TOKENIZER = "tokenizer.json";

    private final PrintWriter out;
    private final FineTuning run;
    private final ModernBertConfig config;

    private DryRun(PrintWriter out, FineTuning run) {
        this.out = out;
        this.run = run;
        this.config = ModernBertConfig.read(run.model());
    }

    /**
     * Reads the data of a run; prints its rows, labels, lengths and plan.
     *
     * @throws org.modernbert4j.InputException if the run could not start
     */
    public static void print(PrintWriter out, FineTuning run) {
        DryRun dry = new DryRun(out, run);
        Selection selection = Selection.of(run.data());
        dry.printTexts(selection);
        Workload work = dry.workload(selection);
        dry.printPlan(selection.labels().names().size(), work);
    }

    /**
     * Prints the plan of a run whose data are not there.
     *
     * @param labels that the data are said to have
     * @param texts that the data are said to have, each of the greatest length
     */
    public static void printWithoutData(PrintWriter out, FineTuning run, int labels, int texts) {
        Workload work = Workload.uniform(texts, run.maxLength(), run.training().batchSize());
        new DryRun(out, run).printPlan(labels, work);
    }

    private void printTexts(Selection selection) {
        selection.notes().forEach(out::println);
        List<Example> train = selection.split().train();
        List<Example> validation = selection.split().validation();
        out.printf(
                "%s rows, of which %s train and %s validate%n",
                Numbers.count(selection.rows()), Numbers.count(train.size()), Numbers.count(validation.size()));
        Map<String, Long> trainCounts = counts(train);
        Map<String, Long> validationCounts = counts(validation);
        out.printf(
                "%s labels (train / validation):%n", selection.labels().names().size());
        for (String label : selection.labels().names()) {
            out.printf(
                    "%8d / %-6d %s%n",
                    trainCounts.getOrDefault(label, 0L), validationCounts.getOrDefault(label, 0L), label);
        }
    }

    private static Map<String, Long> counts(List<Example> examples) {
        return examples.stream()
                .map(Example::label)
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    }

    /** The texts' lengths if there is a tokenizer, else the greatest for each. */
    private Workload workload(Selection selection) {
        int train = selection.split().train().size();
        int[] lengths = lengths(selection);
        Workload work = new Workload(
                Arrays.copyOfRange(lengths, 0, train),
                Arrays.copyOfRange(lengths, train, lengths.length),
                run.training().batchSize());
        return head(selection.labels().names().size()).needsPadding() ? work.paddedTo(run.maxLength()) : work;
    }

    private int[] lengths(Selection selection) {
        List<String> texts = Stream.concat(selection.split().train().stream(), selection.split().validation().stream())
                .map(Example::text)
                .toList();
        int[] lengths = new int[texts.size()];
        Arrays.fill(lengths, run.maxLength());
        if (Files.exists(run.model().resolve(TOKENIZER))) {
            try (HuggingFaceTokenizerFactory tokenizer = HuggingFaceTokenizerFactory.open(run.model())) {
                int[][] ids = tokenizer.encodeAll(texts, run.maxLength(), Progress.NONE);
                Arrays.setAll(lengths, i -> ids[i].length);
            }
            int[] sorted = Arrays.stream(lengths).sorted().toArray();
            out.printf(
                    "tokens of a text: %d to %d, median %d%n",
                    sorted[0], sorted[sorted.length - 1], sorted[sorted.length / 2]);
        } else {
            out.printf("no %s: every text counts as %d tokens%n", TOKENIZER, run.maxLength());
        }
        return lengths;
    }

    private void printPlan(int labels, Workload work) {
        out.println();
        Architecture architecture = Architecture.of(config, head(labels));
        PlanText.print(
                out,
                FreezePlan.of(run.schedule(config), architecture, run.training().epochs()),
                work);
    }

    private Head head(int labels) {
        return Head.named(run.head(), labels, run.dropout());
    }
}
