#!/usr/bin/env python3
"""Writes sweep.json: the same questions as the other two scripts, over many more seeds, shapes and steps, each answer
as one checksum where bits must agree, and as numbers where rounding may differ.

    pip install jax==0.10.2 flax==0.12.8 optax==0.2.8
    JAX_PLATFORMS=cpu python3 Tests/Golden/make_sweep_golden.py
"""

import pathlib
import sys

from make_library_golden import Encoder, array, number

import flax
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx

from make_state_golden import SCHEDULES, follow, gradient, in_double, not_bias

SEEDS = list(range(56)) + [
    -1, -(2**31), 2**31 - 1, 2**31, 2**32 - 1, 2**32 + 5, 123456789, 987654321]
SHAPES = [(), (1,), (2,), (7,), (8,), (9,), (3, 5), (2, 3, 4), (1, 1, 9), (0,), (3, 0), (257,), (1000,)]
RANGES = [(0, 1), (-3, 10), (0, 256), (5, 70000), (-1, 1), (0, 2**31 - 1), (-(2**31), 2**31 - 1), (7, 7)]
BOUNDS = [(-2.0, 2.0), (-0.5, 3.0), (1.0, 4.0), (0.3, 0.31), (-5.29, 5.3), (-8.0, -1.1)]
COUNTS = [1, 2, 5, 64, 200]


class Sum:
    """One number that changes with any bit and the order of what is added: sum of (i + 1) * word[i], modulo 2^32."""

    def __init__(self):
        self.total, self.count = 0, 0

    def add(self, value):
        value = np.asarray(value).reshape(-1)
        if value.dtype == np.float32:
            # 0 and -0 count as one.
            words = (value + np.float32(0)).view(np.uint32).astype(np.uint64)
        else:
            words = value.astype(np.int64).astype(np.uint64) & np.uint64(0xFFFFFFFF)
        index = np.arange(self.count + 1, self.count + 1 + words.size, dtype=np.uint64)
        self.total = (self.total + int((words * index % (1 << 32)).sum())) % (1 << 32)
        self.count += words.size


def checksum(values):
    sum = Sum()
    for value in values:
        sum.add(value)
    return sum.total


def data(keys):
    return jax.random.key_data(keys)


LOGITS = [((4, 6), 2.0), ((1, 3), 1.0), ((2, 3, 5), 4.0)]

DRAWS = {
    "key": lambda key: [data(key)],
    "split": lambda key: [data(jax.random.split(key, count)) for count in (1, 2, 5, 17)],
    "foldIn": lambda key: [data(jax.random.fold_in(key, n)) for n in (0, 1, 7, 2**31, 2**32 - 1)],
    "bits": lambda key: [jax.random.bits(key, shape, jnp.uint32) for shape in SHAPES],
    "uniform": lambda key: [jax.random.uniform(key, shape) for shape in SHAPES],
    "uniformRange": lambda key: [
        jax.random.uniform(key, shape, minval=low, maxval=high)
        for shape in SHAPES for low, high in ((-1.0, 1.0), (-2.5, 3.25), (0.001, 1000.0), (-0.3, 0.7))],
    "normal": lambda key: [jax.random.normal(key, shape) for shape in SHAPES],
    "truncatedNormal": lambda key: [
        jax.random.truncated_normal(key, low, high, shape)
        for shape in SHAPES for low, high in BOUNDS],
    "bernoulli": lambda key: [
        jax.random.bernoulli(key, p, shape) for shape in SHAPES for p in (0.0, 0.3, 0.5, 0.999, 1.0)],
    "randint": lambda key: [jax.random.randint(key, shape, low, high) for shape in SHAPES for low, high in RANGES],
    "permutation": lambda key: [jax.random.permutation(key, count) for count in COUNTS],
    "permutationRows": lambda key: [
        jax.random.permutation(key, jnp.arange(count * 3, dtype=jnp.int32).reshape(count, 3)) for count in (1, 2, 9)],
    "gumbel": lambda key: [jax.random.gumbel(key, shape) for shape in SHAPES],
    "exponential": lambda key: [jax.random.exponential(key, shape) for shape in SHAPES],
    "rademacher": lambda key: [jax.random.rademacher(key, shape, dtype=jnp.int32) for shape in SHAPES],
    "categorical": lambda key: [
        jax.random.categorical(jax.random.fold_in(key, index), jax.random.normal(key, shape) * scale, axis=axis)
        for index, (shape, scale) in enumerate(LOGITS) for axis in (-1, 0)],
    "choice": lambda key: [
        jax.random.choice(key, count, shape) for count in (1, 10, 1000) for shape in ((), (5,), (2, 3))],
    "choiceOnce": lambda key: [jax.random.choice(key, count, (count,), replace=False) for count in (1, 5, 33)],
    "choiceWeighted": lambda key: [
        jax.random.choice(key, 8, (9,), p=jnp.array([0, 1, 2, 3, 4, 0, 5, 1], jnp.float32) / 16)],
    "choiceWeightedOnce": lambda key: [
        jax.random.choice(key, 8, (4,), replace=False, p=jnp.array([1, 1, 2, 3, 4, 1, 5, 1], jnp.float32) / 18)],
}


