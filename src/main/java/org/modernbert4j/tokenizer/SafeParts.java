package org.modernbert4j.tokenizer;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.modernbert4j.InputException;
import org.modernbert4j.json.JsonFields;
import org.modernbert4j.json.JsonValue;

/**
 * The parts of a tokenizer.json that cannot make the native library end its process.
 *
 * <p>The library panics, and a panic ends the process, for instance at a normalizer whose pattern matches nothing, at a pattern that
 * takes too many steps, or at a template that names a token that it does not define.
 */
final class SafeParts {
    private static final Set<String> NORMALIZERS =
            Set.of("NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents", "BertNormalizer");
    private static final Set<String> PRE_TOKENIZERS =
            Set.of("ByteLevel", "BertPreTokenizer", "Whitespace", "WhitespaceSplit", "Punctuation", "Digits");
    private static final Set<String> POST_PROCESSORS = Set.of("BertProcessing", "RobertaProcessing", "ByteLevel");
    private static final Set<String> DECODERS = Set.of("ByteLevel", "WordPiece", "BPEDecoder", "ByteFallback", "Fuse");
    private static final Set<String> MODELS = Set.of("BPE", "WordPiece", "WordLevel");

    /** The list inside a sequence of parts. */
    private static final Map<String, String> LISTS = Map.of(
            "normalizer", "normalizers",
            "pre_tokenizer", "pretokenizers",
            "post_processor", "processors",
            "decoder", "decoders");

    private SafeParts() {}

    /** Whether a tokenizer consists of such parts only. */
    static boolean make(JsonFields tokenizer) {
        try {
            return model(tokenizer.fields("model"))
                    && part(tokenizer, "normalizer", one -> of(NORMALIZERS, one) || replaces(one))
                    && part(tokenizer, "pre_tokenizer", one -> of(PRE_TOKENIZERS, one) || splits(one))
                    && part(tokenizer, "post_processor", one -> of(POST_PROCESSORS, one) || template(one))
                    && part(tokenizer, "decoder", one -> of(DECODERS, one) || replaces(one));
        } catch (InputException e) {
            return false; // not built as usual
        }
    }

    private static boolean model(JsonFields model) {
        String prefix = "continuing_subword_prefix";
        return of(MODELS, model)
                && (!type(model).equals("BPE")
                        || model.find(prefix).map(JsonValue::text).orElse("").isEmpty());
    }

    /** Whether a part is absent, or one that is allowed, or a sequence of those. */
    private static boolean part(JsonFields tokenizer, String name, Predicate<JsonFields> allowed) {
        Optional<JsonFields> part = tokenizer.find(name).map(JsonValue::fields);
        if (part.isEmpty()) {
            return true;
        }
        return type(part.get()).equals("Sequence")
                ? part.get().list(LISTS.get(name), JsonValue::fields).stream().allMatch(allowed)
                : allowed.test(part.get());
    }

    private static String type(JsonFields part) {
        return part.text("type");
    }

    private static boolean of(Set<String> types, JsonFields part) {
        return types.contains(type(part));
    }

    private static boolean replaces(JsonFields part) {
        return type(part).equals("Replace") && isPlain(part.fields("pattern"));
    }

    private static boolean splits(JsonFields part) {
        return type(part).equals("Split") && isPlain(part.fields("pattern"));
    }

    private static boolean isPlain(JsonFields pattern) {
        return pattern.has("String") && !pattern.text("String").isEmpty();
    }

    /** A template for one text, {@code A}, and for special tokens that it defines. */
    private static boolean template(JsonFields part) {
        if (!type(part).equals("TemplateProcessing")) {
            return false;
        }
        JsonFields defined = part.fields("special_tokens");
        return part.list("single", JsonValue::fields).stream()
                .allMatch(piece -> piece.has("Sequence")
                        ? piece.fields("Sequence").text("id").equals("A")
                        : defined.has(piece.fields("SpecialToken").text("id")));
    }
}
