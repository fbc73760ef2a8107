package org.modernbert4j.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.modernbert4j.model.EncoderConfig.AttentionKind.GLOBAL;
import static org.modernbert4j.model.EncoderConfig.AttentionKind.SLIDING;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.InputException;
import org.modernbert4j.backend.Activation;
import org.modernbert4j.backend.Pooling;
import org.modernbert4j.model.ModernBertConfig.Classifier;

class ModernBertConfigTest {
    private static final String CLASSIFIER = "ModernBertForSequenceClassification";

    private static final String OLDER =
            """
            {
              "architectures": ["ModernBertForMaskedLM"], "model_type": "modernbert",
              "vocab_size": 512, "hidden_size": 48, "intermediate_size": 64, "num_hidden_layers": 5,
              "num_attention_heads": 4, "max_position_embeddings": 256, "norm_eps": 1e-05, "norm_bias": false,
              "attention_bias": false, "mlp_bias": false, "local_attention": 16,
              "global_attn_every_n_layers": 2, "global_rope_theta": 80000, "local_rope_theta": 5000.0,
              "embedding_dropout": 0.0, "mlp_dropout": 0.1, "attention_dropout": 0.0,
              "hidden_activation": "gelu", "classifier_activation": "silu", "classifier_pooling": "mean",
              "classifier_bias": true, "classifier_dropout": 0.2, "decoder_bias": true, "tie_word_embeddings": true,
              "initializer_range": 0.02, "initializer_cutoff_factor": 2.0,
              "pad_token_id": 3, "cls_token_id": 1, "sep_token_id": 2, "bos_token_id": 1, "eos_token_id": 2,
              "layer_norm_eps": 1e-05, "gradient_checkpointing": false, "position_embedding_type": "absolute",
              "reference_compile": null, "torch_dtype": "float32", "transformers_version": "4.48.0"
            }
            """;

    private static final String NEWER =
            """
            {
              "model_type": "modernbert", "dtype": "float32", "transformers_version": "5.0.0",
              "vocab_size": 512, "hidden_size": 48, "intermediate_size": 64, "num_hidden_layers": 5,
              "num_attention_heads": 4, "max_position_embeddings": 256, "local_attention": 16,
              "layer_types": ["full_attention", "sliding_attention", "full_attention", "sliding_attention",
                              "full_attention"],
              "rope_parameters": {
                "full_attention": {"rope_type": "default", "rope_theta": 80000.0},
                "sliding_attention": {"rope_type": "default", "rope_theta": 5000}
              },
              "mlp_dropout": 0.1, "classifier_activation": "silu", "classifier_pooling": "mean",
              "classifier_bias": true, "classifier_dropout": 0.2,
              "pad_token_id": 3, "cls_token_id": 1, "sep_token_id": 2
            }
            """;

    @Test
    void readsTheOlderLayout() {
        ModernBertConfig config = parse(OLDER);
        assertEquals(48, config.encoder().hiddenSize());
        assertEquals(12, config.encoder().headSize());
        assertEquals(8, config.encoder().attention().slidingRadius());
        assertEquals(
                List.of(GLOBAL, SLIDING, GLOBAL, SLIDING, GLOBAL),
                config.encoder().attention().kinds());
        assertEquals(80_000, config.encoder().attention().theta(0));
        assertEquals(5_000, config.encoder().attention().theta(1));
        assertEquals(Integer.MAX_VALUE, config.encoder().attention().radius(0));
        assertEquals(8, config.encoder().attention().radius(1));
        assertEquals(Activation.SILU, config.classifier().function());
        assertEquals(Pooling.MEAN, config.classifier().pooling());
        assertEquals(OptionalInt.of(3), config.tokens().pad());
        assertEquals(List.of(), config.classifier().labels());
        assertEquals(List.of(), config.notes());
    }

    @ParameterizedTest
    @CsvSource({"gelu, GELU", "gelu_python, GELU", "relu, RELU", "silu, SILU", "swish, SILU", "tanh, TANH"})
    void functionsHaveTheNamesOfTransformers(String name, Activation function) {
        Classifier classifier =
                with("\"classifier_activation\": \"" + name + "\"").classifier();
        assertEquals(function, classifier.function());
        assertEquals(name, classifier.activation());
    }

