"""Proofs made and verified by EZKL itself, and what happens when there is none."""

import asyncio
import json
import os
from fractions import Fraction
from pathlib import Path

import elements
import ezkl
import numpy as np
import onnx
import onnxruntime
import proving
import pytest
import train
from services import SPAN

MODELS = Path(proving.__file__).parent / "models"
SETOSA = [Fraction(number, 10) for number in (51, 35, 14, 2)]


@pytest.fixture
def circuit() -> proving.Circuit:
    return proving.Circuit(MODELS / "iris-linear.onnx", SPAN)


def verifies(circuit: proving.Circuit, proof: proving.Proof, folder: Path) -> bool:
    """What EZKL says of a proof that came back from the prover."""
    instances = [element[::-1].hex() for element in proof.inputs + proof.outputs]
    whole = json.loads((circuit.folder / "proof.json").read_text())
    whole |= {"instances": [instances], "proof": list(proof.proof), "hex_proof": "0x" + proof.proof.hex()}
    whole["pretty_public_inputs"] = None
    file = folder / "proof.json"
    file.write_text(json.dumps(whole))
    try:
        return ezkl.verify(file, circuit.folder / "settings.json", circuit.folder / "vk.key", str(proving.SRS))
    except RuntimeError as error:
        assert "constraint system is not satisfied" in str(error)
        return False


def test_a_proof_is_made_and_verifies(circuit, tmp_path):
    proof = asyncio.run(circuit.prove(SETOSA))
    assert proof.inputs == [elements.element(number) for number in (1306, 896, 358, 51)]
    scores = [elements.number(output) / 2**circuit.output_scale for output in proof.outputs]
    # What onnxruntime computes, as near as 8 bits allow.
    assert scores == pytest.approx([11.56, 5.66, -17.2], abs=0.05)
    assert 0 < len(proof.proof) < 16 * 1024
    assert verifies(circuit, proof, tmp_path)


def test_a_tampered_output_does_not_verify(circuit, tmp_path):
    proof = asyncio.run(circuit.prove(SETOSA))
    better = elements.element(elements.number(proof.outputs[2]) + 10_000)
    assert not verifies(circuit, proving.Proof(proof.inputs, [*proof.outputs[:2], better], proof.proof, 0), tmp_path)


def test_a_tampered_input_does_not_verify(circuit, tmp_path):
    proof = asyncio.run(circuit.prove(SETOSA))
    other = elements.element(0)
    assert not verifies(circuit, proving.Proof([other, *proof.inputs[1:]], proof.outputs, proof.proof, 0), tmp_path)


def test_the_circuit_decides_like_the_model(circuit, tmp_path):
    session = onnxruntime.InferenceSession(MODELS / "iris-linear.onnx")
    inputs, _ = train.load()
    asked, found = tmp_path / "input.json", tmp_path / "witness.json"
    for values in inputs.tolist():
        asked.write_text(json.dumps({"input_data": [values]}))
        witness = ezkl.gen_witness(str(asked), circuit.folder / "circuit.bin", found)
        scores = [elements.number(bytes.fromhex(text)[::-1]) for text in witness["outputs"][0]]
        [[expected]] = session.run(["scores"], {"measurements": [values]})
        assert scores.index(max(scores)) == expected.argmax()


def test_a_proof_of_other_weights_does_not_verify(circuit, tmp_path):
    random = np.random.default_rng(1)
    onnx.save(train.to_onnx("other", [(random.normal(size=(4, 3)), random.normal(size=3))]), tmp_path / "other.onnx")
    other = proving.Circuit(tmp_path / "other.onnx", SPAN)
    proof = asyncio.run(other.prove(SETOSA))
    assert verifies(other, proof, tmp_path)
    assert not verifies(circuit, proof, tmp_path)


def test_both_ends_of_the_span_can_be_proven(circuit):
    for end in SPAN:
        assert len(asyncio.run(circuit.prove([Fraction(end)] * 4)).outputs) == 3


