package org.modernbert4j;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.checkpoint.HeadSettings;
import org.modernbert4j.model.ModernBertConfig;
import org.modernbert4j.safetensors.SafetensorsFolder;
import org.modernbert4j.safetensors.SafetensorsWriter;
import org.modernbert4j.safetensors.TensorSource;
import org.modernbert4j.tokenizer.HuggingFaceTokenizerFactory;

/** Each JSON file of a model folder, damaged: the message is one line that names the file and the field. */
class DamagedFilesTest {
    private static final String INDEX = "model.safetensors.index.json";

    @TempDir
    Path folder;

    @BeforeEach
    void soundFolder() throws IOException {
        TinyCheckpoint.copyTo(folder);
        Files.delete(folder.resolve("model.safetensors"));
        SafetensorsWriter.write(
                folder.resolve("a.safetensors"),
                Map.of(),
                List.of(TensorSource.floats("a", List.of(1L), () -> FloatBuffer.allocate(1))));
        write(INDEX, "{\"weight_map\": {\"a\": \"a.safetensors\"}}");
        write("head.json", "{\"head\": \"cls\", \"dropout\": 0.3, \"maxLength\": 128}");
        write("special_tokens_map.json", "{\"pad_token\": {\"content\": \"[PAD]\"}}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            config.json | {}                                                            | model_type: found nothing, expected modernbert
            config.json | {"model_type": "modernbert", "hidden_size": null}             | hidden_size: found null, expected a whole number
            config.json | {"model_type": "modernbert", "hidden_size": [768]}            | hidden_size: found [768], expected a whole number
            config.json | {"model_type": "modernbert", "hidden_size": 1e99}             | hidden_size: found 1e99, expected a whole number
            config.json | {"model_type": "modernbert", "rope_parameters": [1]}          | rope_parameters: found [1], expected an object
            config.json | {"model_type": "modernbert", "layer_types": {}}               | layer_types: found {}, expected an array
            config.json | {"model_type": "modernbert", "model_type": "modernbert"}      | model_type: found it twice
            head.json   | {}                                                            | head: found nothing, expected a text
            head.json   | {"head": "mlm", "dropout": 0.3, "maxLength": 128}             | head: found mlm, expected one of [cls,
            head.json   | {"head": null, "dropout": 0.3, "maxLength": 128}              | head: found null, expected a text
            head.json   | {"head": "cls", "dropout": "0.3", "maxLength": 128}           | dropout: found "0.3", expected a finite number
            head.json   | {"head": "cls", "dropout": 1e999, "maxLength": 128}           | dropout: found 1e999, expected a finite number
            head.json   | {"head": "cls", "dropout": 0.3, "maxLength": 0}               | maxLength: found 0, expected a whole number from 1
            head.json   | {"head": "cls", "dropout": 0.3, "maxLength": {}}              | maxLength: found {}, expected a whole number
            head.json   | []                                                            | found [], expected an object
            tokenizer_config.json | {"pad_token": 3}                                    | pad_token: found 3, expected a text
            tokenizer_config.json | {"pad_token": {"content": null}}                    | pad_token.content: found null, expected a text
            tokenizer_config.json | {"pad_token": ["[PAD]"]}                            | pad_token: found ["[PAD]"], expected a text
            tokenizer_config.json | {"pad_token": "[PAD]", "model_max_length": "512"}   | model_max_length: found "512", expected a finite number
            special_tokens_map.json | {"mask_token": {}}                                | mask_token.content: found nothing, expected a text
            special_tokens_map.json | {"mask_token": false}                             | mask_token: found false, expected a text
            model.safetensors.index.json | {}                                           | weight_map: found nothing, expected the file of each tensor
            model.safetensors.index.json | {"weight_map": null}                         | weight_map: found null, expected the file of each tensor
            model.safetensors.index.json | {"weight_map": ["a"]}                        | weight_map: found ["a"], expected an object
            model.safetensors.index.json | {"weight_map": {"a.b": 1}}                   | weight_map["a.b"]: found 1, expected a text
            """)
    void namesFileAndField(String file, String json, String problem) throws IOException {
        if (file.equals("special_tokens_map.json")) {
            write("tokenizer_config.json", "{}");
        } else if (file.equals("tokenizer_config.json")) {
            Files.delete(folder.resolve("special_tokens_map.json")); // it would win
        }
        write(file, json);
        String message = refusal(file);
        assertTrue(message.startsWith(folder.resolve(file) + ": " + problem), message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "config.json",
                "head.json",
                "tokenizer_config.json",
                "special_tokens_map.json",
                "tokenizer.json",
                INDEX
            })
    void refusesAFileThatIsCutShort(String file) throws IOException {
        assertDoesNotThrow(() -> read(file));
        String sound = Files.readString(folder.resolve(file)).strip();
        for (int length = 0; length < sound.length(); length += 1 + sound.length() / 50) {
            write(file, sound.substring(0, length));
            String message = refusal(file);
            assertTrue(message.startsWith(folder.resolve(file) + ": "), message);
        }
    }

    private String refusal(String file) {
        String message = assertThrows(InputException.class, () -> read(file)).getMessage();
        assertEquals(1, message.lines().count(), message);
        return message;
    }

    private void read(String file) {
        switch (file) {
            case "config.json" -> ModernBertConfig.read(folder);
            case "head.json" -> HeadSettings.of(folder, ModernBertConfig.read(folder));
            case INDEX -> SafetensorsFolder.open(folder).close();
            default -> HuggingFaceTokenizerFactory.open(folder).close();
        }
    }

    private void write(String name, String json) throws IOException {
        Files.writeString(folder.resolve(name), json);
    }
}
