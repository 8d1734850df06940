"""Lets provider.py be imported without a chain: a configuration as register.py writes it, and keys made anew."""

import json
import os
import tempfile
from pathlib import Path

import assay
from eth_utils import keccak

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "assay.json").read_text())
ASSET = VECTORS["token"]["address"]
PROVIDER, CIRCUIT, POLICY = "0x" + "11" * 32, "0x" + "33" * 32, "0x" + "55" * 32


def service(name: str, tier: str, price: str, anchor: str = "0x" + "00" * 32, **more: str) -> dict:
    """A service as register.py writes it."""
    model = assay.hexed(keccak(name.encode()))
    terms = {"model": model, "tier": tier, "anchor": anchor, "price": price, "file": f"models/{name}.onnx"}
    return {"id": assay.service_id(PROVIDER, model, tier, anchor, ASSET), **terms, **more}


CONFIG = {
    "chainId": int(VECTORS["chainId"]),
    "genesis": VECTORS["genesis"],
    "provider": PROVIDER,
    "token": VECTORS["token"],
    "services": {
        "iris-linear": service("iris-linear", "signed", "1000"),
        "iris-mlp": service("iris-mlp", "signed", "2500"),
        "iris-attested": service("iris-linear", "attested", "4000", POLICY),
        "iris-proven": service("iris-linear", "proven", "10000", CIRCUIT, cost="0xc057"),
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