def draws():
    """For each sort of draw one checksum a seed."""
    return {
        "seeds": SEEDS,
        "sums": {name: [checksum(draw(jax.random.key(seed))) for seed in SEEDS] for name, draw in DRAWS.items()}}


I = nnx.initializers
INITIALISERS = {
    "normal": I.normal(), "normalLarge": I.normal(1.5), "truncatedNormal": I.truncated_normal(),
    "truncatedNormalUneven": I.truncated_normal(0.5, lower=-1.0, upper=3.0), "uniform": I.uniform(),
    "uniformLarge": I.uniform(3.0), "lecunNormal": I.lecun_normal(), "lecunUniform": I.lecun_uniform(),
    "glorotNormal": I.glorot_normal(), "glorotUniform": I.glorot_uniform(), "heNormal": I.he_normal(),
    "heUniform": I.he_uniform(), "zeros": I.zeros, "ones": I.ones, "constant": I.constant(0.1),
} | {
    f"{distribution} {mode} {scale}": I.variance_scaling(scale, mode, distribution)
    for distribution in ("normal", "truncated_normal", "uniform")
    for mode in ("fan_in", "fan_out", "fan_avg", "fan_geo_avg") for scale in (0.3, 1.0, 2.0)
}
KERNELS = [(2, 3), (1, 1), (7, 4), (64, 50), (5, 6, 7), (3, 3, 2, 5), (1, 2, 2, 3, 1)]


def initialisers():
    """For each initialiser one checksum a seed, over all shapes; orthogonal ones as numbers."""
    seeds = SEEDS[:12] + SEEDS[-2:]
    sums = {
        name: [checksum(f(jax.random.key(seed), shape, jnp.float32) for shape in KERNELS) for seed in seeds]
        for name, f in INITIALISERS.items()}
    sums["embedding"] = [
        checksum(nnx.nn.linear.default_embed_init(jax.random.key(seed), shape, jnp.float32) for shape in KERNELS[:4])
        for seed in seeds]
    orthogonal = [
        {"seed": seed, "scale": scale, "axis": axis, "value": array(
            I.orthogonal(scale, axis)(jax.random.key(seed), shape, jnp.float32))}
        for seed, shape, scale, axis in [
            (0, (3, 3), 1.0, -1), (1, (5, 2), 1.0, -1), (2, (2, 5), 0.5, -1), (3, (4, 3), 1.0, 0), (4, (2, 3, 4), 2.0, -1),
            (5, (8, 8), 1.0, -1), (6, (3, 2, 4), 1.0, 1), (7, (1, 1), 1.0, -1)]]
    delta = [
        {"seed": seed, "scale": 1.5, "value": array(I.delta_orthogonal(1.5)(jax.random.key(seed), shape, jnp.float32))}
        for seed, shape in [(0, (3, 2, 4)), (1, (3, 4, 3, 3)), (2, (2, 3, 1, 2, 2))]]
    return {"seeds": seeds, "sums": sums, "orthogonal": orthogonal, "delta": delta}


# Rules whose errors would show in many steps, or in the first ones: decays close to 1, where 1 - decay^t is a small
# difference.
RULES = {
    "sgd": lambda: optax.sgd(0.01), "momentum": lambda: optax.sgd(0.01, momentum=0.99),
    "nesterov": lambda: optax.sgd(0.01, momentum=0.95, nesterov=True), "adam": lambda: optax.adam(1e-3),
    "adamSlow": lambda: optax.adam(1e-2, b1=0.9999, b2=0.999999, eps=1e-6),
    "adamCoarse": lambda: optax.adam(1e-2, b1=0.5, b2=0.8, eps=1e-2),
    "adamW": lambda: optax.adamw(SCHEDULES["exponential"], b2=0.99, weight_decay=0.2, mask=not_bias),
    "adagrad": lambda: optax.adagrad(0.05, initial_accumulator_value=0.5, eps=1e-3),
    "rmsprop": lambda: optax.rmsprop(1e-3, decay=0.99, eps=1e-6),
    "rmspropCentered": lambda: optax.rmsprop(1e-3, decay=0.95, centered=True, momentum=0.8, initial_scale=0.1),
    "lion": lambda: optax.lion(1e-3, b1=0.95, b2=0.98, weight_decay=0.01),
    "lamb": lambda: optax.lamb(1e-2, b1=0.8, b2=0.99, eps=1e-4, weight_decay=0.01),
    "adafactor": lambda: optax.adafactor(0.01, min_dim_size_to_factor=2, decay_rate=0.9, clipping_threshold=2.0),
    "clipValue": lambda: optax.chain(optax.clip(0.1), optax.adam(1e-2)),
    "clipGlobal": lambda: optax.chain(optax.clip_by_global_norm(0.1), optax.sgd(0.1, momentum=0.9)),
    "multiSteps": lambda: optax.MultiSteps(optax.adamw(1e-2, weight_decay=0.1), 7).gradient_transformation(),
}
LONG = (1, 2, 3, 10, 100, 400)


