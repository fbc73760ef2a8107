package experiments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modernbert4j.data.Dataset;
import org.modernbert4j.data.Example;
import org.modernbert4j.data.LabelledData;
import org.modernbert4j.data.MissingValues;
import org.modernbert4j.data.Selection;
import org.modernbert4j.data.TableFile;
import org.modernbert4j.data.Text;
import org.modernbert4j.data.Texts;
import org.modernbert4j.task.SingleLabel;

class TrainingTextsTest {
    @TempDir
    private Path folder;

    @Test
    void areAllTextsButThoseThatFineTuningMeasuresOn() throws IOException {
        Path output = folder.resolve("texts.csv");
        TrainingTexts.write(GenerateNews.SAMPLE, output);
        List<String> written = Texts.read(TableFile.of(output), "text").stream()
                .map(Text::text)
                .toList();

        List<Example> all = Dataset.read(GenerateNews.SAMPLE, "text", "topic", MissingValues.DROP)
                .examples();
        Selection measured = SingleLabel.of(
                        LabelledData.of(GenerateNews.SAMPLE, "text", "topic").without(Set.of("Легпром", "Библиотека")))
                .select();
        List<String> held =
                measured.validation().examples().stream().map(Example::text).toList();
        assertTrue(written.stream().noneMatch(new HashSet<>(held)::contains));
        assertEquals(
                all.stream().map(Example::text).sorted().toList(),
                Stream.concat(written.stream(), held.stream()).sorted().toList());
    }
}
