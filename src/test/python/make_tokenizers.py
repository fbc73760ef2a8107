"""Writes src/test/resources/tokenizer/kinds: four small tokenizers, 2,000 texts, and the ids that transformers finds.

    pip install tokenizers transformers
    python src/test/python/make_tokenizers.py

Each of `bpe` (spaces as U+2581, unknown letters as bytes, as Gemma and mmBERT have it), `byte-level`, `unigram` (Metaspace, with bytes
too) and `word-piece` is a tokenizer.json, learnt from corpus.txt. `texts.json.gz` holds the texts, and their ids per kind. `variants.json` holds folders: a kind, fields put over its tokenizer.json,
further files, and the ids of some texts, cut to `max_length`. Learning may
give another vocabulary each time, so a tokenizer.json that is there stays as it is. Made with tokenizers 0.23 and transformers 5.24.
"""

import gzip
import json
import random
import sys
import tempfile
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import AutoTokenizer

RESOURCES = Path(__file__).parent.parent / "resources" / "tokenizer"
FOLDER = RESOURCES / "kinds"
TEXTS = 2000
BYTES = [f"<0x{b:02X}>" for b in range(256)]
BERT = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
GEMMA = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>"]

PIECES = [
    *"абвгдежзийклмнопрстуфхцчшщъыьэюяё", *"abcdefghijklmnopqrstuvwxyz", *"ABCXYZАБВЯЁ", *"0123456789", *".,;:!?-—–…«»\"'()[]{}<>/\\|@#$%^&*_+=~`№",
    " ", "  ", "   ", "\t", "\n", "\r\n", "\r", "\u00a0", "\u2003", "\u3000", "\u200b", "\u200d", "\ufeff", "\u2028", "\u0085", "\v", "\f",
    "\x00", "\x01", "\x1b", "\x7f", "\u00ad", "\u202e", "\ue000", "\ufffd", "\uffff", "\U0010ffff",
    "e\u0301", "и\u0306", "й", "é", "ñ", "n\u0303", "ё́", "\u0301", "Å", "Å", "ﬁ", "½", "Ⅷ", "²", "①", "ß", "ẞ", "İ", "ı", "ǆ", "Σ", "ς",
    "日本語", "中文", "한국어", "각", "\u1112\u1161\u11ab", "עברית", "العربية", "हिन्दी", "ไทย", "ქართული", "አማርኛ", "١٢٣",
    "🙂", "🦊", "👩‍👩‍👧", "🏳️‍🌈", "🇷🇺", "👍🏽", "\U0001f1f7", "𝔘𝔫𝔦", "𐍈", "\u2581", "\u2581the", "Ġ", "##", "##ing",
    "[MASK]", "[CLS]", "[SEP]", "[PAD]", "[UNK]", "[mask]", "[ MASK ]", "<s>", "</s>", "<mask>", "<pad>", "<unk>", "<bos>", "<eos>", "<0x41>", "<|endoftext|>",
    "the", "fox", "runs", "лиса", "бежит", "Привет", "мир", "it's", "don't", "I'M", "’ll", "3.14", "1,000,000", "2024-02-30", "https://example.org/?q=ы&x=1", "a_b@c.ru", "#тег",
]
FIXED = ["", " ", "  ", "\n", "\t \r\n", "\u00a0", "\u3000\u3000", "\x00", "\u200b", "\ufeff", "[MASK]", " [MASK] ", "[CLS][SEP]", "<mask>", " <mask>  x", "a" * 3000, "ы" * 1500, "🙂" * 300, " " * 500, "ab" * 150, "\n" * 100, "x" + "\u0301" * 200, "1" * 400, "слово " * 200]


def make_texts(corpus):
    chance = random.Random(7)
    words = corpus.split()
    texts = list(FIXED)
    while len(texts) < TEXTS:
        kind = chance.randrange(4)
        length = min(40, 1 + int(chance.expovariate(0.12)))
        if kind == 0:
            text = " ".join(chance.choice(words) for _ in range(length))
        elif kind == 1:
            text = "".join(chance.choice(PIECES) for _ in range(length))
        elif kind == 2:
            text = "".join(chance.choice([chance.choice(words), chance.choice(PIECES), " ", " "]) for _ in range(length))
        else:
            text = "".join(letter(chance) for _ in range(length))
        texts.append(text)
    return texts


