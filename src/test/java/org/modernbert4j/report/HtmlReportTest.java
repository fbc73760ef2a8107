package org.modernbert4j.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.modernbert4j.freeze.FreezePlan;
import org.modernbert4j.freeze.Schedule;
import org.modernbert4j.freeze.Selector;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.metric.ConfusionMatrix;
import org.modernbert4j.run.RunSummary;
import org.modernbert4j.task.Measurement;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class HtmlReportTest {
    private static final RunSummary<ClassificationMetrics> NEWS = Runs.news();
    private static final String NASTY = "</style><script>a&b \"c\" 'd' ]]> \u0000\u0085\uD800 \uD83D\uDE00";

    static Stream<RunSummary<ClassificationMetrics>> runs() {
        return Stream.of(
                NEWS,
                Runs.run(NASTY, List.of(NASTY, "a"), "head-only", 1),
                Runs.run("One class", List.of("only"), "query-key-value", 1),
                Runs.run("Long", List.of("слово ".repeat(40), "x".repeat(300)), "progressive-freezing", 400),
                withLosses(Double.NaN, Double.POSITIVE_INFINITY),
                withLosses(0, 0));
    }

    @ParameterizedTest
    @MethodSource("runs")
    void isWellFormedAndHasEverySection(RunSummary<ClassificationMetrics> run) throws Exception {
        Document page = parse(HtmlReport.of(run));

        assertEquals("en", page.getDocumentElement().getAttribute("lang"));
        assertEquals(texts(page, "/html/head/title"), texts(page, "//h1"));
        assertEquals(
                List.of("Progress", "Epochs", "What trains", "Confusion matrix", "Classes", "Classification report"),
                texts(page, "//h2"));
        assertEquals(
                run.measurements().size(),
                texts(page, "//section[@class='epochs']//tbody/tr").size());
        assertEquals(1, texts(page, "//tr[@class='best']").size());
    }

    @ParameterizedTest
    @MethodSource("runs")
    void needsNothingElse(RunSummary<ClassificationMetrics> run) throws Exception {
        Document page = parse(HtmlReport.of(run));

        assertEquals(List.of(), texts(page, "//script | //link | //img | //@src | //@href"));
        assertFalse(texts(page, "//style").get(0).matches("(?s).*(url\\(|@import|[<>&\"]https?:).*"));
    }

    /** What HTML shows as it stands in a style must not be escaped, which XML would do. */
    @Test
    void theStyleSheetIsTheSameInHtmlAndXml() throws Exception {
        String html = HtmlReport.of(NEWS);

        assertTrue(html.contains("<style>" + texts(parse(html), "//style").get(0) + "</style>"));
    }

    @ParameterizedTest
    @MethodSource("runs")
    void drawingsHaveOnlyFiniteLengthsAndWords(RunSummary<ClassificationMetrics> run) throws Exception {
        Document page = parse(HtmlReport.of(run));
        List<String> lengths = texts(
                page,
                "//svg//@*[contains(' x y x1 x2 y1 y2 cx cy r width height points '," + " concat(' ', name(), ' '))]");

        assertTrue(lengths.size() > 100);
        assertTrue(lengths.stream().allMatch(Pattern.compile("[\\d., ]+").asMatchPredicate()), lengths.toString());
        int drawings = texts(page, "//svg").size();
        assertEquals(drawings, texts(page, "//svg[@role='img']/title").size());
        assertEquals(drawings, texts(page, "//svg/desc[string-length(.) > 0]").size());
        List<String> ids = texts(page, "//@id");
        assertEquals(ids.size(), new HashSet<>(ids).size());
        assertTrue(ids.containsAll(texts(page, "//svg/@aria-labelledby").stream()
                .flatMap(both -> Arrays.stream(both.split(" ", -1)))
                .toList()));
    }

    @Test
    void aChartHasAPointForEachEpochAndALineOnlyForSeveral() throws Exception {
        String loss = "//svg[starts-with(@aria-labelledby, 'loss-')]";
        Document three = parse(HtmlReport.of(NEWS));
        Document one = parse(HtmlReport.of(Runs.run("t", Runs.TOPICS, "full", 1)));

        int legend = 2;
        assertEquals(2 * 3 + legend, texts(three, loss + "/circle").size());
        assertEquals(2 + legend, texts(three, loss + "/polyline").size());
        assertEquals(2 + legend, texts(one, loss + "/circle").size());
        assertEquals(legend, texts(one, loss + "/polyline").size());
        assertTrue(texts(three, loss + "/desc").get(0).startsWith("Epoch 1: train 1.1667, validation 0.9648."));
    }

    @Test
    void theConfusionMatrixAddsUp() throws Exception {
        Document page = parse(HtmlReport.of(NEWS));
        String row = "//section[@class='confusion']//tbody/tr";
        ConfusionMatrix confusion =
                NEWS.best().orElseThrow().requireValidation().requireMetrics().confusion();

        assertEquals(Runs.TOPICS, texts(page, row + "/th[@scope='row']"));
        assertEquals(Runs.TOPICS, texts(page, "//section[@class='confusion']//thead//th/span"));
        assertEquals(confusion.total(), numbers(texts(page, row + "/td[position() < last()]")));
        assertEquals(confusion.total(), numbers(texts(page, row + "/td[last()]")));
        assertEquals(confusion.right(), numbers(texts(page, row + "/td[starts-with(@class, 'number hit')]")));
    }

    @Test
    void aClassIsToldWhatItIsTakenFor() throws Exception {
        ClassificationMetrics metrics =
                ClassificationMetrics.of(new int[] {0, 0, 0, 0, 1}, new int[] {0, 2, 2, 1, 1}, List.of("a", "b", "c"));
        RunSummary<ClassificationMetrics> run =
                Runs.bare(NEWS.plan(), List.of(Runs.measurement(1, 5, 1, metrics, metrics)), 0);
        assertEquals(
                List.of("c (2, 50.00 %)", "none", "none"),
                texts(parse(HtmlReport.of(run)), "//section[@class='classes']//tbody/tr/td[last()]"));
    }

    @Test
    void theMapOfAPhaseFollowsThePlan() throws Exception {
        Document page = parse(HtmlReport.of(Runs.run("t", Runs.TOPICS, "end-to-start", 5)));
        String maps = "//section[@class='coverage']//figure";

        assertEquals(List.of("Epoch 1", "Epoch 2", "Epochs 3\u20135"), texts(page, maps + "/figcaption"));
        int components = 6;
        assertEquals(
                11 * components + 1,
                texts(page, maps + "[1]//rect[@class='trained']").size());
        assertEquals(
                22 * components + 1,
                texts(page, maps + "[2]//rect[@class='trained']").size());
        assertEquals(
                22 * components + 3,
                texts(page, maps + "[3]//rect[@class='trained']").size());
    }

    @Test
    void whatTrainsInPartIsDrawnInPart() throws Exception {
        FreezePlan plan = FreezePlan.of(
                Schedule.constant(Selector.parse("layers.4.mlp.wi, head")),
                NEWS.plan().epochs().get(0).architecture(),
                3);
        Document page = parse(HtmlReport.of(Runs.bare(plan, NEWS.measurements(), 0)));
        String map = "//section[@class='coverage']//svg";

        assertEquals(1, texts(page, map + "/polygon").size());
        assertEquals(List.of("layer 4 mlp: trains in part"), texts(page, map + "/rect/title[contains(., 'part')]"));
        assertEquals(List.of("head: trains"), texts(page, map + "/rect[@class='trained']/title"));
    }

    private static RunSummary<ClassificationMetrics> withLosses(double... losses) {
        List<Measurement<ClassificationMetrics>> measurements = IntStream.range(0, losses.length)
                .mapToObj(i -> {
                    Measurement<ClassificationMetrics> like =
                            NEWS.measurements().get(i);
                    return Runs.measurement(
                            i + 1,
                            like.step(),
                            losses[i],
                            like.training().requireMetrics(),
                            like.requireValidation().requireMetrics());
                })
                .toList();
        return Runs.bare(NEWS.plan(), measurements, 0);
    }

    private static long numbers(List<String> texts) {
        return texts.stream().mapToLong(Long::parseLong).sum();
    }

    private static Document parse(String html) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(html)));
    }

    private static List<String> texts(Document page, String path) throws Exception {
        NodeList nodes = (NodeList) XPathFactory.newInstance().newXPath().evaluate(path, page, XPathConstants.NODESET);
        return IntStream.range(0, nodes.getLength())
                .mapToObj(i -> nodes.item(i).getTextContent())
                .toList();
    }
}
