package org.modernbert4j.infer;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.modernbert4j.InputException;
import org.modernbert4j.OutputFile;
import org.modernbert4j.Reason;
import org.modernbert4j.backend.Pooling;
import org.modernbert4j.checkpoint.OwnFiles;
import org.modernbert4j.data.Text;
import org.modernbert4j.json.JsonFields;
import org.modernbert4j.json.JsonFile;
import org.modernbert4j.json.JsonValue;
import org.modernbert4j.model.ModernBertConfig;

/**
 * What a folder of Python's sentence-transformers makes of texts, as {@code SentenceTransformer(folder).encode} does: {@code
 * modules.json} names an encoder, a pooling of its rows and perhaps a step that scales vectors to length 1.
 *
 * @param transformer folder of the encoder
 * @param pooling how the rows of a text become one; empty for a folder without {@code modules.json}
 * @param normalizes whether vectors are scaled to length 1
 * @param texts how texts are taken
 */
record SentenceModules(Path transformer, Optional<Pooling> pooling, boolean normalizes, TextRules texts) {
    /**
     * How texts are taken.
     *
     * @param maxLength tokens that a text is cut to; empty where the tokenizer tells
     * @param lowerCase whether texts are put into lower case
     * @param promptName what the prompt is called
     * @param prompt put before each text; may be empty
     */
    record TextRules(OptionalInt maxLength, boolean lowerCase, String promptName, String prompt) {
        /** Texts as they are. */
        static final TextRules NONE = new TextRules(OptionalInt.empty(), false, "", "");

        /** A text as the tokenizer gets it. */
        Text apply(Text text) {
            String whole = prompt + text.text();
            return new Text(text.row(), text.line(), lowerCase ? whole.toLowerCase(Locale.ROOT) : whole);
        }
    }

    private static final String PACKAGE = "sentence_transformers.";
    private static final List<String> KINDS = List.of("Transformer", "Pooling", "Normalize");
    private static final String REMEDY =
            "encode with Python's sentence-transformers, or without modules.json for the encoder alone";
    private static final double LEAST_LENGTH = 1e-12;

    /** The poolings that we have, as sentence-transformers names them. */
    private static final Map<String, Pooling> POOLINGS =
            Map.of("cls", Pooling.CLS, "mean", Pooling.MEAN, "lasttoken", Pooling.LAST_TOKEN);

    private static final String POOLING_FILE = ModernBertConfig.FILE;
    private static final String OLDER_PREFIX = "pooling_mode_";
    private static final Gson JSON = new GsonBuilder()
            .setPrettyPrinting()
            .disableHtmlEscaping()
            .serializeNulls()
            .create();

    /**
     * Reads what a folder says; a folder without {@code modules.json} is an encoder alone.
     *
     * @throws InputException if a file cannot be read, or names a module, a pooling or a setting that we do not have
     */
    static SentenceModules of(Path folder) {
        Path file = folder.resolve(OwnFiles.MODULES);
        if (!Files.exists(file)) {
            return new SentenceModules(folder, Optional.empty(), false, TextRules.NONE);
        }
        List<JsonFields> modules = JsonFile.readList(file, REMEDY, JsonValue::fields);
        for (int i = 0; i < modules.size(); i++) {
            requireKind(modules.get(i), i);
        }
        if (modules.size() < 2) {
            throw new InputException(file + ": found " + modules.size()
                    + " of the modules, expected Transformer and Pooling; " + REMEDY);
        }
        Path transformer = inside(folder, modules.get(0));
        TextRules texts = texts(folder, transformer);
        Pooling pooling = pooling(inside(folder, modules.get(1)), !texts.prompt.isEmpty());
        return new SentenceModules(transformer, Optional.of(pooling), modules.size() > 2, texts);
    }

    private static void requireKind(JsonFields module, int index) {
        String type = module.text("type");
        String kind = type.substring(type.lastIndexOf('.') + 1);
        if (index >= KINDS.size() || !type.startsWith(PACKAGE) || !kind.equals(KINDS.get(index))) {
            throw module.error(
                    "type", type, index < KINDS.size() ? KINDS.get(index) + " of sentence-transformers" : "no more");
        }
    }

    private static Path inside(Path folder, JsonFields module) {
        Path path = folder.resolve(module.text("path"));
        if (!absolute(path).startsWith(absolute(folder))) {
            throw module.error("path", module.text("path"), "a folder in that of " + OwnFiles.MODULES);
        }
        return path;
    }

    private static Path absolute(Path path) {
        return path.toAbsolutePath().normalize();
    }

    private static TextRules texts(Path folder, Path transformer) {
        JsonFields texts = JsonFile.readIfPresent(transformer.resolve(OwnFiles.SENTENCE_TEXTS), REMEDY);
        JsonFields prompts = JsonFile.readIfPresent(folder.resolve(OwnFiles.SENTENCE_PROMPTS), REMEDY);
        Optional<String> name = prompts.find("default_prompt_name").map(JsonValue::text);
        Optional<String> prompt = name.flatMap(
                found -> prompts.fieldsOrNone("prompts").find(found).map(JsonValue::text));
        return new TextRules(
                texts.optionalInteger("max_seq_length"),
                texts.flag("do_lower_case", false),
                name.orElse(""),
                prompt.orElse(""));
    }