    @Test
    void bothLayoutsSayTheSame() {
        ModernBertConfig older = parse(OLDER);
        ModernBertConfig newer = parse(NEWER);
        assertEquals(older.encoder(), newer.encoder());
        assertEquals(older.classifier(), newer.classifier());
        assertEquals(older.tokens(), newer.tokens());
        assertEquals(older.notes(), newer.notes());
    }

    @Test
    void whatIsMissingIsAsInTheReference() {
        ModernBertConfig config = with("");
        assertEquals(50368, config.encoder().vocabularySize());
        assertEquals(768, config.encoder().hiddenSize());
        assertEquals(1152, config.encoder().mlp().intermediateSize());
        assertEquals(22, config.encoder().layers());
        assertEquals(64, config.encoder().headSize());
        assertEquals(64, config.encoder().attention().slidingRadius());
        assertEquals(
                8,
                config.encoder().attention().kinds().stream()
                        .filter(GLOBAL::equals)
                        .count());
        assertEquals(160_000, config.encoder().attention().globalTheta());
        assertEquals(10_000, config.encoder().attention().localTheta());
        assertEquals(1e-5, config.encoder().norm().eps());
        assertTrue(config.decoder().bias());
    }

    @Test
    void readsConfigJsonOfAFolder(@TempDir Path folder) throws IOException {
        assertMessage(() -> ModernBertConfig.read(folder), "config.json: no such file");
        Files.writeString(folder.resolve("config.json"), OLDER);
        assertEquals(parse(OLDER), ModernBertConfig.read(folder));
    }

    @Test
    void keepsTheOrderOfClassesByNumber() {
        assertEquals(
                List.of("нет", "да"),
                with("\"id2label\": {\"1\": \"да\", \"0\": \"нет\"}")
                        .classifier()
                        .labels());
    }

    @Test
    void classesThatAreOnlyCountedHaveTheUsualNames() {
        assertEquals(
                List.of("LABEL_0", "LABEL_1", "LABEL_2"),
                with("\"num_labels\": 3").classifier().labels());
    }

