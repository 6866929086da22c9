#!/usr/bin/env python3
"""Writes library.json: what JAX, Flax and optax give for the draws, initialisers, functions, layers and optimisers
that Adjoint's library also has. The tests compare against it; run this again only to widen it.

    pip install jax==0.10.2 flax==0.12.8 optax==0.2.8
    JAX_PLATFORMS=cpu python3 Tests/Golden/make_library_golden.py

Floats are written as the shortest decimal that reads back as the same 32-bit number, so equality of bits can be tested.
"""

import json
import os
import pathlib
import sys

os.environ.setdefault("JAX_PLATFORMS", "cpu")

import flax
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx


def number(value):
    """The shortest decimal of a 32-bit float, as a JSON number."""
    value = np.float32(value)
    if not np.isfinite(value):
        raise ValueError(f"{value} has no JSON spelling")
    text = np.format_float_scientific(value, unique=True, trim="-")
    return RawNumber(text)


class RawNumber(float):
    def __new__(cls, text):
        self = super().__new__(cls, float(text))
        self.text = text
        return self

    def __repr__(self):
        return self.text


# json prints floats by float.__repr__, whatever the subclass says; this encoder lets the subclass speak.
class Encoder(json.JSONEncoder):
    def iterencode(self, o, _one_shot=False):
        return json.encoder._make_iterencode(
            {}, self.default, json.encoder.encode_basestring_ascii, self.indent,
            lambda value: repr(value) if isinstance(value, RawNumber) else float.__repr__(value),
            self.key_separator, self.item_separator, self.sort_keys, self.skipkeys, False)(o, 0)


def array(value):
    """A tensor: its shape and its values in row-major order."""
    value = np.asarray(value)
    flat = value.reshape(-1)
    if value.dtype == np.float32:
        values = [number(v) for v in flat]
    elif value.dtype == np.bool_:
        values = [int(v) for v in flat]
    else:
        values = [int(v) for v in flat]
    return {"shape": list(value.shape), "values": values}


def checksum(value):
    """One number that changes with any bit of the array: sum of (i + 1) * bits[i], modulo 2^32."""
    bits = np.asarray(value).reshape(-1).view(np.uint32).astype(np.uint64)
    index = np.arange(1, bits.size + 1, dtype=np.uint64)
    return int((bits * index % (1 << 32)).sum() % (1 << 32))


def key_data(key):
    return [int(w) for w in np.asarray(jax.random.key_data(key)).reshape(-1)]


def draws():
    cases = []
    for seed in [0, 1, 42, 123456789, -1, 2**32 + 5]:
        key = jax.random.key(seed)
        cases.append({
            "seed": seed,
            "key": key_data(key),
            "split3": key_data(jax.random.split(key, 3)),
            "foldIn7": key_data(jax.random.fold_in(key, 7)),
            "bits": [array(jax.random.bits(key, shape, jnp.uint32)) for shape in [(), (5,), (2, 3)]],
            "uniform": array(jax.random.uniform(key, (7,))),
            "uniformRange": array(jax.random.uniform(key, (2, 5), minval=-2.5, maxval=3.25)),
            "normal": [array(jax.random.normal(key, shape)) for shape in [(1, 2), (1, 3), (3, 5)]],
            "truncatedNormal": array(jax.random.truncated_normal(key, -2.0, 2.0, (9,))),
            "truncatedNormalSkew": array(jax.random.truncated_normal(key, -1.5, 0.75, (9,))),
            "bernoulli": array(jax.random.bernoulli(key, 0.3, (16,))),
            "randint": array(jax.random.randint(key, (12,), -3, 10)),
            "permutation": array(jax.random.permutation(key, 17)),
            "gumbel": array(jax.random.gumbel(key, (8,))),
            "categorical": array(jax.random.categorical(key, jnp.log(jnp.array([[0.1, 0.2, 0.7]] * 6)))),
            "bigUniform": checksum(jax.random.uniform(key, (5000,), minval=-0.3, maxval=1.7)),
            "bigNormal": checksum(jax.random.normal(key, (5000,))),
            "bigTruncated": checksum(jax.random.truncated_normal(key, -2.0, 2.0, (5000,))),
        })
    big = array(jax.random.permutation(jax.random.key(7), 3000))
    return {"cases": cases, "permutation3000": checksum(np.array(big["values"], np.int32))}


