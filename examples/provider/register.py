"""Registers the example provider, its bond, models and services through the command line `assay`, and writes what
provider.py needs to know. Run it as often as you like: what is registered already stays as it is.

Usage: python register.py OUTPUT
Environment: ASSAY (the command line, with its --url and --suri if need be), PROVIDER_KEY
"""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

from eth_account import Account

HERE = Path(__file__).parent
ASSAY = shlex.split(os.environ.get("ASSAY", "assay"))
# Key 9 of the public test mnemonic "test test test test test test test test test test test junk".
KEY = os.environ.get("PROVIDER_KEY", "0x2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6")
# Test USD, in millionths.
ASSET, BOND = 1, 100_000_000
PRICES = {"iris-linear": 1_000, "iris-mlp": 2_500}


def assay(*args: str) -> dict:
    """Runs one command and returns what it prints."""
    print("assay", *args)
    return json.loads(subprocess.run([*ASSAY, "--json", *args], check=True, stdout=subprocess.PIPE).stdout)


def main(output: Path) -> None:
    """Registers everything, then writes the configuration."""
    chain = assay("chain")
    [token] = [token for token in chain["tokens"] if token["asset"] == ASSET]
    assay("provider", "register", "--key", f"secp256k1:{Account.from_key(KEY).address}")
    assay("provider", "bond", "--asset", str(ASSET), "--amount", str(BOND))
    services = {}
    for name, price in PRICES.items():
        file = f"models/{name}.onnx"
        model = assay("model", "register", "--name", name, "--file", str(HERE / file))["id"]
        terms = ["--tier", "signed", "--asset", str(ASSET), "--price", str(price)]
        service = assay("service", "register", "--model", model, *terms)["id"]
        services[name] = {"id": service, "model": model, "tier": "signed", "price": str(price), "file": file}
    config = {key: chain[key] for key in ("chainId", "genesis")} | {"token": token, "services": services}
    output.write_text(json.dumps(config, indent=2) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