    /** Each as {@code config.id2label} of transformers 5 has it, where it loads the file. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            "id2label": {"0": 0, "1": 1.50}                     | 0 1.50
            "id2label": {"0": true, "1": null}                  | True LABEL_1
            "id2label": {"0": "a", "1": "a"}                    | a a
            "id2label": {"1": "b", "0": "a"}                    | a b
            "id2label": {"00": "a", " 1 ": "b"}                 | a b
            "id2label": {"1": "a", "2": "b"}                    | LABEL_0 a
            "id2label": {"0": "a", "2": "b"}                    | a LABEL_1
            "id2label": {"0": "a", "1": "b"}, "num_labels": 1   | LABEL_0
            "label2id": {"a": 0, "b": 1}                        | LABEL_0 LABEL_1
            "id2label": null                                    | LABEL_0 LABEL_1
            "num_labels": 1                                     | LABEL_0
            """)
    void namesOfClassesAreThoseOfTransformers(String field, String labels) {
        ModernBertConfig config = with(field + ", \"architectures\": [\"ModernBertForSequenceClassification\"]");
        assertEquals(labels, String.join(" ", config.classifier().labels()));
    }

    @Test
    void oddNamesOfClassesAreSaid() {
        assertEquals(
                List.of(), with("\"id2label\": {\"0\": \"a\", \"1\": \"a\"}").notes());
        assertEquals(
                List.of(
                        "config.json: id2label has the ids [1, 2], but the classes are 0 to 1: id 2 names none of them, and"
                                + " a class without a name is called LABEL_ and its number"),
                with("\"id2label\": {\"1\": \"a\", \"2\": \"b\"}").notes());
        for (String empty : List.of("\"\"", "null")) {
            ModernBertConfig config = with("\"id2label\": {\"0\": \"a\", \"1\": " + empty + "}");
            assertEquals(List.of("a", "LABEL_1"), config.classifier().labels());
            assertEquals(
                    List.of("config.json: id2label has an empty name for id 1: this class is called LABEL_1"),
                    config.notes());
        }
        assertEquals(
                List.of(
                        "config.json: num_labels is 1, but id2label has 2 names: the classes are called LABEL_0 and so on"),
                with("\"id2label\": {\"0\": \"a\", \"1\": \"b\"}, \"num_labels\": 1")
                        .notes());
    }

    @ParameterizedTest
    @ValueSource(strings = {"attention_dropout", "embedding_dropout", "mlp_dropout"})
    void dropoutInTheEncoderIsRefusedByTrainingAlone(String name) {
        ModernBertConfig config = with("\"" + name + "\": 0.1");
        assertMessage(
                () -> config.requireTrainable(Path.of("m")),
                "m/config.json: " + name
                        + ": found 0.1, expected 0.0, as training has no dropout there; set it to 0.0");
        assertEquals(
                config.encoder(), parse(config.toJson(CLASSIFIER, "float32")).encoder());
    }

    @Test
    void aModelMayLackSpecialTokens() {
        assertEquals(
                OptionalInt.empty(), with("\"sep_token_id\": null").tokens().sep());
    }

    @Test
    void unknownFieldsAreKeptByName() {
        assertEquals(
                List.of(
                        "config.json: zeta is not known here, ignored",
                        "config.json: alpha is not known here, ignored"),
                with("\"zeta\": 1, \"use_cache\": true, \"alpha\": {}").notes());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"head_dim\": 64",
                "\"head_dim\": null",
                "\"rope_scaling\": null",
                "\"layer_types\": null, \"rope_parameters\": null",
                "\"partial_rotary_factor\": 1",
                "\"pruned_heads\": {}",
                "\"global_rope_theta\": 9, \"rope_parameters\": {\"full_attention\": {\"rope_theta\": 9.0}}"
            })
    void acceptsWhatChangesNothing(String field) {
        assertEquals(List.of(), with(field).notes());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            "hidden_size": 0                                    | hidden_size: found 0, expected a number above 0
            "vocab_size": -1                                    | vocab_size: found -1
            "num_hidden_layers": 0                              | num_hidden_layers: found 0
            "num_attention_heads": 0                            | num_attention_heads: found 0
            "local_attention": 0                                | local_attention: found 0
            "hidden_size": 770                                  | hidden_size: found 770, expected an even multiple of num_attention_heads 12
            "hidden_size": 36                                   | hidden_size: found 36, expected an even multiple of num_attention_heads 12
            "hidden_size": "768"                                | hidden_size: found "768", expected a whole number
            "hidden_size": 768.5                                | hidden_size: found 768.5, expected a whole number
            "hidden_size": 1e99999                              | hidden_size: found 1e99999, expected a whole number
            "hidden_size": null                                 | hidden_size: found null, expected a whole number
            "head_dim": 32                                      | head_dim: found 32, expected hidden_size 768 / num_attention_heads 12
            "norm_bias": 0                                      | norm_bias: found 0, expected true or false
            "norm_eps": 0                                       | norm_eps: found 0.0, expected a number above 0
            "global_rope_theta": 1e999                          | global_rope_theta: found 1e999, expected a finite number
            "local_rope_theta": null                            | local_rope_theta: found null, expected a finite number
            "mlp_dropout": 1                                    | mlp_dropout: found 1.0, expected a number from 0 to below 1
            "attention_dropout": -0.1                           | attention_dropout: found -0.1, expected a number from 0
            "hidden_activation": "relu"                         | hidden_activation: found relu, expected gelu
            "hidden_activation": "gelu_new"                     | hidden_activation: found gelu_new, expected gelu, all that is supported
            "classifier_pooling": "max"                         | classifier_pooling: found "max", expected one of [cls, mean]
            "pad_token_id": 50368                               | pad_token_id: found 50368, expected null or a token below
            "pad_token_id": -1                                  | pad_token_id: found -1
            "rope_scaling": {"type": "linear", "factor": 2}     | rope_scaling: found {"type":"linear","factor":2}, expected none
            "quantization_config": {"bits": 4}                  | quantization_config: found {"bits":4}
            "per_layer_config": {"0": {"hidden_size": 1}}       | per_layer_config: found
            "partial_rotary_factor": 0.5                        | partial_rotary_factor: found 0.5, expected 1.0
            "global_attn_every_n_layers": 0                     | global_attn_every_n_layers: found 0
            "layer_types": ["full_attention"]                   | layer_types: found 1 kinds, expected one for each of num_hidden_layers 22
            "layer_types": ["chunked_attention"]                | layer_types[0]: found "chunked_attention", expected one of
            "layer_types": [{}]                                 | layer_types[0]: found {}, expected a text
            "layer_types": "full_attention"                     | layer_types: found "full_attention", expected an array
            "rope_parameters": []                               | rope_parameters: found [], expected an object
            "rope_parameters": {"rope_theta": 1}                | rope_parameters.rope_theta: found 1, expected none
            "rope_parameters": {"full_attention": {"rope_type": "yarn"}} | rope_parameters.full_attention.rope_type: found yarn, expected default
            "rope_parameters": {"sliding_attention": {"factor": 2}}      | rope_parameters.sliding_attention.factor: found 2, expected none
            "global_rope_theta": 9, "rope_parameters": {"full_attention": {"rope_theta": 8}} | rope_theta: found 8.0, expected 9.0 as in global_rope_theta
            "num_hidden_layers": 1, "global_attn_every_n_layers": 2, "layer_types": ["sliding_attention"] | layer_types: found ["sliding_attention"], expected what global_attn_every_n_layers 2 says
            "id2label": {"first": "a"}                          | id2label: found first, expected the numbers of the classes
            "id2label": {"0": []}                               | id2label.0: found [], expected a text or a number
            "id2label": ["a"]                                   | id2label: found ["a"], expected an object
            "num_labels": 1000001                               | num_labels: found 1000001, expected at most 1000000
            "num_labels": -1                                    | num_labels: found -1
            """)
    void refusesByName(String field, String message) {
        assertMessage(() -> with(field), "config.json: ");
        assertMessage(() -> with(field), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "null", "{", "{} {}", "{'model_type': 'modernbert'}", "{\"a\": NaN}"})
    void refusesWhatIsNotOneObject(String json) {
        assertMessage(() -> parse(json), "object; correct the file");
    }

    @Test
    void refusesAnotherModel() {
        assertMessage(() -> parse("{}"), "model_type: found nothing, expected modernbert");
        assertMessage(() -> parse("{\"model_type\": \"bert\"}"), "model_type: found \"bert\", expected modernbert");
    }

    @Test
    void whatIsWrittenIsReadBack() {
        ModernBertConfig config = parse(OLDER).withLabels(List.of("спам", "<b>"));
        String json = config.toJson(CLASSIFIER, "float32");
        assertEquals(json, parse(json).toJson(CLASSIFIER, "float32"));
        assertEquals(config.classifier(), parse(json).classifier());
        assertTrue(json.contains("\"global_attn_every_n_layers\": 2"), json);
        assertTrue(json.contains("\"1\": \"<b>\""), json);
        assertTrue(json.contains("\"спам\": 0"), json);
        assertTrue(json.contains(CLASSIFIER), json);
    }

    @Test
    void irregularLayersAreWrittenInTheNewerLayout() {
        ModernBertConfig config = with(
                """
                "num_hidden_layers": 2, "layer_types": ["sliding_attention", "full_attention"], "pad_token_id": null
                """);
        String json = config.toJson(CLASSIFIER, "float32");
        assertEquals(config.encoder(), parse(json).encoder());
        assertFalse(json.contains("global_attn_every_n_layers"), json);
        assertTrue(json.contains("layer_types"), json);
    }

    @Test
    void unknownFieldsAreNotWritten() {
        ModernBertConfig config = with("\"alpha\": 1");
        assertEquals(List.of(), parse(config.toJson(CLASSIFIER, "float32")).notes());
    }

    /** The defaults, but for these fields. */
    private static ModernBertConfig with(String fields) {
        return parse("{\"model_type\": \"modernbert\"" + (fields.isEmpty() ? "" : ", ") + fields + "}");
    }

    private static ModernBertConfig parse(String json) {
        return ModernBertConfig.parse(json, "config.json");
    }

    private static void assertMessage(Runnable action, String wanted) {
        String message = assertThrows(InputException.class, action::run).getMessage();
        assertTrue(message.contains(wanted), message);
        assertEquals(1, message.lines().count(), message);
    }
}