def letter(chance):
    block = chance.choice([(0x00, 0x250), (0x300, 0x36F), (0x370, 0x590), (0x900, 0xE7F), (0x1E00, 0x2BFF), (0x3000, 0x30FF), (0x1F000, 0x1FAFF), (0xAC00, 0xD7A3), (0, 0x10FFFF)])
    while True:
        point = chance.randint(*block)
        if not 0xD800 <= point <= 0xDFFF:
            return chr(point)


def template(first, last, ids):
    return processors.TemplateProcessing(single=f"{first} $A {last}", pair=f"{first} $A {last} $B:1 {last}:1", special_tokens=[(first, ids(first)), (last, ids(last))])


def bpe(lines):
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Replace(" ", "\u2581")
    tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    tokenizer.decoder = decoders.Sequence([decoders.Replace("\u2581", " "), decoders.ByteFallback(), decoders.Fuse()])
    words = [word.replace("\u2581", " ") for line in lines for word in line.replace(" ", "\u2581 ").split(" ")]
    tokenizer.train_from_iterator(words, trainers.BpeTrainer(vocab_size=700, special_tokens=GEMMA + BYTES, show_progress=False))
    tokenizer = without_added(tokenizer, BYTES)
    tokenizer.add_special_tokens([AddedToken("<mask>", lstrip=True, special=True)])
    tokenizer.add_tokens([AddedToken("\n\n", normalized=False), AddedToken("\u2581\u2581", normalized=False), AddedToken("[mask]", normalized=True)])
    tokenizer.post_processor = template("<bos>", "<eos>", tokenizer.token_to_id)
    return tokenizer


def without_added(tokenizer, contents):
    """The vocabulary keeps them, but they are not looked for in a text."""
    fields = json.loads(tokenizer.to_str())
    fields["added_tokens"] = [token for token in fields["added_tokens"] if token["content"] not in contents]
    return Tokenizer.from_str(json.dumps(fields))


def byte_level(lines):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(lines, trainers.BpeTrainer(vocab_size=700, special_tokens=["|||IP_ADDRESS|||"] + BERT, initial_alphabet=alphabet, show_progress=False))
    tokenizer.add_special_tokens([AddedToken("[MASK]", lstrip=True, special=True)])
    tokenizer.add_tokens([AddedToken(" " * n, normalized=True) for n in (3, 2)])
    tokenizer.post_processor = template("[CLS]", "[SEP]", tokenizer.token_to_id)
    return tokenizer


def unigram(lines):
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    tokenizer.decoder = decoders.Sequence([decoders.Replace("\u2581", " "), decoders.ByteFallback(), decoders.Fuse()])
    tokenizer.train_from_iterator(lines, trainers.UnigramTrainer(vocab_size=600, special_tokens=GEMMA, unk_token="<unk>", show_progress=False))
    fields = json.loads(tokenizer.to_str())
    fields["model"]["vocab"] += [[token, -20.0] for token in BYTES]
    fields["model"]["byte_fallback"] = True
    tokenizer = Tokenizer.from_str(json.dumps(fields))
    tokenizer.post_processor = template("<bos>", "<eos>", tokenizer.token_to_id)
    return tokenizer


def word_piece(lines):
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.train_from_iterator(lines, trainers.WordPieceTrainer(vocab_size=600, special_tokens=BERT, show_progress=False))
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", tokenizer.token_to_id("[SEP]")), ("[CLS]", tokenizer.token_to_id("[CLS]")))
    return tokenizer


KINDS = {"bpe": bpe, "byte-level": byte_level, "unigram": unigram, "word-piece": word_piece}
CLS_SEP = {"[CLS]": {"id": "[CLS]", "ids": [3], "tokens": ["[CLS]"]}, "[SEP]": {"id": "[SEP]", "ids": [4], "tokens": ["[SEP]"]}}
SEQUENCE = {"Sequence": {"id": "A", "type_id": 0}}


def special(token):
    return {"SpecialToken": {"id": token, "type_id": 0}}


def single(*pieces, **tokens):
    return {"type": "TemplateProcessing", "single": list(pieces), "pair": list(pieces) + [{"Sequence": {"id": "B", "type_id": 1}}], "special_tokens": tokens}


