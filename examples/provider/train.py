"""Trains the two models that the example provider serves, and writes them as ONNX.

Both tell the species of an iris from four measurements in centimetres and answer with one score (logit) a species: a
logistic regression (iris-linear) and a network with one hidden layer (iris-mlp). The data are Fisher's, in millimetres.
Everything is deterministic, so the files in models/ are what this script writes. Run: python train.py
"""

import csv
from itertools import pairwise
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HERE = Path(__file__).parent
SPECIES = ["setosa", "versicolor", "virginica"]
MODELS = {"iris-linear": [], "iris-mlp": [8]}  # name: sizes of hidden layers


def load() -> tuple[np.ndarray, np.ndarray]:
    """Measurements in centimetres, and the species' numbers."""
    with (HERE / "iris.csv").open() as file:
        rows = list(csv.reader(file))[1:]
    inputs = np.array([[int(cell) for cell in row[:4]] for row in rows]) / 10
    return inputs, np.array([SPECIES.index(row[4]) for row in rows])


def forward(layers: list, inputs: np.ndarray) -> list[np.ndarray]:
    """Every layer's input, then the scores."""
    values = [inputs]
    for index, (weights, bias) in enumerate(layers):
        result = values[-1] @ weights + bias
        values.append(result if index == len(layers) - 1 else np.maximum(result, 0))
    return values


def train(inputs: np.ndarray, labels: np.ndarray, hidden: list[int]) -> list:
    """Full-batch gradient descent with momentum on the cross entropy. Returns each layer's weights and bias."""
    mean, spread = inputs.mean(axis=0), inputs.std(axis=0)
    scaled, target = (inputs - mean) / spread, np.eye(len(SPECIES))[labels]
    sizes = [inputs.shape[1], *hidden, len(SPECIES)]
    random = np.random.default_rng(0)
    layers = [[random.normal(0, n**-0.5, (n, m)), np.zeros(m)] for n, m in pairwise(sizes)]
    speed = [[np.zeros_like(part) for part in layer] for layer in layers]
    for _ in range(2000):
        values = forward(layers, scaled)
        odds = np.exp(values[-1] - values[-1].max(axis=1, keepdims=True))
        error = (odds / odds.sum(axis=1, keepdims=True) - target) / len(inputs)
        for index in reversed(range(len(layers))):
            weights, before = layers[index][0], values[index]
            slopes = [before.T @ error + 1e-3 * weights, error.sum(axis=0)]
            error = (error @ weights.T) * (before > 0)
            for part, slope in enumerate(slopes):
                speed[index][part] = 0.9 * speed[index][part] - 0.1 * slope
                layers[index][part] = layers[index][part] + speed[index][part]
    # The first layer takes over the scaling, so that the model takes plain centimetres.
    weights, bias = layers[0]
    layers[0] = [weights / spread[:, None], bias - (mean / spread) @ weights]
    return layers


def to_onnx(name: str, layers: list) -> onnx.ModelProto:
    """One Gemm a layer, with Relu in between."""
    nodes, parameters, value = [], [], "measurements"
    for index, (weights, bias) in enumerate(layers):
        parameters.append(numpy_helper.from_array(weights.astype(np.float32), f"weights{index}"))
        parameters.append(numpy_helper.from_array(bias.astype(np.float32), f"bias{index}"))
        last = index == len(layers) - 1
        result = "scores" if last else f"layer{index}"
        nodes.append(helper.make_node("Gemm", [value, f"weights{index}", f"bias{index}"], [result]))
        if not last:
            nodes.append(helper.make_node("Relu", [result], [f"relu{index}"]))
        value = f"relu{index}"
    graph = helper.make_graph(
        nodes,
        name,
        [helper.make_tensor_value_info("measurements", TensorProto.FLOAT, [1, 4])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, [1, len(SPECIES)])],
        parameters,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8, producer_name="assay")
    onnx.checker.check_model(model)
    return model


def main() -> None:
    """Trains and writes both models, and says how many of the data they get right."""
    inputs, labels = load()
    for name, hidden in MODELS.items():
        layers = train(inputs, labels, hidden)
        right = (forward(layers, inputs)[-1].argmax(axis=1) == labels).mean()
        path = HERE / "models" / f"{name}.onnx"
        path.parent.mkdir(exist_ok=True)
        onnx.save(to_onnx(name, layers), path)
        print(f"{path.name}: {right:.1%} right, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
