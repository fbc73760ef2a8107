package org.modernbert4j.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.InputException;
import org.modernbert4j.TinyCheckpoint;

/** Whole numbers of {@code config.json} that make no sense: a line, in no time, and no array of that size. */
class ConfigExtremesTest {
    private static final List<String> NEVER = List.of("-1", "2147483648", "1000000000000000000", "1.5", "\"12\"");
    private static final List<String> SOMETIMES = List.of("0", "1", "1000000000", "2147483647", "null");

    private static String read(String field, String value) throws IOException {
        JsonObject config = JsonParser.parseString(Files.readString(TinyCheckpoint.MODEL.resolve("config.json")))
                .getAsJsonObject();
        config.add(field, JsonParser.parseString(value));
        try {
            Architecture architecture =
                    Architecture.of(ModernBertConfig.parse(config.toString(), "config.json"), Head.named("cls", 2, 0));
            assertTrue(
                    architecture.parameters().stream().allMatch(one -> one.elements() <= Integer.MAX_VALUE),
                    field + " " + value);
            return "";
        } catch (InputException e) {
            assertTrue(e.getMessage().startsWith("config.json: "), e.getMessage());
            assertTrue(e.getMessage().contains(", expected "), e.getMessage());
            return e.getMessage();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "vocab_size",
                "hidden_size",
                "num_hidden_layers",
                "max_position_embeddings",
                "intermediate_size",
                "num_attention_heads",
                "head_dim",
                "local_attention",
                "global_attn_every_n_layers",
                "pad_token_id",
                "cls_token_id",
                "sep_token_id",
                "num_labels"
            })
    void eachFieldIsReadOrRefusedAtOnce(String field) {
        assertTimeout(Duration.ofSeconds(2), () -> {
            for (String value : NEVER) {
                assertTrue(read(field, value).contains(field), field + " " + value);
            }
            for (String value : SOMETIMES) {
                read(field, value);
            }
        });
    }

    @Test
    void limitsAreFarAboveAnyCheckpoint() throws IOException {
        assertEquals("", read("vocab_size", "1000000"));
        assertEquals("", read("num_hidden_layers", "1000"));
        assertEquals("", read("max_position_embeddings", "1048576"));
        assertTrue(read("num_hidden_layers", "1000000000").contains("expected a number from 1 to 1000"));
    }
}
