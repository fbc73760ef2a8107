"""Writes a checkpoint with random weights and the shapes of ModernBERT-base in the published layout, for timing.

    python make_checkpoint.py OUT [--layers 22] [--data CSV] [--text COLUMN] [--vocabulary 50368] [--seed 1]

4 layers are the `slice` of the tables, 22 the `base`. The tokenizer is learnt from the CSV file's texts, so it may have fewer tokens
than the embedding.
"""
import argparse
import json
from pathlib import Path

import pandas as pd
import torch
from safetensors.torch import save_file
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import ModernBertConfig, ModernBertForMaskedLM

NEWS = Path(__file__).resolve().parent.parent / "data" / "news-sample.csv"
SPECIAL = {"cls_token": "[CLS]", "sep_token": "[SEP]", "pad_token": "[PAD]", "unk_token": "[UNK]", "mask_token": "[MASK]"}
CONFIG = dict(
    model_type="modernbert",
    hidden_size=768,
    num_attention_heads=12,
    intermediate_size=1152,
    max_position_embeddings=8192,
    local_attention=128,
    global_attn_every_n_layers=3,
    global_rope_theta=160000.0,
    local_rope_theta=10000.0,
    hidden_activation="gelu",
    norm_eps=1e-5,
    norm_bias=False,
    attention_bias=False,
    mlp_bias=False,
    embedding_dropout=0.0,
    mlp_dropout=0.0,
    attention_dropout=0.0,
    classifier_pooling="mean",
    classifier_activation="gelu",
    classifier_bias=False,
    classifier_dropout=0.0,
    decoder_bias=True,
    tie_word_embeddings=True,
    initializer_range=0.02,
    initializer_cutoff_factor=2.0,
    cls_token_id=0,
    bos_token_id=0,
    sep_token_id=1,
    eos_token_id=1,
    pad_token_id=2,
)


def learn_tokenizer(texts, vocabulary):
    """Byte-level BPE that puts a text between [CLS] and [SEP]."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = list(SPECIAL.values())
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=vocabulary, special_tokens=special, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.add_special_tokens([AddedToken(token, special=True, lstrip=token == "[MASK]") for token in special])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B [SEP]", special_tokens=[("[CLS]", 0), ("[SEP]", 1)]
    )
    return tokenizer


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--layers", type=int, default=22)
    parser.add_argument("--data", type=Path, default=NEWS)
    parser.add_argument("--text", default="text")
    parser.add_argument("--vocabulary", type=int, default=50368)
    parser.add_argument("--seed", type=int, default=1)
    o = parser.parse_args()

    texts = pd.read_csv(o.data)[o.text].dropna()
    config = {**CONFIG, "vocab_size": o.vocabulary, "num_hidden_layers": o.layers}
    torch.manual_seed(o.seed)
    weights = ModernBertForMaskedLM(ModernBertConfig(**config)).state_dict()
    del weights["decoder.weight"]  # the token embedding again

    o.out.mkdir(parents=True, exist_ok=True)
    learn_tokenizer(texts, o.vocabulary).save(str(o.out / "tokenizer.json"))
    published = {"architectures": ["ModernBertForMaskedLM"], "torch_dtype": "float32", **config}
    settings = {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 8192,
                "model_input_names": ["input_ids", "attention_mask"], **SPECIAL}  # fmt: skip
    for name, content in [("config", published), ("tokenizer_config", settings), ("special_tokens_map", SPECIAL)]:
        (o.out / f"{name}.json").write_text(json.dumps(content, indent=2) + "\n")
    save_file({name: tensor.contiguous() for name, tensor in weights.items()}, o.out / "model.safetensors", {"format": "pt"})


if __name__ == "__main__":
    main()
