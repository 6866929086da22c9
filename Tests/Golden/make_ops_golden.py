"""Writes ops.json: values and derivatives of the IR's ops, computed by JAX.

    JAX_PLATFORMS=cpu python3 Tests/Golden/make_ops_golden.py

Each case has an op with its attributes (or the name of a composition that the test builds), operands, results, a
cotangent for each real result, and the cotangents of the operands (null for those without one). Numbers are written as
the shortest decimal that reads back as the same number; nan and infinities are strings. Regular cases are in f64, so
that they can be compared closely; singular points, ties and special values are in f32.
"""

import json
import os
import platform

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.extend.random import threefry_2x32

jax.config.update("jax_enable_x64", True)

SEED = 20240611
rng = np.random.default_rng(SEED)
cases = []
DTYPES = {"float32": "f32", "float64": "f64", "int32": "i32", "int64": "i64", "uint32": "u32", "bool": "bool"}


def number(x):
    if isinstance(x, (bool, np.bool_)):
        return bool(x)
    if isinstance(x, (int, np.integer)):
        return int(x)
    x_ = float(x)
    if np.isnan(x_):
        return "nan"
    if np.isinf(x_):
        return "inf" if x_ > 0 else "-inf"
    if isinstance(x, np.float32):
        return float(np.format_float_scientific(x, unique=True))
    return x_


def literal(x):
    x = np.asarray(x)
    return {"dtype": DTYPES[str(x.dtype)], "shape": list(x.shape), "data": [number(v) for v in x.reshape(-1)]}


def is_real(x):
    return np.asarray(x).dtype in (np.float32, np.float64)


def case(name, op, attributes, f, *operands, tolerance=None, vjp=True, cotangents=None):
    """Records f at operands. With vjp, the cotangents of the real operands too."""
    operands = [jnp.asarray(x) for x in operands]
    results = f(*operands)
    results = list(results) if isinstance(results, (tuple, list)) else [results]
    entry = {"name": name, "op": op, "attributes": attributes, "operands": [literal(x) for x in operands],
             "results": [literal(x) for x in results]}
    real = [i for i, x in enumerate(operands) if is_real(x)]
    outputs = [i for i, x in enumerate(results) if is_real(x)]
    if vjp and real and outputs:
        def g(*xs):
            full = list(operands)
            for i, x in zip(real, xs):
                full[i] = x
            out = f(*full)
            out = list(out) if isinstance(out, (tuple, list)) else [out]
            return [out[i] for i in outputs]
        if cotangents is None:
            cotangents = [rng.uniform(0.5, 2, np.shape(results[i])).astype(results[i].dtype) for i in outputs]
        _, pull = jax.vjp(g, *[operands[i] for i in real])
        back = pull([jnp.asarray(c) for c in cotangents])
        gradients = [None] * len(operands)
        for i, x in zip(real, back):
            gradients[i] = literal(x)
        entry["cotangents"] = [literal(c) for c in cotangents]
        entry["gradients"] = gradients
    if tolerance is None:
        tolerance = 1e-13 if all(not is_real(x) or x.dtype == np.float64 for x in operands + results) else 2e-6
    entry["tolerance"] = tolerance
    cases.append(entry)


def uniform(low, high, *shape):
    return rng.uniform(low, high, shape)


SPECIAL = np.array([0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 1.5, -2.5, 3.0, 20.0, -20.0, 90.0, -104.0, np.inf, -np.inf, np.nan],
                   np.float32)
UNARY = {
    "negate": (lax.neg, -3, 3), "exp": (lax.exp, -3, 3), "expm1": (lax.expm1, -3, 3), "log": (lax.log, 0.1, 4),
    "log1p": (lax.log1p, -0.8, 4), "sqrt": (lax.sqrt, 0.1, 4), "rsqrt": (lax.rsqrt, 0.1, 4),
    "tanh": (lax.tanh, -3, 3), "logistic": (lax.logistic, -4, 4), "erf": (lax.erf, -2.5, 2.5),
    "erfInv": (lax.erf_inv, -0.95, 0.95), "sin": (lax.sin, -4, 4), "cos": (lax.cos, -4, 4), "abs": (jnp.abs, -3, 3),
    "sign": (lax.sign, -3, 3), "floor": (lax.floor, -3, 3),
}
for name, (f, low, high) in UNARY.items():
    # XLA's Float64 forms of these two are approximations that are good to about 1e-15 and 1e-12.
    case(name, name, {}, f, uniform(low, high, 2, 3), tolerance=1e-11 if name in ("erfInv", "erf") else 1e-13)
    case(name + " special", name, {}, f, SPECIAL, tolerance=4e-6)
