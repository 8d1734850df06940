"""Proofs by EZKL that a model gives these outputs for these inputs. One at a time, each in a process with a time-out.

Keys are kept in a cache (ASSAY_CACHE, else ~/.cache/assay), in a folder named by all that they are made from.
"""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from importlib.metadata import version
from math import prod
from pathlib import Path
from tempfile import TemporaryDirectory

from elements import element, quantised

HERE = Path(__file__).parent
PROVER = HERE / "prover.py"
# Anyone may know its secret, and forge with it: for development chains only.
SRS = HERE / "UNSAFE-test-srs-k8.bin"
# The smallest circuit of which proofs stay small: 2^8 rows, and numbers in between of at most 4 digits of 7 bits.
# Inputs and outputs are public, and the weights are part of the key: a proof for other weights does not verify.
RUN = {
    "input_visibility": "public",
    "output_visibility": "public",
    "param_visibility": "fixed",
    "input_scale": 8,
    "param_scale": 8,
    "logrows": 8,
    "decomp_base": 128,
    "decomp_legs": 4,
}
# Seconds that a proof and a set-up may take.
PROOF_TIME, SETUP_TIME = 60, 600


class ProvingError(Exception):
    """There is no proof."""


class OutOfRangeError(ProvingError):
    """The inputs are not among those that the circuit holds for."""


@dataclass(frozen=True)
class Proof:
    """A proof that EZKL has verified. Inputs and outputs are field elements."""

    inputs: list[bytes]
    outputs: list[bytes]
    proof: bytes
    seconds: float


class Circuit:
    """A model as a circuit, with its keys, for inputs of a span: least and greatest, both whole numbers."""

    def __init__(self, model: Path, span: tuple[int, int]):
        """Makes the keys unless they are in the cache: seconds."""
        self.span = span
        made_from = [version("ezkl"), RUN, span, *(sha256(file.read_bytes()).hexdigest() for file in (model, SRS))]
        name = sha256(json.dumps(made_from).encode()).hexdigest()
        cache = Path(os.environ.get("ASSAY_CACHE") or Path.home() / ".cache" / "assay") / "ezkl"
        self.folder = cache / name
        if not self.folder.exists():
            set_up(self.folder, model, span)
        settings = json.loads((self.folder / "settings.json").read_text())
        self.sizes = [prod(shape) for shape in settings["model_instance_shapes"]]
        [self.input_scale], [self.output_scale] = settings["model_input_scales"], settings["model_output_scales"]
        self._free = asyncio.Lock()

    def inputs(self, values: Sequence[Fraction]) -> list[bytes]:
        """The field elements of a model's inputs."""
        least, greatest = self.span
        if len(values) != self.sizes[0] or not all(least <= value <= greatest for value in values):
            raise OutOfRangeError(f"not {self.sizes[0]} inputs from {least} to {greatest}")
        return [element(quantised(value, self.input_scale)) for value in values]

    async def prove(self, values: Sequence[Fraction], seconds: float = PROOF_TIME) -> Proof:
        """Proves what the model gives for these inputs."""
        inputs = self.inputs(values)
        job = {"folder": str(self.folder), "srs": str(SRS), "values": [float(value) for value in values]}
        async with self._free:
            started = time.monotonic()
            result = await run_prover(job, seconds)
            taken = time.monotonic() - started
        instances = [bytes.fromhex(text) for text in result["instances"]]
        proven, outputs = instances[: len(inputs)], instances[len(inputs) :]
        if proven != inputs or len(outputs) != self.sizes[1]:
            raise ProvingError("EZKL has proven something else")
        return Proof(inputs, outputs, bytes.fromhex(result["proof"].removeprefix("0x")), taken)


def set_up(folder: Path, model: Path, span: tuple[int, int]) -> None:
    """Fills a folder of the cache, which is there as a whole or not at all."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent) as scratch:
        made = Path(scratch) / "made"
        made.mkdir()
        job = {"folder": str(made), "srs": str(SRS), "model": str(model), "run": RUN, "span": span}
        result = subprocess.run(
            [sys.executable, PROVER, "setup"],
            input=json.dumps(job).encode(),
            capture_output=True,
            env=environment(),
            timeout=SETUP_TIME,
        )
        if result.returncode != 0:
            raise ProvingError(f"no keys for {model.name}: {last_line(result.stderr)}")
        try:
            made.rename(folder)
        except OSError:
            # Somebody else has made the same meanwhile.
            if not folder.exists():
                raise


async def run_prover(job: dict, seconds: float) -> dict:
    """Runs the prover, and ends it when its time is over or nobody waits for it any more."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, PROVER, "prove", stdin=pipe, stdout=pipe, stderr=pipe, env=environment()
    )
    try:
        output, errors = await asyncio.wait_for(process.communicate(json.dumps(job).encode()), seconds)
    except TimeoutError:
        raise ProvingError(f"no proof within {seconds} s") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        raise ProvingError(f"no proof: {last_line(errors)}")
    return json.loads(output.splitlines()[-1])


def environment() -> dict[str, str]:
    """Ours without the provider's keys, which are nothing for other people's code to see."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PROVIDER_")}


def last_line(text: bytes) -> str:
    """What a program said last."""
    return text.decode(errors="replace").strip().rpartition("\n")[2]
