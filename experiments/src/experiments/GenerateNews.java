package experiments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/**
 * Writes the bundled sample of invented Russian news: {@code GenerateNews [output.csv]}.
 *
 * <p>The seed below is part of the data: the same grammar and seed give the same file on every machine.
 */
final class GenerateNews {
    static final Path GRAMMAR = Path.of("experiments/data/news-grammar.txt");
    static final Path SAMPLE = Path.of("experiments/data/news-sample.csv");
    private static final long SEED = 20_260_101;

    /** The share of texts with a lead from a neighbouring topic; of the others, the share with a detail from one. */
    private static final double FOREIGN_LEAD = 0.25;

    private static final double FOREIGN_DETAIL = 0.5;

    private GenerateNews() {}

    public static void main(String[] args) throws IOException {
        write(args.length > 0 ? Path.of(args[0]) : SAMPLE);
    }

    static void write(Path output) throws IOException {
        NewsGrammar grammar = NewsGrammar.read(GRAMMAR);
        Random random = new Random(SEED);
        Set<List<String>> rows = new LinkedHashSet<>();
        for (NewsGrammar.Section topic : grammar.topics()) {
            int full = rows.size() + topic.rows();
            while (rows.size() < full) {
                rows.add(List.of(topic.name(), text(grammar, topic, random)));
            }
        }
        List<List<String>> shuffled = new ArrayList<>(rows);
        Collections.shuffle(shuffled, random);
        try (CSVPrinter csv = new CSVPrinter(Files.newBufferedWriter(output), CSVFormat.RFC4180)) {
            csv.printRecord("topic", "text");
            csv.printRecords(shuffled);
        }
    }

    /** A lead, then in any order details of the topic, of all topics and perhaps of a neighbouring one. */
    private static String text(NewsGrammar grammar, NewsGrammar.Section topic, Random random) {
        NewsGrammar.Text text = grammar.new Text(random);
        NewsGrammar.Section near =
                grammar.section(topic.near().get(random.nextInt(topic.near().size())));
        boolean foreignLead = random.nextDouble() < FOREIGN_LEAD;
        boolean foreignDetail = !foreignLead && random.nextDouble() < FOREIGN_DETAIL;
        NewsGrammar.Section first = foreignLead ? near : topic;
        String lead = text.sentence(first, first.leads());
        List<String> rest = new ArrayList<>();
        int own = 1 + random.nextInt(2);
        for (int i = 0; i < own; i++) {
            rest.add(text.sentence(topic, foreignLead ? topic.open() : topic.details()));
        }
        for (int i = 0; i < 3 - own; i++) {
            rest.add(text.sentence(grammar.shared(), grammar.shared().details()));
        }
        if (foreignDetail) {
            rest.add(text.sentence(near, near.open()));
        }
        if (random.nextBoolean()) {
            rest.add(text.sentence(grammar.shared(), grammar.shared().details()));
        }
        Collections.shuffle(rest, random);
        return lead + " " + String.join(" ", rest);
    }
}
