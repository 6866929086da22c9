#!/usr/bin/env python3
"""Python's safetensors on the other side of Adjoint's checkpoints.

    pip install safetensors==0.8.0 numpy
    python3 Tests/Golden/safetensors_peer.py write Tests/Golden/python.safetensors   the file that the tests load
    python3 Tests/Golden/safetensors_peer.py show FILE                               a file's content, as JSON

The tests call `show` and `write` where Python has the package; the committed file keeps them honest where it has not.
"""

import json
import sys

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file


def write(path):
    save_file(
        {
            "again.bias": np.array([1.5, -0.0], np.float32),
            "kernel": np.arange(6, dtype=np.float32).reshape(3, 2) / 4,
            "layers.0.scale": np.array(np.pi, np.float64),
            "count": np.array([-(2**31), 2**31 - 1], np.int32),
            "large": np.array([[-(2**63), 2**63 - 1]], np.int64),
            "rngs.key": np.array([0, 2**32 - 1], np.uint32),
            "mask": np.array([True, False, True]),
            "empty": np.zeros((2, 0), np.float32),
            "naïve \"\\\n\U0001F600": np.array([np.nan, np.inf], np.float32),
        },
        path,
        metadata={"step": "50", "adjoint.kind.kernel": "Param", "note": "a \"quoted\" line\n\U0001F600"},
    )


def show(path):
    with safe_open(path, framework="numpy") as file:
        tensors = {}
        for name in file.keys():
            value = file.get_tensor(name)
            tensors[name] = {"type": str(value.dtype), "shape": list(value.shape), "bytes": value.tobytes().hex()}
        print(json.dumps({"metadata": file.metadata(), "tensors": tensors}))


if __name__ == "__main__":
    {"write": write, "show": show}[sys.argv[1]](sys.argv[2])