def added(content, **flags):
    return {"content": content, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": False} | flags


TRUNCATION = {"direction": "Left", "max_length": 4, "strategy": "LongestFirst", "stride": 0}
PADDING = {"strategy": "BatchLongest", "direction": "Left", "pad_to_multiple_of": 8, "pad_id": 9, "pad_type_id": 0, "pad_token": "[FILL]"}
CONFIG = "tokenizer_config.json"
MAP = "special_tokens_map.json"
ADDED = "added_tokens.json"

# name, kind, fields over tokenizer.json, files
VARIANTS = [
    ("truncation_side left", "byte-level", {}, {CONFIG: {"truncation_side": "left"}}),
    ("direction left", "byte-level", {"truncation": TRUNCATION}, {CONFIG: {}}),
    ("direction left, no config", "byte-level", {"truncation": TRUNCATION}, {}),
    ("truncation_side wins", "byte-level", {"truncation": TRUNCATION}, {CONFIG: {"truncation_side": "right"}}),
    ("left, nothing around", "bpe", {"post_processor": None}, {CONFIG: {"truncation_side": "left"}}),
    ("left, only after", "byte-level", {"post_processor": single(SEQUENCE, special("[SEP]"), **CLS_SEP)}, {CONFIG: {"truncation_side": "left"}}),
    ("left, unigram", "unigram", {}, {CONFIG: {"truncation_side": "left"}}),
    ("left, three around", "word-piece", {"post_processor": single(special("[CLS]"), special("[CLS]"), SEQUENCE, special("[SEP]"), **{"[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]}, "[SEP]": {"id": "[SEP]", "ids": [3], "tokens": ["[SEP]"]}})}, {CONFIG: {"truncation_side": "left"}}),
    ("padding of the file", "byte-level", {"padding": PADDING}, {CONFIG: {}}),
    ("template without special tokens", "byte-level", {"post_processor": single(SEQUENCE)}, {}),
    ("no post-processor, add_bos_token", "byte-level", {"post_processor": None}, {CONFIG: {"add_bos_token": True, "add_eos_token": True, "add_cls_token": True, "bos_token": "[CLS]", "eos_token": "[SEP]"}}),
    ("add_bos_token false", "byte-level", {}, {CONFIG: {"add_bos_token": False, "bos_token": "[CLS]"}}),
    ("RobertaProcessing", "byte-level", {"post_processor": {"type": "RobertaProcessing", "sep": ["[SEP]", 4], "cls": ["[CLS]", 3], "trim_offsets": True, "add_prefix_space": True}}, {}),
    ("Sequence of ByteLevel and template", "byte-level", {"post_processor": {"type": "Sequence", "processors": [{"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": False, "use_regex": True}, single(special("[CLS]"), SEQUENCE, special("[SEP]"), **CLS_SEP)]}}, {}),
    ("added_tokens_decoder, other ids and flags", "byte-level", {}, {CONFIG: {"added_tokens_decoder": {"9000": added("<url>", special=True), "17": added("лиса", single_word=True), "5": added("[MASK]", special=True, rstrip=True), "800": added("Fox", normalized=True)}}}),
    ("added_tokens_decoder keeps the older files out", "byte-level", {}, {CONFIG: {"added_tokens_decoder": {"900": added("<url>")}}, MAP: {"cls_token": "<map>"}, ADDED: {"<old>": 901}}),
    ("added_tokens.json", "word-piece", {}, {CONFIG: {"cls_token": "[CLS]"}, ADDED: {"<old>": 901, "<URL>": 900, "[CLS]": 2}}),
    ("added_tokens.json, special in the map", "word-piece", {}, {CONFIG: {}, MAP: {"additional_special_tokens": ["<URL>"]}, ADDED: {"<old>": 901, "<URL>": 900}}),
    ("special_tokens_map.json names unknown ones", "byte-level", {}, {CONFIG: {"cls_token": "<cls>"}, MAP: {"cls_token": {"content": "<map>", "single_word": False, "lstrip": True, "rstrip": True, "normalized": False}, "sep_token": "<sep>"}}),
    ("additional_special_tokens", "bpe", {}, {CONFIG: {"additional_special_tokens": ["<url>", "<old>"]}}),
    ("extra_special_tokens wins", "bpe", {}, {CONFIG: {"additional_special_tokens": ["<url>"], "extra_special_tokens": ["<old>"]}}),
    ("extra_special_tokens by name", "unigram", {}, {CONFIG: {"extra_special_tokens": {"image_token": "<url>"}, "audio_token": "<old>", "mask_token": "<mask>"}}),
    ("extra and former extra in both files", "byte-level", {}, {CONFIG: {"extra_special_tokens": ["<url>"]}, MAP: {"extra_special_tokens": ["<old>", {"content": "<map>", "lstrip": True, "rstrip": False, "single_word": False, "normalized": False}]}}),
    ("named tokens with flags", "byte-level", {}, {CONFIG: {"mask_token": {"__type": "AddedToken", "content": "<mask>", "lstrip": True, "rstrip": True, "single_word": False, "normalized": False, "special": True}, "bos_token": {"__type": "AddedToken", "content": "fox", "lstrip": False, "rstrip": False, "single_word": True, "normalized": True, "special": False}}}),
    ("a named token of the vocabulary that is not added", "word-piece", {}, {CONFIG: {"bos_token": "the", "eos_token": "runs"}}),
    ("a slow class, chat noise", "byte-level", {}, {CONFIG: {"tokenizer_class": "BertTokenizer", "do_lower_case": True, "chat_template": "{% for m in messages %}{{ m }}{% endfor %}", "model_max_length": 8192, "add_prefix_space": True, "clean_up_tokenization_spaces": True, "strip_accents": None}}),
    ("former extra in one file, extra in the other", "bpe", {}, {CONFIG: {"additional_special_tokens": ["<url>"]}, MAP: {"extra_special_tokens": ["<old>"]}}),
    ("max_len", "bpe", {}, {CONFIG: {"max_len": 7}}),
    ("ids with gaps in added_tokens", "word-piece", {"added_tokens": [{"id": i} | added(t, special=True) for i, t in [(0, "[PAD]"), (1, "[UNK]"), (2, "[CLS]"), (3, "[SEP]"), (4, "[MASK]"), (9000, "<url>"), (8000, "<old>")]]}, {}),
]
VARIANT_TEXTS = ["the fox runs over <url> лиса [MASK] лисабежит  <old> x<map> y <sep> Fox foxes <URL> <mask> z.", "", "<url>", "The fox, лиса!   end"]


def encoder(folder):
    return AutoTokenizer.from_pretrained(folder)


def write(path, value):
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")


def main():
    FOLDER.mkdir(exist_ok=True)
    corpus = (RESOURCES / "corpus.txt").read_text(encoding="utf-8")
    texts = make_texts(corpus)
    ids = {}
    bases = {}
    for kind, make in KINDS.items():
        path = FOLDER / f"{kind}.json"
        if not path.exists():
            write(path, json.loads(make(corpus.splitlines()).to_str()))
        bases[kind] = json.loads(path.read_text(encoding="utf-8"))
        with tempfile.TemporaryDirectory() as folder:
            fill(Path(folder), bases[kind], {})
            encode = encoder(folder)
            ids[kind] = [encode(text)["input_ids"] for text in texts]
    golden = json.dumps({"texts": texts, "ids": ids}, separators=(",", ":"))
    (FOLDER / "texts.json.gz").write_bytes(gzip.compress(golden.encode(), mtime=0))
    write(FOLDER / "variants.json", [variant(bases, *one) for one in VARIANTS])


def fill(folder, tokenizer, files):
    write(folder / "tokenizer.json", tokenizer)
    write(folder / "config.json", {"model_type": "modernbert"})
    for name, content in files.items():
        write(folder / name, content)


def variant(bases, name, kind, fields, files):
    with tempfile.TemporaryDirectory() as folder:
        fill(Path(folder), bases[kind] | fields, files)
        encode = encoder(folder)
        cases = [{"text": text, "max_length": n, "ids": encode(text, truncation=True, max_length=n)["input_ids"]} for text in VARIANT_TEXTS for n in (5, 12, 500)]
        roles = {role: getattr(encode, f"{role}_token_id") for role in ("pad", "cls", "sep", "mask", "unk") if getattr(encode, f"{role}_token")}
        return {"name": name, "kind": kind, "fields": fields, "files": files, "roles": roles, "vocabulary_size": len(encode), "cases": cases}


if __name__ == "__main__":
    sys.exit(main())
