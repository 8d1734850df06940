"""Lets provider.py be imported without a chain: a configuration as register.py writes it, and keys made anew."""

import json
import os
import tempfile
from pathlib import Path

import assay

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "assay.json").read_text())
ASSET = VECTORS["token"]["address"]
PROVIDER, MODEL, CIRCUIT = ("0x" + byte * 32 for byte in ("11", "22", "33"))


def service(file: str, tier: str, price: str, anchor: str = "0x" + "00" * 32, **more: str) -> dict:
    """A service as register.py writes it."""
    name = assay.service_id(PROVIDER, MODEL, tier, anchor, ASSET)
    return {"id": name, "model": MODEL, "tier": tier, "anchor": anchor, "price": price, "file": file, **more}


CONFIG = {
    "chainId": int(VECTORS["chainId"]),
    "genesis": VECTORS["genesis"],
    "provider": PROVIDER,
    "token": VECTORS["token"],
    "services": {
        "iris-linear": service("models/iris-linear.onnx", "signed", "1000"),
        "iris-mlp": service("models/iris-mlp.onnx", "signed", "2500"),
        "iris-proven": service("models/iris-linear.onnx", "proven", "10000", CIRCUIT, cost="0xc057"),
    },
}

# Deleted when the tests end.
file = tempfile.NamedTemporaryFile("w", suffix=".json")
json.dump(CONFIG, file)
file.flush()
os.environ["PROVIDER_CONFIG"] = file.name
# Nobody listens there.
os.environ["FACILITATOR_URL"] = "http://127.0.0.1:9"
cache = tempfile.TemporaryDirectory()
os.environ["ASSAY_CACHE"] = cache.name
