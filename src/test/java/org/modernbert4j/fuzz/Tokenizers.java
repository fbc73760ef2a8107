package org.modernbert4j.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Random;

/** Sound tokenizer.json of every kind of part that the library knows, small enough that damage hits each. */
final class Tokenizers {
    private static final String VOCABULARY =
            """
            {"[UNK]": 0, "[PAD]": 1, "[CLS]": 2, "[SEP]": 3, "[MASK]": 4, "a": 5, "b": 6, "c": 7, "ab": 8, "abc": 9, "##b": 10,
             "o": 11, "O": 12, "n": 13, "e": 14, ",": 15, "3": 16, "\u0120": 17, "\u2581": 18, "<0x0A>": 19}""";

    private static final List<String> USUAL_MODELS = List.of(
            """
            {"type": "BPE", "dropout": null, "unk_token": "[UNK]", "continuing_subword_prefix": null,
             "end_of_word_suffix": null, "fuse_unk": false, "byte_fallback": true, "ignore_merges": false,
             "vocab": %s, "merges": ["a b", "ab c"]}"""
                    .formatted(VOCABULARY),
            """
            {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
             "vocab": %s}"""
                    .formatted(VOCABULARY),
            "{\"type\": \"WordLevel\", \"unk_token\": \"[UNK]\", \"vocab\": %s}".formatted(VOCABULARY));

    private static final List<String> UNUSUAL_MODELS = List.of(
            """
            {"type": "Unigram", "unk_id": 0, "byte_fallback": false,
             "vocab": [["[UNK]", 0.0], ["[PAD]", 0.0], ["a", -1.5], ["ab", -2], ["\u2581", -3], ["\u2581a", -0.1]]}""",
            """
            {"type": "BPE", "dropout": 0.1, "unk_token": null, "continuing_subword_prefix": "##", "end_of_word_suffix": "</w>",
             "fuse_unk": true, "byte_fallback": false, "vocab": %s, "merges": [["a", "##b"]]}"""
                    .formatted(VOCABULARY));

    private static final List<String> USUAL_NORMALIZERS = List.of(
            "null",
            "{\"type\": \"NFC\"}",
            "{\"type\": \"Replace\", \"pattern\": {\"String\": \" \"}, \"content\": \"_\"}",
            "{\"type\": \"Sequence\", \"normalizers\": [{\"type\": \"NFKD\"}, {\"type\": \"Lowercase\"}]}",
            """
            {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null,
             "lowercase": true}""");

    private static final List<String> UNUSUAL_NORMALIZERS = List.of(
            "{\"type\": \"Replace\", \"pattern\": {\"Regex\": \"[a-c]{1,3}|\\\\s+\"}, \"content\": \"_\"}",
            "{\"type\": \"Prepend\", \"prepend\": \"_\"}",
            "{\"type\": \"Strip\", \"strip_left\": true, \"strip_right\": false}",
            "{\"type\": \"Nmt\"}");

    private static final List<String> USUAL_PRE_TOKENIZERS = List.of(
            "null",
            "{\"type\": \"ByteLevel\", \"add_prefix_space\": true, \"trim_offsets\": true, \"use_regex\": true}",
            "{\"type\": \"Whitespace\"}",
            "{\"type\": \"BertPreTokenizer\"}",
            """
            {"type": "Sequence", "pretokenizers": [{"type": "Digits", "individual_digits": true},
             {"type": "Split", "pattern": {"String": "e"}, "behavior": "MergedWithNext", "invert": true},
             {"type": "Punctuation", "behavior": "Isolated"}]}""");

    private static final List<String> UNUSUAL_PRE_TOKENIZERS = List.of(
            "{\"type\": \"Metaspace\", \"replacement\": \"\u2581\", \"prepend_scheme\": \"always\", \"split\": true}",
            """
            {"type": "Split", "pattern": {"Regex": "(x+)?\\\\p{L}+| ?[^\\\\s]+"}, "behavior": "Isolated", "invert": false}""",
            "{\"type\": \"CharDelimiterSplit\", \"delimiter\": \",\"}",
            "{\"type\": \"UnicodeScripts\"}",
            "{\"type\": \"FixedLength\", \"length\": 3}");

