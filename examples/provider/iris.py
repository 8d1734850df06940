"""A model of irises: what it can be asked, and what it answers. The provider runs it, and so does the enclave."""

from pathlib import Path

import onnxruntime

SPECIES = ["setosa", "versicolor", "virginica"]
# Greatest measurement that can be asked about, in millimetres.
GREATEST = 1000


class Iris:
    """An ONNX model that is ready to answer."""

    def __init__(self, model: Path | bytes):
        self.session = onnxruntime.InferenceSession(model)

    def infer(self, inference: dict) -> dict:
        """The species and each species' score in thousandths. Models take centimetres."""
        inputs = [[millimetres / 10 for millimetres in inference["measurements"]]]
        [[scores]] = self.session.run(["scores"], {"measurements": inputs})
        return {"species": SPECIES[scores.argmax()], "scores": [round(float(score) * 1000) for score in scores]}
