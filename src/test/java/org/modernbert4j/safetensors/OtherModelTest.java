package org.modernbert4j.safetensors;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.modernbert4j.InputException;

class OtherModelTest {
    @TempDir
    private Path folder;

    private void write(String... files) throws IOException {
        for (String file : files) {
            Path path = folder.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, "{}");
        }
    }

    private void assertRefused(String message) {
        InputException refused = assertThrows(InputException.class, () -> OtherModel.refuse(folder));
        assertEquals(message.replace("DIR", folder.toString()), refused.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            adapter_config.json adapter_model.safetensors | DIR: found a PEFT adapter (adapter_config.json) for its base model, expected a whole model; merge it into that first, with merge_and_unload() and save_pretrained() of Python's peft
            checkpoint-9/config.json checkpoint-100/config.json trainer_state.json | DIR: found a folder of checkpoints, expected one of them; give DIR/checkpoint-100, the newest
            modules.json 0_Transformer/config.json | DIR: found a folder of sentence-transformers, expected the model in it; give DIR/0_Transformer, which train takes; encode takes the folder itself
            config.json pytorch_model-00001-of-00002.bin | DIR: found weights in pytorch_model-00001-of-00002.bin alone, expected model.safetensors; convert them with python -c 'import transformers as t; t.AutoModel.from_pretrained("DIR").save_pretrained("DIR", safe_serialization=True)'
            config.json onnx/model.onnx | DIR: found weights of another kind alone (onnx/model.onnx), expected model.safetensors; get those that transformers saved, which this file was made from
            """)
    void saysWhatAFolderHoldsInstead(String files, String message) throws IOException {
        write(files.split(" "));
        assertRefused(message);
    }

    @Test
    void knowsTheClassOfTheWeights() throws IOException {
        write("pytorch_model.bin");
        Files.writeString(folder.resolve("config.json"), "{\"architectures\": [\"ModernBertForMaskedLM\"]}");
        assertRefused(
                "DIR: found weights in pytorch_model.bin alone, expected model.safetensors; convert them with python -c"
                        + " 'import transformers as t; t.ModernBertForMaskedLM.from_pretrained(\"DIR\").save_pretrained(\"DIR\","
                        + " safe_serialization=True)'");
    }

    @Test
    void namesTheModelThatAnAdapterIsFor() throws IOException {
        Files.writeString(folder.resolve("adapter_config.json"), "{\"base_model_name_or_path\": \"owner/base\"}");
        assertRefused(
                "DIR: found a PEFT adapter (adapter_config.json) for owner/base, expected a whole model; merge it into"
                        + " that first, with merge_and_unload() and save_pretrained() of Python's peft");
    }

    @Test
    void saysNothingOfWhatItDoesNotKnow() throws IOException {
        write("notes.txt", "data/news.csv");
        Stream.of(folder, folder.resolve("notes.txt"), folder.resolve("absent"))
                .forEach(path -> assertDoesNotThrow(() -> OtherModel.refuse(path)));
    }
}
