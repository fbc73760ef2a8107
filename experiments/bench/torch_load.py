"""Times how long PyTorch needs to load a checkpoint and its tokenizer: up to where a first short text could go through the network.

    python torch_load.py DIR

Prints a JSON line: seconds of the loading, and of the imports before it. The time of the whole process is for others to measure.
"""
import json
import sys
import time

start = time.perf_counter()
import torch  # noqa: E402
from transformers import AutoModel, AutoTokenizer  # noqa: E402

imported = time.perf_counter()
model = AutoModel.from_pretrained(sys.argv[1], attn_implementation="sdpa", dtype=torch.float32).eval()
batch = AutoTokenizer.from_pretrained(sys.argv[1])(["Сборная выиграла матч"], return_tensors="pt")
ready = time.perf_counter()
print(json.dumps(dict(seconds=round(ready - imported, 3), import_seconds=round(imported - start, 3),
                      layers=model.config.num_hidden_layers, tokens=batch["input_ids"].numel())))  # fmt: skip
