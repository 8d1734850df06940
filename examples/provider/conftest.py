"""Lets provider.py be imported without a chain: a configuration as register.py writes it."""

import json
import os
import tempfile
from pathlib import Path

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "assay.json").read_text())
CONFIG = {
    "chainId": int(VECTORS["chainId"]),
    "genesis": VECTORS["genesis"],
    "token": VECTORS["token"],
    "services": {
        name: {"id": "0x" + byte * 32, "price": price, "file": f"models/{name}.onnx"}
        for name, byte, price in (("iris-linear", "11", "1000"), ("iris-mlp", "22", "2500"))
    },
}

# Deleted when the tests end.
file = tempfile.NamedTemporaryFile("w", suffix=".json")
json.dump(CONFIG, file)
file.flush()
os.environ["PROVIDER_CONFIG"] = file.name
# Nobody listens there.
os.environ["FACILITATOR_URL"] = "http://127.0.0.1:9"