def initialisers():
    i = nnx.initializers
    table = {
        "zeros": i.zeros, "ones": i.ones, "constant": i.constant(0.25),
        "normal": i.normal(0.02), "truncatedNormal": i.truncated_normal(0.02), "uniform": i.uniform(0.05),
        "lecunNormal": i.lecun_normal(), "lecunUniform": i.lecun_uniform(),
        "glorotNormal": i.glorot_normal(), "glorotUniform": i.glorot_uniform(),
        "heNormal": i.he_normal(), "heUniform": i.he_uniform(),
        "embedding": nnx.nn.linear.default_embed_init,
    }
    cases = []
    for name, f in table.items():
        for seed, shape in [(0, (2, 3)), (5, (7, 4)), (11, (3, 3, 2, 5)), (3, (64, 50))]:
            if name == "embedding" and len(shape) != 2:
                continue
            value = f(jax.random.key(seed), shape, jnp.float32)
            case = {"name": name, "seed": seed, "shape": list(shape), "checksum": checksum(value)}
            if value.size < 30:
                case["values"] = array(value)["values"]
            cases.append(case)
    return cases


def functions():
    x = jnp.array([-30.0, -6.5, -3.0, -1.25, -0.5, -1e-3, 0.0, 1e-3, 0.3, 1.0, 2.5, 6.0, 7.0, 30.0], jnp.float32)
    table = {
        "relu": jax.nn.relu, "relu6": jax.nn.relu6, "leakyRelu": jax.nn.leaky_relu, "elu": jax.nn.elu,
        "celu": jax.nn.celu, "selu": jax.nn.selu, "gelu": jax.nn.gelu,
        "geluExact": lambda v: jax.nn.gelu(v, approximate=False),
        "silu": jax.nn.silu, "softplus": jax.nn.softplus, "sigmoid": jax.nn.sigmoid,
        "logSigmoid": jax.nn.log_sigmoid, "hardTanh": jax.nn.hard_tanh, "hardSigmoid": jax.nn.hard_sigmoid,
        "hardSilu": jax.nn.hard_silu, "softSign": jax.nn.soft_sign, "tanh": jnp.tanh,
    }
    pointwise = {name: {"value": array(f(x)), "gradient": array(jax.vmap(jax.grad(f))(x))} for name, f in table.items()}

    # Rows with a tie for the largest, with large numbers, and with a constant.
    m = jnp.concatenate([
        jax.random.normal(jax.random.key(3), (3, 5)) * 3,
        jnp.array([[1.0, 1.0, 0.5, 1.0, -2.0], [1000.0, 999.0, -1000.0, 0.0, 1000.5], [0.25] * 5])])
    w = jax.random.normal(jax.random.key(4), m.shape)
    rows = {}
    for name, f in {"softmax": jax.nn.softmax, "logSoftmax": jax.nn.log_softmax}.items():
        for axis in [-1, 0]:
            g = jax.grad(lambda v: (f(v, axis=axis) * w).sum())(m)
            rows[f"{name}{axis}"] = {"value": array(f(m, axis=axis)), "gradient": array(g)}
    for axis in [-1, 0]:
        v = jax.nn.logsumexp(m, axis=axis)
        c = w[:, 0] if axis == -1 else w[0]
        g = jax.grad(lambda v: (jax.nn.logsumexp(v, axis=axis) * c).sum())(m)
        rows[f"logSumExp{axis}"] = {"value": array(v), "gradient": array(g)}

    labels = jnp.array([0, 4, 2, 1, 3, 2], jnp.int32)
    loss = optax.softmax_cross_entropy_with_integer_labels
    target = jax.random.normal(jax.random.key(5), m.shape)
    small = m[:3]
    return {
        "x": array(x), "pointwise": pointwise, "matrix": array(m), "weights": array(w), "rows": rows,
        "labels": array(labels),
        "softmaxCrossEntropy": {
            "value": array(loss(m, labels)), "gradient": array(jax.grad(lambda v: loss(v, labels).mean())(m))},
        "target": array(target[:3]),
        "meanSquaredError": {
            "value": array(jnp.mean((small - target[:3]) ** 2)),
            "gradient": array(jax.grad(lambda v: jnp.mean((v - target[:3]) ** 2))(small))},
    }