    private static final List<String> USUAL_POST_PROCESSORS = List.of(
            "null",
            """
            {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}},
             {"Sequence": {"id": "A", "type_id": 0}}], "pair": [],
             "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]}}}""",
            "{\"type\": \"BertProcessing\", \"sep\": [\"[SEP]\", 3], \"cls\": [\"[CLS]\", 2]}",
            """
            {"type": "RobertaProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2], "trim_offsets": true,
             "add_prefix_space": false}""");

    private static final List<String> UNUSUAL_POST_PROCESSORS = List.of(
            """
            {"type": "TemplateProcessing", "single": [{"Sequence": {"id": "B", "type_id": 0}}], "pair": [],
             "special_tokens": {}}""",
            """
            {"type": "Sequence", "processors": [{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": false,
             "use_regex": true}]}""");

    private static final List<String> USUAL_DECODERS = List.of(
            "null",
            "{\"type\": \"ByteLevel\", \"add_prefix_space\": true, \"trim_offsets\": true, \"use_regex\": true}",
            "{\"type\": \"WordPiece\", \"prefix\": \"##\", \"cleanup\": true}",
            """
            {"type": "Sequence", "decoders": [{"type": "ByteFallback"}, {"type": "Fuse"},
             {"type": "Replace", "pattern": {"String": "_"}, "content": " "}]}""");

    private static final List<String> UNUSUAL_DECODERS = List.of(
            "{\"type\": \"Metaspace\", \"replacement\": \"\u2581\", \"prepend_scheme\": \"first\", \"split\": false}",
            "{\"type\": \"Strip\", \"content\": \" \", \"start\": 1, \"stop\": 1}",
            """
            {"type": "CTC", "pad_token": "[PAD]", "word_delimiter_token": "|", "cleanup": true}""");

    private static final List<String> ADDED = List.of(
            "[]",
            """
            [{"id": 1, "content": "[PAD]", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false,
              "special": true}]""",
            """
            [{"id": 20, "content": "two", "single_word": true, "lstrip": true, "rstrip": true, "normalized": true,
              "special": false}]""");

    private static final List<String> CUTS = List.of(
            "null", "{\"direction\": \"Right\", \"max_length\": 5, \"strategy\": \"LongestFirst\", \"stride\": 0}");

    private Tokenizers() {}

    /** One of many; half of them of usual parts only. */
    static byte[] any(Random random) {
        boolean usual = random.nextBoolean();
        return ("{\"version\": \"1.0\", \"truncation\": %s, \"padding\": null, \"added_tokens\": %s, \"normalizer\": %s,"
                        + " \"pre_tokenizer\": %s, \"post_processor\": %s, \"decoder\": %s, \"model\": %s}")
                .formatted(
                        Mutation.choice(CUTS, random),
                        Mutation.choice(ADDED, random),
                        part(USUAL_NORMALIZERS, UNUSUAL_NORMALIZERS, usual, random),
                        part(USUAL_PRE_TOKENIZERS, UNUSUAL_PRE_TOKENIZERS, usual, random),
                        part(USUAL_POST_PROCESSORS, UNUSUAL_POST_PROCESSORS, usual, random),
                        part(USUAL_DECODERS, UNUSUAL_DECODERS, usual, random),
                        part(USUAL_MODELS, UNUSUAL_MODELS, usual, random))
                .getBytes(UTF_8);
    }

    private static String part(List<String> usual, List<String> unusual, boolean isUsual, Random random) {
        return Mutation.choice(isUsual || random.nextInt(3) > 0 ? usual : unusual, random);
    }
}
