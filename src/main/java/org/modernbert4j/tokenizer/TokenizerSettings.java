package org.modernbert4j.tokenizer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.modernbert4j.json.JsonFields;
import org.modernbert4j.json.JsonFile;
import org.modernbert4j.json.JsonValue;

/**
 * What a tokenizer folder says beside its vocabulary, as transformers 5 reads it for a ModernBERT.
 *
 * <p>Where tokenizer_config.json has {@code added_tokens_decoder}, special_tokens_map.json and added_tokens.json, which are older, do not
 * count. Else special_tokens_map.json wins over tokenizer_config.json.
 *
 * @param named special tokens by the names of their fields, such as {@code cls_token}
 * @param added tokens to add to those of tokenizer.json, in this order; they may be there already
 * @param modelMaxLength the longest text that the model was made for, in tokens
 * @param cutsLeft whether a text that is too long loses its beginning, not its end
 */
record TokenizerSettings(
        Map<String, AddedToken> named, List<AddedToken> added, OptionalInt modelMaxLength, boolean cutsLeft) {
    private static final String DECODER = "added_tokens_decoder";
    private static final String EXTRA = "extra_special_tokens";
    private static final String FORMER_EXTRA = "additional_special_tokens";
    private static final String PAD = "pad_token";

    /** In the order in which they are added. */
    private static final List<String> STANDARD =
            List.of("bos_token", "eos_token", "unk_token", "sep_token", PAD, "cls_token", "mask_token");

    /**
     * Reads the files of a folder.
     *
     * @param tokenizer fields of its tokenizer.json
     * @throws org.modernbert4j.InputException if a file is not JSON, or a field in it of the wrong type or not supported
     */
    static TokenizerSettings read(Path folder, JsonFields tokenizer) {
        JsonFields config = TokenizerFiles.readIfPresent(folder.resolve(TokenizerFiles.CONFIG));
        if (config.find("split_special_tokens").map(JsonValue::flag).orElse(false)) {
            throw config.error("split_special_tokens", true, "false, as special tokens are always kept whole");
        }
        boolean older = config.find(DECODER).isEmpty();
        JsonFields map =
                older ? TokenizerFiles.readIfPresent(folder.resolve(TokenizerFiles.SPECIAL_TOKENS)) : nothing();
        Map<String, AddedToken> named = named(map, config, tokenizer);
        List<AddedToken> extra = extra(map, config);
        SortedMap<Integer, AddedToken> decoder = older
                ? olderDecoder(
                        TokenizerFiles.readIfPresent(folder.resolve(TokenizerFiles.ADDED_TOKENS)),
                        tokenizer,
                        named,
                        extra)
                : decoder(config);
        Stream<AddedToken> others = extra.isEmpty() ? list(map, FORMER_EXTRA) : extra.stream();
        return new TokenizerSettings(
                named,
                added(decoder, named, others, tokenizer),
                TokenizerFiles.maxLength(config),
                cutsLeft(config, tokenizer));
    }

    private static JsonFields nothing() {
        return JsonFile.parse("{}", "no file", TokenizerFiles.REMEDY);
    }

    private static Map<String, AddedToken> named(JsonFields map, JsonFields config, JsonFields tokenizer) {
        Map<String, AddedToken> named = new LinkedHashMap<>();
        for (String name : STANDARD) {
            map.find(name)
                    .or(() -> config.find(name))
                    .or(() ->
                            name.equals(PAD) ? tokenizer.fieldsOrNone("padding").find(PAD) : Optional.empty())
                    .ifPresent(token -> named.put(name, AddedToken.special(token)));
        }
        for (JsonFields file : List.of(map, config)) {
            file.names().stream()
                    .filter(name -> name.endsWith("_token") && !STANDARD.contains(name))
                    .filter(name -> file.get(name).isText() || file.get(name).isObject())
                    .forEach(name -> named.putIfAbsent(name, AddedToken.special(file.get(name))));
        }
        for (JsonFields file : List.of(config, map)) {
            if (file.get(EXTRA).isObject()) {
                named.putAll(file.map(EXTRA, AddedToken::special));
            }
        }
        return named;
    }

    /** Special tokens without a name of their own. */
    private static List<AddedToken> extra(JsonFields map, JsonFields config) {
        JsonValue ofConfig = config.get(EXTRA);
        String name = ofConfig.isEmpty() || ofConfig.isObject() ? FORMER_EXTRA : EXTRA;
        return Stream.concat(list(config, name), list(map, EXTRA)).toList();
    }

    /** Those of a field; none where they have names there. */
    private static Stream<AddedToken> list(JsonFields file, String name) {
        JsonValue tokens = file.get(name);
        return tokens.isSet() && !tokens.isObject() ? tokens.list(AddedToken::special).stream() : Stream.empty();
    }

    private static SortedMap<Integer, AddedToken> decoder(JsonFields config) {
        SortedMap<Integer, AddedToken> decoder = new TreeMap<>();
        config.map(DECODER, token -> AddedToken.read(token.fields(), false)).forEach((id, token) -> {
            try {
                decoder.put(Integer.parseInt(id), token);
            } catch (NumberFormatException e) {
                throw config.error(DECODER, id, "ids of tokens");
            }
        });
        return decoder;
    }

    /** Those of added_tokens.json and tokenizer.json, of which the latter win. */
    private static SortedMap<Integer, AddedToken> olderDecoder(
            JsonFields addedTokens, JsonFields tokenizer, Map<String, AddedToken> named, List<AddedToken> extra) {
        Set<String> special = contents(
                Stream.concat(STANDARD.stream().filter(named::containsKey).map(named::get), extra.stream()));
        SortedMap<Integer, AddedToken> decoder = new TreeMap<>();
        for (String token : addedTokens.names()) {
            decoder.put(addedTokens.integer(token), AddedToken.of(token, special.contains(token)));
        }
        AddedToken.listed(tokenizer).forEach(token -> decoder.put(token.integer("id"), AddedToken.read(token, false)));
        return decoder;
    }

    /** What is to be added: all of the decoder, and special tokens that are not there yet. */
    private static List<AddedToken> added(
            SortedMap<Integer, AddedToken> decoder,
            Map<String, AddedToken> named,
            Stream<AddedToken> others,
            JsonFields tokenizer) {
        Set<String> special = contents(named.values().stream());
        List<AddedToken> added = new ArrayList<>();
        decoder.values().forEach(token -> added.add(special.contains(token.content()) ? token.asSpecial() : token));
        Set<String> known = contents(added.stream());
        AddedToken.listed(tokenizer).forEach(token -> known.add(token.text("content")));
        Stream.concat(named.values().stream(), others)
                .filter(token -> !known.contains(token.content()))
                .forEach(added::add);
        return added;
    }

    private static Set<String> contents(Stream<AddedToken> tokens) {
        return tokens.map(AddedToken::content).collect(Collectors.toCollection(HashSet::new));
    }

    /** tokenizer_config.json wins over tokenizer.json. */
    private static boolean cutsLeft(JsonFields config, JsonFields tokenizer) {
        return config.find("truncation_side")
                .map(side -> side.choice(List.of("right", "left"), name -> name))
                .orElseGet(() -> tokenizer
                        .fieldsOrNone("truncation")
                        .find("direction")
                        .map(JsonValue::text)
                        .orElse("right"))
                .equalsIgnoreCase("left");
    }
}
