"""Registers the example provider, its bond, models, policies, sessions, circuits and services through the command line
`assay`, and writes what provider.py and sessions.py need to know. Run it as often as you like: what is registered
already stays as it is.

Usage: python register.py OUTPUT     the enclave has to be running
Environment: ASSAY (the command line, with its --url and --suri if need be), PROVIDER_KEY, ENCLAVE_URL, ENCLAVE_ROOT (of
the vendor's roots, where there are several that it could be)
"""

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

import proving
from attesting import Enclave, EnclaveError
from commands import assay, public_key
from eth_account import Account
from services import SPAN
from sessions import Attestation, open_session

HERE = Path(__file__).parent
# Key 9 of the public test mnemonic "test test test test test test test test test test test junk".
KEY = os.environ.get("PROVIDER_KEY", "0x2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6")
# Test USD, in millionths.
ASSET, BOND = 1, 100_000_000
# Name: model, tier, price. One model is sold at every tier.
SERVICES = {
    "iris-linear": ("iris-linear", "signed", 1_000),
    "iris-mlp": ("iris-mlp", "signed", 2_500),
    "iris-attested": ("iris-linear", "attested", 4_000),
    "iris-proven": ("iris-linear", "proven", 10_000),
}
# How the model's owner trusts an enclave; which program, is added. The ratings are those without a known weakness.
POLICY = {"version": 1, "statuses": ["UpToDate", "Unrated"], "maxEvidenceAge": 300, "sessionSeconds": 3600}
# Whose roots evidence of a kind leads to.
AUTHORITIES = {"sgx": "intel", "tdx": "intel", "nitro": "nitro", "snp": "amd"}


def find_root(session: dict) -> str:
    """The root that the enclave's evidence leads to."""
    if root := os.environ.get("ENCLAVE_ROOT"):
        return root
    kind, simulated = session["kind"], session["simulated"]
    roots = [root for root in assay("enclave", "roots") if root["enabled"] and root["simulated"] == simulated]
    roots = [root["id"] for root in roots if root["authority"].startswith(AUTHORITIES[kind])]
    if len(roots) != 1:
        raise EnclaveError(f"{len(roots)} roots could be that of {kind}: name one in ENCLAVE_ROOT")
    return roots[0]


def register_policy(model: str, enclave: Enclave, account: str) -> Attestation:
    """Makes the policy that trusts this enclave with a model, and opens a session.

    Here the owner takes the enclave's word for what is measured of it. An owner whose word is worth something builds
    the program anew and lists what comes out.
    """
    session = enclave.session()
    with TemporaryDirectory() as scratch:
        terms = Path(scratch) / "terms.json"
        terms.write_text(json.dumps({**POLICY, "measured": [session["measurement"]]}))
        policy = assay("enclave", "policy", "create", "--model", model, "--terms", str(terms))["id"]
    wanted = Attestation(policy, account, find_root(session), POLICY["sessionSeconds"])
    open_session(enclave, wanted)
    return wanted


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
    config = {key: chain[key] for key in ("chainId", "genesis")}
    config |= {"provider": public_key(account), "token": token, "services": {}}
    for name, (model_name, tier, price) in SERVICES.items():
        file = f"models/{model_name}.onnx"
        model = assay("model", "register", "--name", model_name, "--file", str(HERE / file))["id"]
        terms = ["--tier", tier, "--asset", str(ASSET), "--price", str(price)]
        service = {"model": model, "tier": tier, "anchor": "0x" + bytes(32).hex(), "price": str(price), "file": file}
        if tier == "attested":
            attestation = register_policy(model, Enclave(), account)
            terms += ["--anchor", attestation.policy]
            service["anchor"] = attestation.policy
            config["attestation"] = asdict(attestation)
        if tier == "proven":
            circuit = register_circuit(model, HERE / file)
            terms += ["--anchor", circuit["circuit"]]
            service |= {"anchor": circuit["circuit"], "cost": circuit["cost"]}
        config["services"][name] = {"id": assay("service", "register", "--model", model, *terms)["id"], **service}
    output.write_text(json.dumps(config, indent=2) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