def layer_case(name, model, x, arguments, seed):
    """Parameters, output, and the gradients of sum(output * weights) for parameters and input."""
    graphdef, params, rest = nnx.split(model, nnx.Param, ...)
    before = {".".join(map(str, p)): array(v[...]) for p, v in nnx.to_flat_state(params)}

    def f(params, rest, x):
        model = nnx.merge(graphdef, params, jax.tree.map(lambda a: a, rest), copy=True)
        return model(x)

    y = f(params, rest, x)
    w = jax.random.normal(jax.random.key(1000 + seed), y.shape)
    case = {"name": name, "arguments": arguments, "seed": seed, "input": array(x), "parameters": before,
            "output": array(y), "weights": array(w)}
    if x.dtype == jnp.float32:
        g, gx = jax.grad(lambda p, x: (f(p, rest, x) * w).sum(), argnums=(0, 1))(params, x)
        case["inputGradient"] = array(gx)
    else:
        g = jax.grad(lambda p: (f(p, rest, x) * w).sum())(params)
    case["gradients"] = {".".join(map(str, p)): array(v[...]) for p, v in nnx.to_flat_state(g)}
    return case


def layers():
    cases = []
    for seed, (i, o, b) in enumerate([(2, 3, 1), (5, 4, 7), (8, 1, 2)]):
        for bias in [True, False]:
            model = nnx.Linear(i, o, use_bias=bias, rngs=nnx.Rngs(seed))
            x = jax.random.normal(jax.random.key(100 + seed), (b, i))
            cases.append(layer_case("Linear", model, x, {"in": i, "out": o, "useBias": bias}, seed))
    x = jax.random.normal(jax.random.key(9), (2, 3, 4))
    cases.append(layer_case("Linear", nnx.Linear(4, 2, rngs=nnx.Rngs(9)), x, {"in": 4, "out": 2, "useBias": True}, 9))

    for seed, shape in [(0, (3,)), (1, (2, 4))]:
        ids = jax.random.randint(jax.random.key(seed), shape, 0, 5)
        cases.append(layer_case("Embed", nnx.Embed(5, 4, rngs=nnx.Rngs(seed)), ids, {"count": 5, "features": 4}, seed))

    for seed, (features, shape) in enumerate([(4, (3, 4)), (6, (2, 3, 6))]):
        for bias, scale in [(True, True), (False, True), (True, False)]:
            model = nnx.LayerNorm(features, use_bias=bias, use_scale=scale, rngs=nnx.Rngs(seed))
            x = jax.random.normal(jax.random.key(200 + seed), shape) * 2 + 1
            cases.append(layer_case(
                "LayerNorm", model, x, {"features": features, "useBias": bias, "useScale": scale}, seed))
        model = nnx.RMSNorm(features, rngs=nnx.Rngs(seed))
        cases.append(layer_case("RMSNorm", model, x, {"features": features}, seed))

    for seed in [0, 3]:
        model = nnx.Sequential(
            nnx.Linear(4, 8, rngs=(rngs := nnx.Rngs(seed))), nnx.relu, nnx.LayerNorm(8, rngs=rngs),
            nnx.Linear(8, 3, rngs=rngs))
        x = jax.random.normal(jax.random.key(300 + seed), (5, 4))
        cases.append(layer_case("Sequential", model, x, {"in": 4, "hidden": 8, "out": 3}, seed))

    dropout = []
    for seed, rate in [(0, 0.5), (1, 0.1), (2, 0.0), (3, 1.0)]:
        rngs = nnx.Rngs(seed)
        layer = nnx.Dropout(rate, rngs=rngs)
        x = jax.random.normal(jax.random.key(400 + seed), (3, 6))
        first, second = layer(x), layer(x)
        follower = nnx.Linear(2, 3, rngs=rngs)  # the fork took one key of the stream
        dropout.append({
            "seed": seed, "rate": rate, "input": array(x), "first": array(first), "second": array(second),
            "follower": array(follower.kernel[...]),
            "streamKey": key_data(layer.rngs.key[...]), "streamCount": int(layer.rngs.count[...])})
    separate = nnx.Rngs(params=4, dropout=5)
    layer = nnx.Dropout(0.4, rngs=separate)
    kernel = nnx.Linear(3, 2, rngs=separate).kernel[...]
    x = jnp.ones((2, 5))
    return {"cases": cases, "dropout": dropout,
            "separateStreams": {"kernel": array(kernel), "dropped": array(layer(x))}}