case("abs integers", "abs", {}, jnp.abs, np.array([-3, 0, 7, -2147483648], np.int32))
case("sign integers", "sign", {}, lax.sign, np.array([-3, 0, 7], np.int32))
case("negate wraps", "negate", {}, lax.neg, np.array([1, 0, 4294967295], np.uint32))
case("not bits", "not", {}, lax.bitwise_not, np.array([1, 0, 4294967295], np.uint32))
case("not bool", "not", {}, lax.bitwise_not, np.array([True, False]))

GRID = np.array([-np.inf, -1.5, -0.0, 0.0, 1.0, 2.0, np.inf, np.nan], np.float32)
LEFT, RIGHT = (a.reshape(-1) for a in np.meshgrid(GRID, GRID, indexing="ij"))
BINARY = {
    "add": (lax.add, (-3, 3), (-3, 3)), "subtract": (lax.sub, (-3, 3), (-3, 3)), "multiply": (lax.mul, (-3, 3), (-3, 3)),
    "divide": (lax.div, (-3, 3), (0.5, 3)), "remainder": (lax.rem, (4.1, 4.9), (0.8, 0.81)),
    "power": (lax.pow, (0.2, 3), (-2, 3)), "maximum": (lax.max, (-3, 3), (-3, 3)), "minimum": (lax.min, (-3, 3), (-3, 3)),
}
for name, (f, left, right) in BINARY.items():
    case(name, name, {}, f, uniform(*left, 2, 3), uniform(*right, 2, 3))
    ones = [np.ones(LEFT.shape, np.float32)]
    case(name + " special", name, {}, f, LEFT, RIGHT, cotangents=ones, vjp=name not in ("remainder",))
case("remainder signs", "remainder", {}, lax.rem, np.array([5, -5, 5, -5], np.float32),
     np.array([3, 3, -3, -3], np.float32))
integers = np.array([7, -7, 7, -7, 5, 0, -2147483648, 2147483647], np.int32)
divisors = np.array([2, 2, -2, -2, 0, 3, -1, 1], np.int32)
for name in ("add", "subtract", "multiply", "divide", "remainder", "maximum", "minimum"):
    case(name + " integers", name, {}, BINARY[name][0], integers, divisors)
    case(name + " words", name, {}, BINARY[name][0], np.array([7, 4294967295, 0, 2147483648], np.uint32),
         np.array([9, 2, 5, 3], np.uint32))
BITS = {"and": lax.bitwise_and, "or": lax.bitwise_or, "xor": lax.bitwise_xor}
for name, f in BITS.items():
    case(name + " words", name, {}, f, np.array([0x0F0F0F0F, 0xFFFFFFFF, 5], np.uint32),
         np.array([0x00FF00FF, 0x80000000, 3], np.uint32))
    case(name + " bool", name, {}, f, np.array([True, True, False, False]), np.array([True, False, True, False]))
SHIFTS = {"shiftLeft": lax.shift_left, "shiftRightLogical": lax.shift_right_logical}
for name, f in SHIFTS.items():
    case(name + " words", name, {}, f, np.array([1, 0x80000001, 0xFFFFFFFF, 3, 3], np.uint32),
         np.array([4, 1, 31, 0, 32], np.uint32))
    case(name + " integers", name, {}, f, np.array([1, -5, -1, 3], np.int32), np.array([4, 1, 31, 0], np.int32))
COMPARE = {"equal": lax.eq, "notEqual": lax.ne, "less": lax.lt, "lessOrEqual": lax.le, "greater": lax.gt,
           "greaterOrEqual": lax.ge}
for name, f in COMPARE.items():
    case("compare " + name, "compare", {"comparison": name}, f, LEFT, RIGHT)
    case("compare integers " + name, "compare", {"comparison": name}, f, integers, divisors)
case("select", "select", {}, lax.select, np.array([True, False, True]), uniform(-1, 1, 3), uniform(-1, 1, 3))

