"""Writes ../resources/metric/reports.json: scikit-learn's metrics and reports.

Made with Python 3.11, numpy 2.4, scikit-learn 1.9. Run: python make_reports.py
"""

import json
import pathlib

import numpy as np
from sklearn.metrics import (accuracy_score, classification_report, confusion_matrix,
                             precision_recall_fscore_support)

OUT = pathlib.Path(__file__).parent.parent / "resources" / "metric" / "reports.json"


def random(seed, size, classes, right):
    generator = np.random.RandomState(seed)
    truth = generator.randint(0, classes, size)
    predicted = np.where(generator.rand(size) < right, truth, generator.randint(0, classes, size))
    return truth, predicted


def numbered(count):
    return ["c%d" % i for i in range(count)]


def cases():
    yield "two classes", *random(0, 50, 2, 0.8), ["ham", "spam"]
    yield "cyrillic", *random(1, 300, 5, 0.7), ["Россия", "Мир", "Наука и техника", "Дом", "69-я параллель"]
    yield "astral", *random(2, 40, 3, 0.5), ["\U0001F600 smile", "\U00010400\U00010401 long enough to widen", "z"]
    yield "long names", *random(3, 60, 3, 0.4), ["a", "a name that is longer than the words below", ""]
    yield "one class", np.zeros(7, int), np.zeros(7, int), ["only"]
    yield "never predicted", np.array([0, 1, 2, 2, 1]), np.array([0, 0, 0, 0, 0]), numbered(3)
    yield "no support", np.array([0, 0, 1]), np.array([2, 0, 3]), numbered(5)
    yield "all wrong", np.array([0, 1]), np.array([1, 0]), numbered(2)
    # recalls that are multiples of 1/8 and 1/40: halves of the last digit, exact in binary or not
    for hits in range(1, 40, 2):
        eighths = min(hits, 8)
        truth = np.array([0] * 8 + [1] * 40)
        predicted = np.array([0] * eighths + [1] * (8 - eighths) + [1] * hits + [0] * (40 - hits))
        yield "halves %d" % hits, truth, predicted, numbered(2)
    for classes in (7, 8, 9, 17, 128, 150, 300):
        yield "%d classes" % classes, *random(classes, 4 * classes, classes, 0.6), numbered(classes)


def measured(name, truth, predicted, names):
    labels = list(range(len(names)))
    averages = {
        average: dict(zip(("precision", "recall", "f1"), map(float, precision_recall_fscore_support(
            truth, predicted, labels=labels, average=average, zero_division=0)[:3])))
        for average in ("macro", "weighted")}
    return dict(
        name=name, truth=truth.tolist(), predicted=predicted.tolist(), names=names,
        report=classification_report(truth, predicted, labels=labels, target_names=names, zero_division=0),
        accuracy=float(accuracy_score(truth, predicted)),
        confusion=confusion_matrix(truth, predicted, labels=labels).tolist() if len(names) < 20 else None, **averages)


OUT.write_text(json.dumps([measured(*case) for case in cases()], separators=(",", ":")) + "\n")