def streams():
    rngs = nnx.Rngs(3)
    taken = [key_data(rngs()), key_data(rngs.params()), key_data(rngs.dropout())]
    child = rngs.fork()
    forked = [key_data(child()), key_data(child.params())]
    taken.append(key_data(rngs()))
    both = nnx.Rngs(params=0, dropout=0)
    same = [key_data(both.params()), key_data(both.dropout()), key_data(both.params())]
    return {"taken": taken, "forked": forked, "same": same}


def optimisers():
    shapes = {"bias": (3,), "kernel": (2, 3)}
    start = {n: jax.random.normal(jax.random.key(k), s) for k, (n, s) in enumerate(sorted(shapes.items()))}

    def gradient(step):
        key = jax.random.key(500 + step)
        return {n: jax.random.normal(jax.random.fold_in(key, k), s) for k, (n, s) in enumerate(sorted(shapes.items()))}

    table = {
        "sgd": optax.sgd(0.1), "momentum": optax.sgd(0.05, momentum=0.9),
        "nesterov": optax.sgd(0.05, momentum=0.9, nesterov=True), "adam": optax.adam(1e-3),
        "adamCustom": optax.adam(0.02, b1=0.8, b2=0.95, eps=1e-5), "adamW": optax.adamw(1e-3),
        "adamWDecay": optax.adamw(0.01, weight_decay=0.05),
    }
    cases = []
    for name, rule in table.items():
        params, state, steps = start, rule.init(start), {}
        for step in range(20):
            updates, state = rule.update(gradient(step), state, params)
            params = optax.apply_updates(params, updates)
            if step + 1 in (1, 2, 5, 20):
                steps[str(step + 1)] = {n: array(v) for n, v in params.items()}
        cases.append({"name": name, "steps": steps})
    return {"start": {n: array(v) for n, v in start.items()}, "cases": cases}


def seed_program():
    model = nnx.Linear(2, 3, rngs=nnx.Rngs(0))
    x = jax.random.normal(jax.random.key(0), (1, 2))
    y = jax.random.normal(jax.random.key(1), (1, 3))
    result = {"x": array(x), "y": array(y), "kernel": array(model.kernel[...]), "steps": {}}
    for step in range(100):
        loss, grads = nnx.value_and_grad(lambda m: ((m(x) - y) ** 2).mean())(model)
        params = jax.tree.map(lambda p, g: p - 0.1 * g, nnx.state(model, nnx.Param), grads)
        nnx.update(model, params)
        if step + 1 in (1, 10, 100):
            result["steps"][str(step + 1)] = {
                "loss": number(loss), "kernel": array(model.kernel[...]), "bias": array(model.bias[...])}
    return result


def main():
    golden = {
        "versions": {
            "jax": jax.__version__, "flax": flax.__version__, "optax": optax.__version__, "numpy": np.__version__,
            "python": sys.version.split()[0]},
        "draws": draws(), "initialisers": initialisers(), "functions": functions(), "layers": layers(),
        "streams": streams(), "optimisers": optimisers(), "seed": seed_program(),
    }
    path = pathlib.Path(__file__).with_name("library.json")
    text = json.dumps(golden, cls=Encoder, sort_keys=True, separators=(",", ":"))
    # One line per top-level entry of each section keeps differences readable.
    text = text.replace('},{"', '},\n{"').replace('},"', '},\n"')
    path.write_text(text + "\n")
    print(f"{path.name}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
