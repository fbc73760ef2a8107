"""Writes ../resources/sampling/sampling.json: what numpy, pandas and scikit-learn choose for a seed.

Made with Python 3.11, numpy 2.4, pandas 3.1, scikit-learn 1.9. Run: python make_sampling.py
"""

import hashlib
import io
import json
import pathlib

import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

OUT = pathlib.Path(__file__).parent.parent / "resources" / "sampling" / "sampling.json"

EXPERIMENT = {
    "Россия": 9622, "Мир": 8193, "Экономика": 4768, "Спорт": 3894, "Наука и техника": 3204, "Культура": 3183,
    "Бывший СССР": 3182, "Интернет и СМИ": 2643, "Из жизни": 1679, "Дом": 1315, "Силовые структуры": 1203,
    "Ценности": 460, "Бизнес": 433, "Путешествия": 418, "69-я параллель": 82, "Крым": 43, "Культпросвет": 25,
}


def permutations():
    for seed in (0, 1, 42, 123456789, 2**32 - 1):
        for size in (0, 1, 2, 3, 16, 17, 100, 700):
            yield dict(seed=seed, size=size, order=np.random.RandomState(seed).permutation(size).tolist())


def choices():
    for seed in (0, 42, 7):
        for size in (0, 1, 5, 9):
            values = [3, 1, 4, 15, 92, 65, 35, 89, 79]
            chosen = np.random.RandomState(seed).choice(values, size=size, replace=False)
            yield dict(seed=seed, values=values, chosen=chosen.tolist())


def samples():
    for size, fraction in ((10, 0.25), (10, 0.35), (10, 0.15), (6, 0.25), (14, 0.25), (2, 0.75), (100, 0.125), (33, 1.0),
                           (1000, 0.1), (7, 0.3)):
        for seed in (0, 42):
            sampled = pd.DataFrame({"x": range(size)}).sample(frac=fraction, random_state=seed)
            yield dict(size=size, fraction=fraction, seed=seed, rows=sampled.index.tolist())


def splits():
    even = [name for _ in range(10) for name in "abcde"]
    ties = list("aaabbbcccdddeeefffggg")
    skewed = ["x"] * 40 + ["y"] * 7 + ["z"] * 2 + ["w"] * 2
    astral = ["\U0001F600", "\uFFFD", "\uE000", "z", "\U00010400", "\U0001F600a"] * 5
    cyrillic = ["Ёлка", "ёлка", "Яма", "яма", "Ель", "Zebra", "ель", ""] * 3 + ["яма"] * 4
    for name, labels in (("even", even), ("ties", ties), ("skewed", skewed), ("astral", astral), ("cyrillic", cyrillic)):
        for validation in (0.2, 0.25, 0.33, 0.5):
            for seed in (0, 42, 1234):
                rows = pd.Series(labels)
                try:
                    train, test = train_test_split(rows, test_size=validation, random_state=seed, stratify=rows)
                except ValueError:
                    continue
                yield dict(name=name, labels=labels, validation=validation, seed=seed, train=train.index.tolist(),
                           test=test.index.tolist())


def experiment():
    big = [topic for topic, count in EXPERIMENT.items() for _ in range(count)]
    rows = pd.DataFrame({"topic": [big[(i * 7919) % len(big)] for i in range(len(big))]})
    sampled = rows.sample(frac=0.25, random_state=42)
    train, validation = train_test_split(sampled, test_size=0.2, random_state=42, stratify=sampled["topic"])
    parts = dict(sampled=sampled, train=train, validation=validation)
    return dict(
        rule="row i has the topic big[(i * 7919) % 44347]; big holds each topic count times, in the given order",
        counts=EXPERIMENT, labels=list(sampled["topic"].unique()),
        **{name: dict(size=len(part), sha256=digest(part.index)) for name, part in parts.items()})


COLUMNS = {
    "integers": [str(i % 12) for i in range(60)],
    "stars": [str(1 + i % 10) for i in range(60)],
    "spellings": ["1", "01", "+1", " 1", "10", "2 ", "9", "-3"] * 6,
    "reals": ["1", "1e3", "2.50", ".5", "1.", "1E16", "0.00001", "1e22", "0.1"] * 6,
    "integers with gaps": ["3", "", "12", "3", "NA", "12", "100"] * 6,
    "truths": ["TRUE", "false", "True", "False"] * 8,
    "truths with gaps": ["True", "", "False", "false"] * 8,
    "numbers and words": ["1", "01", "10", "9", "x"] * 6,
    "words": ["б", "а", "Б", "10", "9"] * 6,
    "truths and numbers": ["True", "1", "0"] * 8,
    "unsigned": ["18446744073709551615", "1", "2"] * 8,
    "beyond": ["18446744073709551616", "-5", "30"] * 8,
    "beyond with gaps": ["18446744073709551616", "", "30"] * 8,
    "signed and unsigned": ["18446744073709551615", "-1", "30"] * 8,
    "no numbers": ["1_0", "0x1", "1e", "1 2"] * 6,
    "words that are missing": ["None", "NA", "1", "2"] * 8,
}


def columns():
    """Columns of labels, as read_csv prints them after dropna, and a stratified split."""
    for name, words in COLUMNS.items():
        for keep in (False, True):
            table = "text,label\n" + "".join(f'text,"{word}"\n' for word in words)
            kept = dict(keep_default_na=False, na_values=[""]) if keep else {}
            rows = pd.read_csv(io.StringIO(table), **kept).dropna()
            train, test = train_test_split(rows, test_size=0.4, random_state=42, stratify=rows["label"])
            yield dict(name=name, words=words, keepNa=keep, rows=rows.index.tolist(),
                       labels=[str(label) for label in rows["label"]],
                       train=train.index.tolist(), test=test.index.tolist())


def digest(rows):
    return hashlib.sha256(",".join(map(str, rows)).encode()).hexdigest()


OUT.write_text(json.dumps(dict(
    permutations=list(permutations()), choices=list(choices()), samples=list(samples()), splits=list(splits()),
    columns=list(columns()), experiment=experiment()), separators=(",", ":")) + "\n")
