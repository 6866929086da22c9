#!/usr/bin/env python3
"""Writes math.json: the bits of log, log1p and erf_inv in float32 on XLA's CPU back end.

    pip install jax==0.10.2
    JAX_PLATFORMS=cpu python3 Tests/Golden/make_math_golden.py

For each function a list of arguments and a list of results, both as unsigned 32-bit patterns. The arrays are evaluated
whole: on a handful of elements XLA may take another path that differs in the last bit.
"""

import json
import os
import pathlib

os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

COUNT = 1000
rng = np.random.default_rng(20240617)


def bits(values):
    return np.asarray(values, np.float32).view(np.uint32).tolist()


def log_uniform(low, high, count):
    return 10.0 ** rng.uniform(low, high, count)


inside = np.clip(np.concatenate([rng.uniform(-1, 1, COUNT), 1 - log_uniform(-7, 0, COUNT)]), -0.99999994, 0.99999994)
cases = {
    "erfInv": (lax.erf_inv, inside),
    "log1p": (jnp.log1p, np.concatenate([rng.uniform(-0.999, 3, COUNT), log_uniform(-30, 30, COUNT)])),
    "log": (jnp.log, np.concatenate([rng.uniform(0.001, 4, COUNT), log_uniform(-37, 38, COUNT)])),
}
golden = {}
for name, (function, arguments) in cases.items():
    arguments = arguments.astype(np.float32)
    golden[name] = {"x": bits(arguments), "y": bits(jax.jit(function)(arguments))}

path = pathlib.Path(__file__).with_name("math.json")
path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