def trajectories():
    cases = []
    for seed in (11, 12):
        start = gradient(seed, 999)
        gradients = [gradient(seed, step) for step in range(LONG[-1])]
        for name, rule in RULES.items():
            steps = in_double(lambda: follow(rule(), start, gradients, LONG))()
            cases.append({"name": name, "seed": seed, "steps": steps})
    return {"cases": cases}


@in_double
def late_schedules():
    steps = [100, 4097, 65537, 1000003, 2**24 + 1, 2**31 - 1]
    return {"steps": steps, "values": {
        name: [number(schedule(jnp.int64(step))) for step in steps] for name, schedule in SCHEDULES.items()}}


def averages():
    """Averages of parameters that take a random walk."""
    cases = []
    for seed, decay in enumerate((0.0, 0.5, 0.9, 0.999, 1.0)):
        model = nnx.Linear(3, 4, rngs=nnx.Rngs(seed))
        average = nnx.EMA(model, decay)
        for step in range(60):
            key = jax.random.fold_in(jax.random.key(100 + seed), step)
            model.kernel[...] = model.kernel[...] + jax.random.normal(key, (3, 4))
            model.bias[...] = model.bias[...] - jax.random.normal(key, (4,))
            average.update(model)
        applied = average.apply_to(model)
        cases.append({
            "seed": seed, "decay": decay, "kernel": array(applied.kernel[...]), "bias": array(applied.bias[...])})
    return cases


def metrics():
    """Batches of changing size, some with nothing that counts."""
    cases = []
    for seed in range(12):
        key = jax.random.key(500 + seed)
        every = nnx.metrics.MultiMetric(
            loss=nnx.metrics.Average("loss"), spread=nnx.metrics.Welford("loss"), hits=nnx.metrics.Accuracy())
        masked = nnx.metrics.MultiMetric(loss=nnx.metrics.Average("loss"), hits=nnx.metrics.Accuracy())
        steps = []
        for step in range(12):
            keys = jax.random.split(jax.random.fold_in(key, step), 4)
            size = 1 + (seed * 7 + step * 5) % 23
            logits = jax.random.normal(keys[0], (size, 5))
            labels = jax.random.randint(keys[1], (size,), 0, 5)
            loss = jax.random.normal(keys[2], (size,)) * (1 + seed) + step
            mask = jax.random.bernoulli(keys[3], 0.5, (size,))
            every.update(loss=loss, logits=logits, labels=labels)
            masked.update(loss=loss, logits=logits, labels=labels, mask={"loss": mask, "hits": ~mask})
            a, b = every.compute(), masked.compute()
            if step < 2:
                continue
            steps.append([
                number(a["loss"]), number(a["spread"].mean), number(a["spread"].standard_deviation),
                number(a["spread"].standard_error_of_mean), number(a["hits"]), number(b["loss"]), number(b["hits"])])
        cases.append({"seed": seed, "steps": steps})
    return cases


SECTIONS = {
    "draws": draws, "initialisers": initialisers, "trajectories": trajectories, "lateSchedules": late_schedules,
    "averages": averages, "metrics": metrics}


def main():
    target = pathlib.Path(__file__).with_name("sweep.json")
    versions = {
        "jax": jax.__version__, "flax": flax.__version__, "optax": optax.__version__, "numpy": np.__version__,
        "python": sys.version.split()[0]}
    parts = [f'"versions": {Encoder().encode(versions)}']
    for name, section in SECTIONS.items():
        text = Encoder().encode(section())
        # A line for each part keeps differences readable.
        text = text.replace('}, {"', '},\n{"').replace('], "', '],\n"').replace('"sums": {', '"sums": {\n')
        parts.append(f'"{name}": {text}')
        print(name, len(text), file=sys.stderr)
    target.write_text("{\n" + ",\n".join(parts) + "\n}\n")
    print(f"{target.name}: {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
