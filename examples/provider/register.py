"""Registers the example provider, its bond, models, circuits and services through the command line `assay`, and writes
what provider.py needs to know. Run it as often as you like: what is registered already stays as it is.

Usage: python register.py OUTPUT
Environment: ASSAY (the command line, with its --url and --suri if need be), PROVIDER_KEY
"""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import proving
from eth_account import Account
from services import SPAN

HERE = Path(__file__).parent
ASSAY = shlex.split(os.environ.get("ASSAY", "assay"))
# Key 9 of the public test mnemonic "test test test test test test test test test test test junk".
KEY = os.environ.get("PROVIDER_KEY", "0x2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6")
# Test USD, in millionths.
ASSET, BOND = 1, 100_000_000
# Name: model, tier, price. One model is sold at two tiers.
SERVICES = {
    "iris-linear": ("iris-linear", "signed", 1_000),
    "iris-mlp": ("iris-mlp", "signed", 2_500),
    "iris-proven": ("iris-linear", "proven", 10_000),
}
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def assay(*args: str) -> dict:
    """Runs one command and returns what it prints."""
    print("assay", *args)
    return json.loads(subprocess.run([*ASSAY, "--json", *args], check=True, stdout=subprocess.PIPE).stdout)


def public_key(account: str) -> str:
    """The 32 bytes of an account that is written in SS58 with a prefix of one byte."""
    number = 0
    for letter in account:
        number = number * 58 + BASE58.index(letter)
    return "0x" + number.to_bytes(35, "big")[1:33].hex()


def register_circuit(model: str, file: Path) -> dict:
    """Registers a model's circuit and lists it as the model's."""
    keys = proving.Circuit(file, SPAN).folder
    path = str(keys / "circuit.json")
    artefacts = {"--vka": "vka.bytes", "--settings": "settings.json", "--proof": "proof.json"}
    options = [part for option, name in artefacts.items() for part in (option, str(keys / name))]
    assay("circuit", "from-ezkl", *options, "--out", path)
    assay("circuit", "register", path)
    circuit = json.loads(Path(path).read_text())
    assay("circuit", "list", model, circuit["circuit"])
    return circuit


def main(output: Path) -> None:
    """Registers everything, then writes the configuration."""
    chain = assay("chain")
    [token] = [token for token in chain["tokens"] if token["asset"] == ASSET]
    account = assay("provider", "register", "--key", f"secp256k1:{Account.from_key(KEY).address}")["id"]
    assay("provider", "bond", "--asset", str(ASSET), "--amount", str(BOND))
    services = {}
    for name, (model_name, tier, price) in SERVICES.items():
        file = f"models/{model_name}.onnx"
        model = assay("model", "register", "--name", model_name, "--file", str(HERE / file))["id"]
        terms = ["--tier", tier, "--asset", str(ASSET), "--price", str(price)]
        service = {"model": model, "tier": tier, "anchor": "0x" + bytes(32).hex(), "price": str(price), "file": file}
        if tier == "proven":
            circuit = register_circuit(model, HERE / file)
            terms += ["--anchor", circuit["circuit"]]
            service |= {"anchor": circuit["circuit"], "cost": circuit["cost"]}
        services[name] = {"id": assay("service", "register", "--model", model, *terms)["id"], **service}
    config = {key: chain[key] for key in ("chainId", "genesis")}
    config |= {"provider": public_key(account), "token": token, "services": services}
    output.write_text(json.dumps(config, indent=2) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