@pytest.mark.parametrize("values", [[*SETOSA[:3], 101], [*SETOSA[:3], Fraction(-1, 10)], SETOSA[:3], [*SETOSA, 1]])
def test_inputs_out_of_range_never_reach_the_prover(circuit, values, monkeypatch):
    monkeypatch.setattr(proving, "PROVER", "no prover at all")
    with pytest.raises(proving.OutOfRangeError):
        asyncio.run(circuit.prove(values))


def test_a_span_that_the_circuit_does_not_hold_for_gets_no_keys():
    with pytest.raises(proving.ProvingError, match="no keys"):
        proving.Circuit(MODELS / "iris-linear.onnx", (0, 1_000_000))


def test_keys_are_made_once_for_a_model_and_are_its_own(circuit):
    made = (circuit.folder / "vk.key").stat().st_mtime_ns
    assert proving.Circuit(MODELS / "iris-linear.onnx", SPAN).folder == circuit.folder
    assert (circuit.folder / "vk.key").stat().st_mtime_ns == made
    assert proving.Circuit(MODELS / "iris-linear.onnx", (0, 99)).folder != circuit.folder


def stand_in(monkeypatch, folder: Path, code: str) -> None:
    """Puts another program in the prover's place."""
    (folder / "prover.py").write_text(code)
    monkeypatch.setattr(proving, "PROVER", folder / "prover.py")


HANGS = "import os, time; open({!r}, 'w').write(str(os.getpid())); time.sleep(600)"


def test_a_prover_that_hangs_is_killed(circuit, tmp_path, monkeypatch):
    stand_in(monkeypatch, tmp_path, HANGS.format(str(tmp_path / "pid")))
    with pytest.raises(proving.ProvingError, match="within 2"):
        asyncio.run(circuit.prove(SETOSA, seconds=2))
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)
    monkeypatch.undo()
    assert asyncio.run(circuit.prove(SETOSA)).proof


def test_a_prover_that_nobody_waits_for_is_killed(circuit, tmp_path, monkeypatch):
    pid = tmp_path / "pid"
    stand_in(monkeypatch, tmp_path, HANGS.format(str(pid)))

    async def cancelled() -> None:
        task = asyncio.create_task(circuit.prove(SETOSA))
        while not (pid.exists() and pid.read_text()):
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


def test_one_proof_at_a_time(circuit, tmp_path, monkeypatch):
    instances = [element.hex() for element in circuit.inputs(SETOSA)] + ["00" * 32] * 3
    # Fails if another one runs.
    code = f"""
import json, os, time
os.mkdir({str(tmp_path / "running")!r})
time.sleep(0.1)
os.rmdir({str(tmp_path / "running")!r})
print(json.dumps({{"instances": {instances}, "proof": "0xab"}}))
"""
    stand_in(monkeypatch, tmp_path, code)

    async def three() -> list:
        return await asyncio.gather(*[circuit.prove(SETOSA) for _ in range(3)])

    assert [proof.proof for proof in asyncio.run(three())] == [b"\xab"] * 3


@pytest.mark.parametrize("instances", [["00" * 32] * 7, None])
def test_a_proof_about_something_else_is_not_handed_in(circuit, tmp_path, monkeypatch, instances):
    # Other inputs; the right inputs, but an output too few.
    instances = instances or [element.hex() for element in circuit.inputs(SETOSA)] + ["00" * 32] * 2
    stand_in(monkeypatch, tmp_path, f"import json; print(json.dumps({{'instances': {instances}, 'proof': '0xab'}}))")
    with pytest.raises(proving.ProvingError, match="something else"):
        asyncio.run(circuit.prove(SETOSA))


def test_a_prover_sees_no_keys(circuit, tmp_path, monkeypatch):
    monkeypatch.setenv("PROVIDER_KEY", "secret")
    stand_in(monkeypatch, tmp_path, "import os, sys; sys.exit(' '.join(os.environ))")
    with pytest.raises(proving.ProvingError) as error:
        asyncio.run(circuit.prove(SETOSA))
    assert "PATH" in str(error.value) and "PROVIDER_KEY" not in str(error.value)
