"""EZKL in a process of its own: it may hang or abort, and is not to take the provider with it.

Usage: python prover.py setup|prove     reads what to do as JSON, ends with one line of JSON
"""

import asyncio
import json
import sys
from itertools import product
from math import prod
from pathlib import Path
from tempfile import TemporaryDirectory

import ezkl


def witness(folder: Path, values: list[float], output: Path) -> None:
    """What the circuit computes from the values."""
    inputs = output.with_suffix(".input")
    inputs.write_text(json.dumps({"input_data": [values]}))
    ezkl.gen_witness(str(inputs), folder / "circuit.bin", output)


def prove(folder: Path, srs: str, values: list[float], output: Path) -> dict:
    """Writes a proof as EZKL does, verifies it, and returns what it says, in big-endian hex."""
    with TemporaryDirectory() as scratch:
        trace = Path(scratch) / "witness.json"
        witness(folder, values, trace)
        ezkl.prove(trace, folder / "circuit.bin", folder / "pk.key", output, srs)
    # At some sizes EZKL makes proofs that do not hold.
    if not ezkl.verify(output, folder / "settings.json", folder / "vk.key", srs):
        sys.exit("the proof does not verify")
    proof = json.loads(output.read_text())
    [instances] = proof["instances"]
    return {"instances": [bytes.fromhex(text)[::-1].hex() for text in instances], "proof": proof["hex_proof"]}


async def write_vka(folder: Path, srs: str) -> None:
    """Writes the artefact that circuits are registered from."""
    await ezkl.create_evm_vka(folder / "vk.key", folder / "settings.json", folder / "vka.bytes", srs)


def set_up(folder: Path, srs: str, model: str, run: dict, span: list[int]) -> None:
    """Makes circuit, keys and a first proof, after trying that the circuit holds for all inputs of the span."""
    arguments = ezkl.PyRunArgs()
    for name, value in run.items():
        setattr(arguments, name, value)
    ezkl.gen_settings(model, folder / "settings.json", py_run_args=arguments)
    ezkl.compile_circuit(model, folder / "circuit.bin", folder / "settings.json")
    ezkl.setup(folder / "circuit.bin", folder / "vk.key", folder / "pk.key", srs)
    asyncio.run(write_vka(folder, srs))
    # Every value inside a linear model is greatest, or least, at a corner of the inputs' range.
    size = prod(json.loads((folder / "settings.json").read_text())["model_instance_shapes"][0])
    with TemporaryDirectory() as scratch:
        trace = Path(scratch) / "witness.json"
        for corner in product(span, repeat=size):
            witness(folder, corner, trace)
            if not ezkl.mock(trace, folder / "circuit.bin"):
                sys.exit(f"the circuit does not hold for {corner}")
    prove(folder, srs, [span[1]] * size, folder / "proof.json")


def main(command: str) -> None:
    """Does one thing."""
    job = json.load(sys.stdin)
    folder = Path(job.pop("folder"))
    if command == "setup":
        result = set_up(folder, **job)
    else:
        with TemporaryDirectory() as scratch:
            result = prove(folder, output=Path(scratch) / "proof.json", **job)
    print(json.dumps(result))


if __name__ == "__main__":
    main(sys.argv[1])