REALS = np.array([0.0, 0.9, -0.9, 1.5, -1.5, 2.5, 3e9, -3e9, 5e9, np.inf, -np.inf, np.nan], np.float32)
for dtype in ("int32", "uint32", "bool", "float64"):
    case("convert f32 " + dtype, "convert", {"dtype": DTYPES[dtype]}, lambda x: lax.convert_element_type(x, dtype), REALS)
case("convert f64 f32", "convert", {"dtype": "f32"}, lambda x: lax.convert_element_type(x, jnp.float32),
     uniform(-2, 2, 4), tolerance=1e-7)
for dtype in ("float32", "float64", "int64", "uint32", "bool"):
    case("convert i32 " + dtype, "convert", {"dtype": DTYPES[dtype]}, lambda x: lax.convert_element_type(x, dtype),
         np.array([0, 1, -1, 16777217, 2147483647, -2147483648], np.int32))
case("convert bool f32", "convert", {"dtype": "f32"}, lambda x: lax.convert_element_type(x, jnp.float32),
     np.array([True, False]))
case("bitcast f32 u32", "bitcast", {"dtype": "u32"}, lambda x: lax.bitcast_convert_type(x, jnp.uint32),
     np.array([0.0, -0.0, 1.0, -2.5, np.inf], np.float32))
case("bitcast u32 f32", "bitcast", {"dtype": "f32"}, lambda x: lax.bitcast_convert_type(x, jnp.float32),
     np.array([0x3F800000, 0xBF000000, 0x40490FDB], np.uint32))


def threefry(k0, k1, c0, c1):
    out = [threefry_2x32(jnp.stack([a, b]), jnp.stack([c, d])) for a, b, c, d in zip(k0, k1, c0, c1)]
    return jnp.stack([o[0] for o in out]), jnp.stack([o[1] for o in out])


words = rng.integers(0, 2**32, (4, 4), dtype=np.uint32)
words[:, 0] = 0
case("threefry", "threefry", {}, threefry, *words)

# Structure.
case("iota", "iota", {"shape": [2, 3], "axis": 1, "dtype": "i32"}, lambda: lax.broadcasted_iota(jnp.int32, (2, 3), 1))
case("iota f32", "iota", {"shape": [3, 2], "axis": 0, "dtype": "f32"},
     lambda: lax.broadcasted_iota(jnp.float32, (3, 2), 0))
case("reshape", "reshape", {"shape": [3, 4]}, lambda x: lax.reshape(x, (3, 4)), uniform(-1, 1, 2, 6))
case("transpose", "transpose", {"permutation": [2, 0, 1]}, lambda x: lax.transpose(x, (2, 0, 1)), uniform(-1, 1, 2, 3, 4))
for shape, dimensions, source in (([2, 3], [], ()), ([2, 3], [0], (2,)), ([2, 3], [1], (3,)), ([2, 4, 3], [0, 2], (2, 3)),
                                  ([2, 3], [0, 1], (2, 3))):
    case(f"broadcastInDim {source} {dimensions}", "broadcastInDim", {"shape": shape, "dimensions": dimensions},
         lambda x: lax.broadcast_in_dim(x, shape, dimensions), uniform(-1, 1, *source))
case("slice", "slice", {"starts": [1, 0], "limits": [4, 5], "strides": [2, 3]},
     lambda x: lax.slice(x, (1, 0), (4, 5), (2, 3)), uniform(-1, 1, 5, 6))
case("pad", "pad", {"low": [1, 0], "high": [0, 2], "interior": [1, 0]},
     lambda x, c: lax.pad(x, c, ((1, 0, 1), (0, 2, 0))), uniform(-1, 1, 3, 2), uniform(-1, 1))
case("concatenate", "concatenate", {"axis": 1}, lambda *xs: lax.concatenate(xs, 1), uniform(-1, 1, 2, 1),
     uniform(-1, 1, 2, 3), uniform(-1, 1, 2, 2))
REDUCE = {"sum": jnp.sum, "max": jnp.max, "min": jnp.min, "product": jnp.prod}
for name, f in REDUCE.items():
    for axes in ([0], [1], [0, 2], [0, 1, 2]):
        case(f"reduce {name} {axes}", "reduce", {"reduction": name, "axes": axes},
             lambda x: f(x, axis=tuple(axes)), uniform(0.5, 2, 2, 3, 2))