    private static Pooling pooling(Path folder, boolean prompted) {
        JsonFields fields = JsonFile.read(folder.resolve(POOLING_FILE), REMEDY);
        if (prompted && !fields.flag("include_prompt", true)) {
            throw fields.error("include_prompt", false, "true, as every text has a prompt");
        }
        List<String> modes = modes(fields);
        return Optional.of(modes)
                .filter(found -> found.size() == 1)
                .map(found -> POOLINGS.get(found.get(0)))
                .orElseThrow(() -> fields.error(
                        "pooling_mode",
                        String.join(" and ", modes),
                        "one of " + POOLINGS.keySet().stream().sorted().toList()));
    }

    /** One field names the poolings, or in older files one for each is true; the mean where there is none. */
    private static List<String> modes(JsonFields fields) {
        Optional<JsonValue> named = fields.find("pooling_mode");
        if (named.isPresent()) {
            JsonValue modes = named.get();
            return modes.isList() ? modes.list(JsonValue::text) : List.of(modes.text());
        }
        List<String> modes = fields.names().stream()
                .filter(name -> name.startsWith(OLDER_PREFIX) && fields.flag(name, false))
                .map(name -> name.substring(OLDER_PREFIX.length()).replaceFirst("_tokens?$", ""))
                .toList();
        return modes.isEmpty() ? List.of("mean") : modes;
    }

    /**
     * Writes the files that {@link #of} reads, as all versions of sentence-transformers load them.
     *
     * @param folder of the encoder's files
     * @param hidden numbers in a row of the encoder
     * @throws InputException if a file cannot be written
     */
    void write(Path folder, int hidden) {
        List<Map<String, Object>> modules = new ArrayList<>();
        List<String> paths = List.of("", OwnFiles.SENTENCE_POOLING, "2_Normalize");
        for (int i = 0; i < (normalizes ? KINDS.size() : 2); i++) {
            modules.add(
                    fields("idx", i, "name", "" + i, "path", paths.get(i), "type", PACKAGE + "models." + KINDS.get(i)));
        }
        write(folder.resolve(OwnFiles.MODULES), modules);
        Integer most = texts.maxLength.isPresent() ? texts.maxLength.getAsInt() : null;
        write(
                folder.resolve(OwnFiles.SENTENCE_TEXTS),
                fields("max_seq_length", most, "do_lower_case", texts.lowerCase));
        boolean prompted = !texts.prompt.isEmpty();
        write(
                folder.resolve(OwnFiles.SENTENCE_PROMPTS),
                fields(
                        "prompts",
                        prompted ? Map.of(texts.promptName, texts.prompt) : Map.of(),
                        "default_prompt_name",
                        prompted ? texts.promptName : null,
                        "similarity_fn_name",
                        "cosine"));
        Pooling own = pooling.orElse(Pooling.MEAN);
        write(
                made(folder.resolve(OwnFiles.SENTENCE_POOLING)).resolve(POOLING_FILE),
                fields(
                        "word_embedding_dimension",
                        hidden,
                        "pooling_mode_cls_token",
                        own == Pooling.CLS,
                        "pooling_mode_mean_tokens",
                        own == Pooling.MEAN,
                        "pooling_mode_lasttoken",
                        own == Pooling.LAST_TOKEN));
    }

    private static Path made(Path folder) {
        try {
            return Files.createDirectory(folder);
        } catch (IOException e) {
            throw new InputException(folder + ": cannot be made (" + Reason.of(e) + "); make room", e);
        }
    }

    private static Map<String, Object> fields(Object... namesAndValues) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return fields;
    }

    private static void write(Path file, Object json) {
        OutputFile.write(file, JSON.toJson(json) + "\n", "make room");
    }

    /** What a user should know of it, one line each. */
    List<String> notes() {
        return texts.prompt.isEmpty()
                ? List.of()
                : List.of("%s: its prompt %s, \"%s\", stands before every text"
                        .formatted(transformer, texts.promptName, texts.prompt));
    }

    /** A text's vector, scaled to length 1 if the folder says so. */
    FloatBuffer scaled(FloatBuffer vector) {
        if (!normalizes) {
            return vector;
        }
        double squares = 0;
        for (int i = 0; i < vector.limit(); i++) {
            squares += (double) vector.get(i) * vector.get(i);
        }
        double length = Math.max(Math.sqrt(squares), LEAST_LENGTH);
        FloatBuffer scaled = FloatBuffer.allocate(vector.limit());
        for (int i = 0; i < vector.limit(); i++) {
            scaled.put((float) (vector.get(i) / length));
        }
        return scaled.flip();
    }
}
