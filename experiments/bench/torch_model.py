"""What the PyTorch scripts share: the classifier, the texts and their batches, and how a precision is set."""
import resource

import pandas as pd
import torch
from torch import nn


class Classifier(nn.Module):
    """A ModernBERT, one vector a text (first token, mean over the tokens, or LSTM over the padded row), dropout, a linear layer."""

    def __init__(self, bert, head, classes, dropout=0.3):
        super().__init__()
        hidden = bert.config.hidden_size
        self.bert, self.head = bert, head
        if head == "lstm":
            self.lstm = nn.LSTM(hidden, hidden, batch_first=True)
        self.dropout = nn.Dropout(dropout)
        self.fc = nn.Linear(hidden, classes)

    def forward(self, ids, mask):
        hidden = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state  # [texts, tokens, hidden]
        if self.head == "cls":
            pooled = hidden[:, 0]
        elif self.head == "mean":
            pooled = (hidden * mask.unsqueeze(-1)).sum(1) / mask.sum(1, keepdim=True)
        else:
            pooled = self.lstm(hidden)[1][0][-1]
        return self.fc(self.dropout(pooled))  # [texts, classes]


def precision(dtype, device="cpu"):
    """float32, or what PyTorch calls mixed precision: products in bfloat16, weights and optimizer in float32."""
    return torch.autocast(device, dtype=torch.bfloat16, enabled=dtype == "bfloat16")


def labelled_texts(options):
    """The rows of a CSV file that have both text and label and are not excluded, as columns text and label."""
    rows = pd.read_csv(options.data).dropna(subset=[options.text, options.label])
    rows = rows[~rows[options.label].isin(options.exclude_labels.split(","))]
    if options.frac < 1:
        rows = rows.sample(frac=options.frac, random_state=options.data_seed)
    if options.limit:
        rows = rows.iloc[: options.limit]
    return pd.DataFrame({"text": rows[options.text], "label": rows[options.label]})


def encode(tokenizer, texts, max_length):
    """The token ids of each text."""
    return tokenizer(list(texts), truncation=True, max_length=max_length)["input_ids"]


def pad(rows, pad_id, length=None):
    """Ids and mask of a batch, as long as its longest text unless a length is given."""
    length = length or max(map(len, rows))
    ids = torch.full((len(rows), length), pad_id)
    mask = torch.zeros((len(rows), length), dtype=torch.long)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = torch.tensor(row)
        mask[i, : len(row)] = 1
    return ids, mask


def peak_mib():
    """Peak resident memory of this process."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024  # Linux counts in KiB
