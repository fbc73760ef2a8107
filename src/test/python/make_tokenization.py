"""Writes src/test/resources/tokenizer/tokenization.json: what Hugging Face's own library makes of corpus.txt.

    pip install tokenizers transformers
    python src/test/python/make_tokenization.py

`merges` is what its trainer learns from the lines of corpus.txt; `texts` holds ids of transformers' fast tokenizer with these
merges, cut to `max_length` tokens. Made with tokenizers 0.23 and transformers 5.23.
"""

import json
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

FOLDER = Path(__file__).parent.parent / "resources" / "tokenizer"
VOCABULARY_SIZE = 600
SPECIAL = ["[CLS]", "[SEP]", "[PAD]", "[UNK]", "[MASK]"]
LENGTHS = [2, 3, 8, 1000]
TEXTS = [
    "",
    " ",
    "\n\t таб",
    "The fox runs over the hill.",
    "Лиса бежит через холм, а собака читает книгу за 100 рублей!",
    "Привет, мир! [MASK] 123",
    "[MASK]",
    "[CLS] spelled out [SEP]",
    "emoji 🙂🦊👩‍👩‍👧 и ё́, é, n̄",
    "it's we'll don't I’M",
    "\u00a0\u2003x\u3000\r\n\r\n y",
    "nul \0 end",
    "日本語テキスト ١٢٣ Ⅷ ½",
    "a" * 70,
]


def train(lines):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(
        lines,
        trainers.BpeTrainer(
            vocab_size=VOCABULARY_SIZE,
            special_tokens=SPECIAL,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    tokenizer.add_special_tokens([AddedToken(s, special=True, lstrip=s == "[MASK]") for s in SPECIAL])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 0), ("[SEP]", 1)]
    )
    return tokenizer


def main():
    tokenizer = train((FOLDER / "corpus.txt").read_text(encoding="utf-8").splitlines())
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        cls_token="[CLS]",
        sep_token="[SEP]",
        pad_token="[PAD]",
        unk_token="[UNK]",
        mask_token="[MASK]",
    )
    golden = {
        "vocabulary_size": VOCABULARY_SIZE,
        "merges": json.loads(tokenizer.to_str())["model"]["merges"],
        "texts": [
            {"text": text, "max_length": n, "ids": fast(text, truncation=True, max_length=n)["input_ids"]}
            for text in TEXTS
            for n in LENGTHS
        ],
    }
    (FOLDER / "tokenization.json").write_text(json.dumps(golden, ensure_ascii=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
