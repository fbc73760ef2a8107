package org.modernbert4j.freeze;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.Head;
import org.modernbert4j.model.ModernBertConfig;
import org.modernbert4j.safetensors.SafetensorsFile;
import org.modernbert4j.safetensors.Tensors;

/** Counts of what PyTorch trained, in the fixtures and in the folder that the system property {@code reference.dir} names. */
class ReferenceCountsTest {
    private static final Path FIXTURES = Path.of("src/test/resources/fixtures");

    /** What was trained in one run. */
    private record Trace(Path folder, String name, JsonObject json) {
        @Override
        public String toString() {
            return folder.getFileName() + " " + name;
        }
    }

    @ParameterizedTest
    @MethodSource("traces")
    void asManyTrainAsInPyTorch(Trace trace) {
        ModernBertConfig config = ModernBertConfig.read(trace.folder().resolve("model"));
        Schedule schedule = Schedule.of(trace.json().get("schedule").getAsString(), config.encoder());
        List<Long> wanted = trace.json().getAsJsonArray("trainable_parameters").asList().stream()
                .map(JsonElement::getAsLong)
                .toList();

        FreezePlan plan = FreezePlan.of(schedule, Architecture.of(config, head(trace)), wanted.size());

        assertEquals(wanted, plan.epochs().stream().map(EpochPlan::parameters).toList());
    }

    private static Head head(Trace trace) {
        String name = trace.json().get("head").getAsString();
        int classes;
        try (Tensors heads = SafetensorsFile.open(trace.folder().resolve("heads.safetensors"))) {
            classes = Math.toIntExact(heads.tensor(name + ".fc.bias").shape().get(0));
        }
        return Head.named(name, classes, 0.3);
    }

    private static List<Trace> traces() throws IOException {
        List<Path> folders = new ArrayList<>();
        try (Stream<Path> fixtures = Files.list(FIXTURES)) {
            fixtures.sorted().forEach(folders::add);
        }
        String reference = System.getProperty("reference.dir");
        if (reference != null) {
            folders.add(Path.of(reference));
        }
        List<Trace> traces = new ArrayList<>();
        for (Path folder : folders) {
            JsonObject json = JsonParser.parseString(Files.readString(folder.resolve("traces.json")))
                    .getAsJsonObject();
            json.keySet().forEach(name -> traces.add(new Trace(folder, name, json.getAsJsonObject(name))));
        }
        return traces;
    }
}