ties = np.array([[1, 3, 3], [2, 2, 2], [0, -1, 5]], np.float32)
case("reduce max ties", "reduce", {"reduction": "max", "axes": [1]}, lambda x: jnp.max(x, axis=1), ties)
case("reduce min ties", "reduce", {"reduction": "min", "axes": [1]}, lambda x: jnp.min(x, axis=1), -ties)
case("reduce product zeros", "reduce", {"reduction": "product", "axes": [1]}, lambda x: jnp.prod(x, axis=1),
     np.array([[0, 2, 3], [0, 0, 5], [1, 2, 4]], np.float32))
for name in ("max", "min", "sum", "product"):
    case(f"reduce {name} integers", "reduce", {"reduction": name, "axes": [0]}, lambda x: REDUCE[name](x, axis=0).astype(x.dtype),
         np.array([[1, -5, 7], [2, 4, -6]], np.int32))
    case(f"reduce {name} nan", "reduce", {"reduction": name, "axes": [1]}, lambda x: REDUCE[name](x, axis=1),
         np.array([[1, np.nan, 2], [np.inf, 1, 2], [-np.inf, np.inf, 0]], np.float32), vjp=False)
arguments = np.array([[1, 3, 3], [np.nan, 2, np.nan], [2, np.nan, 9], [-np.inf, -np.inf, -np.inf]], np.float32)
for largest in (True, False):
    for axis in (0, 1):
        f = lax.argmax if largest else lax.argmin
        case(f"argReduce {largest} {axis}", "argReduce", {"largest": largest, "axis": axis},
             lambda x: f(x, axis, jnp.int32), arguments)

DOTS = [((2, 3), (3, 4), [1], [0], [], []), ((3, 2), (3, 4), [0], [0], [], []), ((2, 3), (4, 3), [1], [1], [], []),
        ((3,), (3,), [0], [0], [], []), ((2, 3, 4), (2, 4, 5), [2], [1], [0], [0]), ((2, 3), (4, 5), [], [], [], []),
        ((3, 2, 4, 5), (2, 5, 3, 2), [3], [1], [1], [0]), ((2, 3, 4), (4, 3, 5), [2, 1], [0, 1], [], []),
        ((2, 3), (2, 3), [], [], [0, 1], [0, 1])]
for left, right, lc, rc, lb, rb in DOTS:
    case(f"dotGeneral {left} {right} {lc} {rc}", "dotGeneral",
         {"leftContracting": lc, "rightContracting": rc, "leftBatch": lb, "rightBatch": rb},
         lambda x, y: lax.dot_general(x, y, ((lc, rc), (lb, rb))), uniform(-1, 1, *left), uniform(-1, 1, *right))


def gather_rows(table, indices):
    return jnp.take(table, jnp.clip(indices, 0, table.shape[0] - 1), axis=0)


def scatter_add_rows(table, indices, rows):
    return table.at[indices].add(rows, mode="drop", wrap_negative_indices=False)


case("gatherRows", "gatherRows", {}, gather_rows, uniform(-1, 1, 4, 3), np.array([3, 0, 3, 1], np.int32))
case("gatherRows matrix", "gatherRows", {}, gather_rows, uniform(-1, 1, 4), np.array([[2, 0], [2, 2]], np.int32))
case("gatherRows clamps", "gatherRows", {}, gather_rows, uniform(-1, 1, 3, 2), np.array([-1, 5, 1], np.int32), vjp=False)
case("gatherRows drops beyond", "gatherRows", {}, lambda t, i: t[i], uniform(-1, 1, 3, 2), np.array([5, 1, 3], np.int32))
case("scatterAddRows", "scatterAddRows", {}, scatter_add_rows, uniform(-1, 1, 4, 2), np.array([3, 0, 3], np.int32),
     uniform(-1, 1, 3, 2))
case("scatterAddRows drops beyond", "scatterAddRows", {}, scatter_add_rows, uniform(-1, 1, 3),
     np.array([[1, 7], [-1, 1]], np.int32), uniform(-1, 1, 2, 2))


# Compositions: the test builds the same from ops, under the same name.
def cross_entropy(logits, labels):
    logp = jax.nn.log_softmax(logits)
    return -jnp.mean(jnp.take_along_axis(logp, labels[:, None], 1))


def layer_norm(x, scale, bias):
    mean = jnp.mean(x, -1, keepdims=True)
    var = jnp.mean(jnp.square(x - mean), -1, keepdims=True)
    return (x - mean) * lax.rsqrt(var + 1e-6) * scale + bias


def mlp(x, w1, b1, w2, b2, y):
    h = jnp.tanh(x @ w1 + b1)
    return jnp.mean((h @ w2 + b2 - y) ** 2)


def attention(q, k, v):
    s = jnp.einsum("bqd,bkd->bqk", q, k) * 0.5
    return jnp.einsum("bqk,bkd->bqd", jax.nn.softmax(s, -1), v)


def hessian_vector(f):
    return lambda x, v: jax.jvp(jax.grad(f), (x,), (v,))[1]


def curved(x):
    return jnp.sum(jnp.tanh(x) * jnp.exp(-x * x)) + jnp.sum(x) ** 3


x = uniform(-2, 2, 3, 4)
case("relu", "composition", {}, lambda x: jnp.maximum(x, 0), x)
case("relu at 0", "composition", {}, lambda x: jnp.maximum(x, jnp.zeros((), x.dtype)),
     np.array([0.0, -0.0, 1, -1, np.nan], np.float32))
case("sigmoid times x", "composition", {}, jax.nn.silu, x)
case("gelu tanh", "composition", {}, lambda x: jax.nn.gelu(x, approximate=True), x)
case("gelu erf", "composition", {}, lambda x: jax.nn.gelu(x, approximate=False), x, tolerance=1e-11)
case("softplus", "composition", {}, lambda x: jnp.logaddexp(x, 0), x)
case("softmax", "composition", {}, jax.nn.softmax, x)
case("logSoftmax", "composition", {}, jax.nn.log_softmax, x)
case("logSumExp", "composition", {}, lambda x: jax.scipy.special.logsumexp(x, axis=-1), x)
case("cross entropy", "composition", {}, cross_entropy, x, np.array([1, 3, 0], np.int32))
case("layer norm", "composition", {}, layer_norm, x, uniform(0.5, 2, 4), uniform(-1, 1, 4), tolerance=1e-11)
case("mlp", "composition", {}, mlp, uniform(-1, 1, 4, 3), uniform(-1, 1, 3, 5), uniform(-1, 1, 5), uniform(-1, 1, 5, 2),
     uniform(-1, 1, 2), uniform(-1, 1, 4, 2))
case("attention", "composition", {}, attention, uniform(-1, 1, 2, 3, 4), uniform(-1, 1, 2, 5, 4), uniform(-1, 1, 2, 5, 2))
case("variance", "composition", {}, lambda x: jnp.mean((x - jnp.mean(x)) ** 2), x)
case("gradient of curved", "composition", {}, jax.grad(curved), uniform(-1, 1, 4), tolerance=1e-12)
case("hessian vector", "composition", {}, hessian_vector(curved), uniform(-1, 1, 4), uniform(-1, 1, 4), tolerance=1e-12)
case("third derivative", "composition", {}, jax.vmap(jax.grad(jax.grad(jax.grad(lambda x: jnp.tanh(x) * x * x)))),
     uniform(-1, 1, 4), tolerance=1e-12)

# JAX has no fused multiply-add: in f64 it differs by one rounding. Products of these f32 numbers are exact.
def multiply_add(x, y, z):
    return x * y + z


EIGHTHS = np.array([-np.inf, -1.5, -0.0, 0.0, 0.125, 2.0, np.inf, np.nan], np.float32)
X, Y, Z = (a.reshape(-1) for a in np.meshgrid(EIGHTHS, EIGHTHS, EIGHTHS, indexing="ij"))
case("fma", "fma", {}, multiply_add, uniform(-3, 3, 2, 3), uniform(-3, 3, 2, 3), uniform(-3, 3, 2, 3))
case("fma special", "fma", {}, multiply_add, X, Y, Z, cotangents=[np.ones(X.shape, np.float32)])

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "ops.json")
with open(path, "w") as file:
    header = {"jax": jax.__version__, "numpy": np.__version__, "python": platform.python_version(), "seed": SEED}
    file.write('{"versions": ' + json.dumps(header) + ',\n"cases": [\n')
    file.write(",\n".join(json.dumps(c, separators=(",", ":"), allow_nan=False) for c in cases))
    file.write("\n]}\n")
print(f"{len(cases)} cases, {os.path.getsize(path)} bytes")
