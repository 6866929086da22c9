#!/usr/bin/env python3
"""Writes state.json: what JAX, Flax and optax give for draws, streams, update rules, schedules, batch statistics and
metrics. The tests compare against it; run this again only to widen it.

    pip install jax==0.10.2 flax==0.12.8 optax==0.2.8
    JAX_PLATFORMS=cpu python3 Tests/Golden/make_state_golden.py

Floats are written as the shortest decimal that reads back as the same 32-bit number, so equality of bits can be tested.
Update rules and schedules run in 64-bit floats (from 32-bit parameters and gradients): the reference is then exact in
comparison with the 32-bit trajectory that is tested.
"""

import pathlib
import sys

import flax
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx

from make_library_golden import Encoder, array, checksum, key_data, number

SEEDS = [0, 1, 2, 3, 7, 42, 99, 2024, 123456789, -1, 2**31, 2**32 + 5]
SHAPES = [(), (1,), (7,), (3, 5), (2, 3, 4)]


def draws():
    cases = []
    for index, seed in enumerate(SEEDS):
        key = jax.random.key(seed)
        shape = SHAPES[index % len(SHAPES)]
        logits = jax.random.normal(jax.random.key(1000 + index), (4, 6)) * 2
        weights = jax.nn.softmax(jax.random.normal(jax.random.key(2000 + index), (9,)))
        chances = jax.random.uniform(jax.random.key(3000 + index), (3, 5))
        rows = jnp.arange(12, dtype=jnp.int32).reshape(6, 2)
        low, high = [(-3, 10), (0, 1), (0, 2**31 - 1), (-(2**31), 2**31 - 1), (5, 70000), (-1, 1)][index % 6]
        cases.append({
            "seed": seed,
            "exponential": array(jax.random.exponential(key, shape)),
            "rademacher": array(jax.random.rademacher(key, shape, dtype=jnp.int32)),
            "gumbel": array(jax.random.gumbel(key, shape)),
            "chances": array(chances),
            "bernoulli": array(jax.random.bernoulli(key, chances)),
            "bernoulliMany": array(jax.random.bernoulli(key, chances, (2, 3, 5))),
            "randint": {"low": low, "high": high, **array(jax.random.randint(key, (17,), low, high))},
            "logits": array(logits),
            "categorical": array(jax.random.categorical(key, logits)),
            "categoricalFirst": array(jax.random.categorical(key, logits, axis=0)),
            "categoricalMany": array(jax.random.categorical(key, logits, shape=(5, 4))),
            "choice": array(jax.random.choice(key, 10, (4, 2))),
            "choiceOnce": array(jax.random.choice(key, 10, (2, 3), replace=False)),
            "weights": array(weights),
            "choiceWeighted": array(jax.random.choice(key, 9, (11,), p=weights)),
            "choiceWeightedOnce": array(jax.random.choice(key, 9, (5,), replace=False, p=weights)),
            "choiceRows": array(jax.random.choice(key, rows, (3,))),
            "permutation": array(jax.random.permutation(key, 23)),
            "permutationRows": array(jax.random.permutation(key, rows)),
        })
    key = jax.random.key(11)
    many = {
        "exponential": checksum(jax.random.exponential(key, (5000,))),
        "randint": int(np.asarray(jax.random.randint(key, (5000,), -1000, 1000000)).astype(np.int64).sum()),
        "gumbel": checksum(jax.random.gumbel(key, (5000,))),
        "rademacher": int(jax.random.rademacher(key, (5000,)).sum()),
    }
    return {"cases": cases, "many": many}


def streams():
    cases = []
    for seed in SEEDS:
        rngs = nnx.Rngs(seed % 2**31, params=seed % 1000, dropout=1)
        taken = [key_data(rngs.params()), key_data(rngs.dropout()), key_data(rngs.noise()), key_data(rngs())]
        forked = rngs.fork()
        forks = [key_data(forked.params()), key_data(forked()), key_data(forked.dropout())]
        parts = rngs.split(5)
        split = {name: key_data(stream.key[...]) for name, stream in parts.items()}
        after = {name: int(stream.count[...]) for name, stream in rngs.items()}
        nnx.reseed(rngs, dropout=42)
        again = key_data(rngs.dropout())
        drawn = array(nnx.Rngs(seed % 2**31).normal((2, 3)))
        cases.append({
            "default": seed % 2**31, "params": seed % 1000, "taken": taken, "forked": forks, "split": split,
            "counts": after, "reseeded": again, "normal": drawn,
        })
    return cases


SCHEDULES = {
    "constant": optax.constant_schedule(0.05),
    "linear": optax.linear_schedule(0.1, 0.01, 12, 3),
    "polynomial": optax.polynomial_schedule(0.1, 0.001, 2.5, 20, 2),
    "exponential": optax.exponential_decay(0.1, 7, 0.5),
    "staircase": optax.exponential_decay(0.1, 5, 0.3, 4, staircase=True),
    "limited": optax.exponential_decay(0.1, 5, 0.3, end_value=0.02),
    "growing": optax.exponential_decay(0.01, 5, 2.0, end_value=0.1),
    "cosine": optax.cosine_decay_schedule(0.1, 20),
    "cosineFloor": optax.cosine_decay_schedule(0.1, 25, 0.1, 1.5),
    "warmupCosine": optax.warmup_cosine_decay_schedule(0.001, 0.1, 8, 26, 0.005),
    "warmupCosineSteep": optax.warmup_cosine_decay_schedule(0.0, 0.2, 3, 18, 0.01, 2.0),
    "piecewiseConstant": optax.piecewise_constant_schedule(0.1, {5: 0.5, 11: 0.1, 20: 3.0}),
    "piecewiseLinear": optax.piecewise_interpolate_schedule("linear", 0.1, {6: 2.0, 14: 0.25, 22: 0.1}),
    "piecewiseCosine": optax.piecewise_interpolate_schedule("cosine", 0.1, {6: 2.0, 14: 0.25, 22: 0.1}),
    "joined": optax.join_schedules(
        [optax.linear_schedule(0.0, 0.1, 5), optax.constant_schedule(0.1), optax.cosine_decay_schedule(0.1, 10)],
        [5, 12]),
}


def in_double(section):
    """Runs a section with 64-bit floats."""
    def run():
        jax.config.update("jax_enable_x64", True)
        try:
            return section()
        finally:
            jax.config.update("jax_enable_x64", False)
    return run


@in_double
def schedules():
    return {name: [number(schedule(jnp.int64(step))) for step in range(31)] for name, schedule in SCHEDULES.items()}


def not_bias(params):
    return {name: name != "bias" for name in params}


def clip_by_norm(limit):
    """Clipping of each leaf by its norm, which optax has for the whole tree only."""
    def update(updates, state, params=None):
        def clip(g):
            norm = jnp.sqrt(jnp.sum(g * g))
            return jnp.where(norm < limit, g, g / norm * limit)
        return jax.tree.map(clip, updates), state
    return optax.GradientTransformation(lambda params: optax.EmptyState(), update)


RULES = {
    "sgd": lambda: optax.sgd(0.1),
    "sgdCosine": lambda: optax.sgd(SCHEDULES["cosine"]),
    "momentumWarmup": lambda: optax.sgd(SCHEDULES["warmupCosine"], momentum=0.9),
    "nesterovStaircase": lambda: optax.sgd(SCHEDULES["staircase"], momentum=0.8, nesterov=True),
    "adam": lambda: optax.adam(1e-2),
    "adamLinear": lambda: optax.adam(SCHEDULES["linear"]),
    "adamW": lambda: optax.adamw(1e-2, weight_decay=0.05),
    "adamWMask": lambda: optax.adamw(1e-2, weight_decay=0.05, mask=not_bias),
    "adamWMaskWarmup": lambda: optax.adamw(SCHEDULES["warmupCosine"], b1=0.8, weight_decay=0.1, mask=not_bias),
    "adagrad": lambda: optax.adagrad(0.1),
    "adagradCustom": lambda: optax.adagrad(SCHEDULES["exponential"], initial_accumulator_value=0.0, eps=1e-5),
    "rmsprop": lambda: optax.rmsprop(0.01),
    "rmspropCentered": lambda: optax.rmsprop(0.01, decay=0.8, centered=True, initial_scale=1.0),
    "rmspropMomentum": lambda: optax.rmsprop(0.01, momentum=0.9, nesterov=True),
    "rmspropPlainMomentum": lambda: optax.rmsprop(SCHEDULES["piecewiseConstant"], momentum=0.5, eps=1e-4),
    "lion": lambda: optax.lion(0.01),
    "lionDecay": lambda: optax.lion(0.01, b1=0.8, b2=0.95, weight_decay=0.1, mask=not_bias),
    "lamb": lambda: optax.lamb(0.01),
    "lambDecay": lambda: optax.lamb(SCHEDULES["linear"], weight_decay=0.1, mask=not_bias),
    "adafactor": lambda: optax.adafactor(0.1),
    "adafactorFactored": lambda: optax.adafactor(0.1, min_dim_size_to_factor=2),
    "adafactorAll": lambda: optax.adafactor(
        0.1, min_dim_size_to_factor=3, momentum=0.9, weight_decay_rate=0.01, weight_decay_mask=not_bias),
    "adafactorPlain": lambda: optax.adafactor(
        SCHEDULES["linear"], min_dim_size_to_factor=2, multiply_by_parameter_scale=False, clipping_threshold=None,
        decay_rate=0.7),
    "clipValue": lambda: optax.chain(optax.clip(0.5), optax.sgd(0.1)),
    "clipNorm": lambda: optax.chain(clip_by_norm(1.0), optax.sgd(0.1)),
    "clipBlock": lambda: optax.chain(optax.clip_by_block_rms(0.5), optax.sgd(0.1)),
    "clipGlobal": lambda: optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(1e-2)),
    "clipGlobalLoose": lambda: optax.chain(optax.clip_by_global_norm(5.0), optax.sgd(0.05, momentum=0.9)),
    "parts": lambda: optax.chain(
        optax.clip_by_global_norm(2.0), optax.scale_by_adam(b1=0.85), optax.add_decayed_weights(0.05, not_bias),
        optax.scale_by_trust_ratio(), optax.scale_by_learning_rate(SCHEDULES["cosineFloor"])),
    "twoTraces": lambda: optax.chain(
        optax.trace(0.9), optax.scale(0.5), optax.trace(0.5, nesterov=True), optax.scale_by_learning_rate(0.05)),
    "multiSteps": lambda: optax.MultiSteps(optax.adam(1e-2), 4).gradient_transformation(),
    "multiStepsChain": lambda: optax.MultiSteps(
        optax.chain(optax.clip_by_global_norm(0.7), optax.adamw(SCHEDULES["linear"], weight_decay=0.05)),
        3).gradient_transformation(),
}

SHAPES_OF_PARAMETERS = {"bias": (3,), "block": (2, 3, 2), "kernel": (2, 3)}
STEPS = (1, 2, 7, 30)


def gradient(seed, step):
    key = jax.random.key(1000 * seed + step)
    return {
        name: np.asarray(jax.random.normal(jax.random.fold_in(key, index), shape, jnp.float32))
        for index, (name, shape) in enumerate(SHAPES_OF_PARAMETERS.items())}


def trajectories():
    cases = []
    for seed in (1, 2):
        start = gradient(seed, 999)
        gradients = [gradient(seed, step) for step in range(30)]
        for name, rule in RULES.items():
            cases.append({"name": name, "seed": seed, "steps": in_double(lambda: follow(rule(), start, gradients))()})
    return {"cases": cases}


def follow(rule, start, gradients, kept=STEPS):
    as_doubles = lambda tree: {name: jnp.asarray(value, jnp.float64) for name, value in tree.items()}
    params = as_doubles(start)
    state = rule.init(params)
    steps = {}
    update = jax.jit(rule.update)
    for step, gradient in enumerate(gradients, 1):
        updates, state = update(as_doubles(gradient), state, params)
        params = optax.apply_updates(params, updates)
        if step in kept:
            steps[str(step)] = {
                name: array(np.asarray(value).astype(np.float32)) for name, value in params.items()}
    return steps


def normalisation():
    cases = []
    for seed, shape in enumerate([(4, 3), (2, 5, 4), (3, 2, 2, 6), (1, 3), (8, 1)]):
        for momentum, epsilon, fast in [(0.99, 1e-5, True), (0.9, 1e-3, False)]:
            features = shape[-1]
            layer = nnx.BatchNorm(
                features, momentum=momentum, epsilon=epsilon, use_fast_variance=fast, use_running_average=False,
                rngs=nnx.Rngs(0))
            layer.scale[...] = jax.random.normal(jax.random.key(seed + 50), (features,))
            layer.bias[...] = jax.random.normal(jax.random.key(seed + 60), (features,))
            outputs = []
            for step in range(3):
                x = jax.random.normal(jax.random.fold_in(jax.random.key(seed), step), shape) * 2 + 1
                outputs.append(array(layer(x)))
            # The gradient of sum(y * weights) by scale, bias and input, statistics changed once.
            weights = jax.random.normal(jax.random.key(seed + 70), shape)
            grads = nnx.grad(lambda layer, x: (layer(x) * weights).sum(), argnums=0)(layer, x)
            by_input = nnx.grad(lambda x, layer: (layer(x) * weights).sum(), argnums=0)(x, layer)
            mean, variance = array(layer.mean[...]), array(layer.var[...])
            layer.eval()
            cases.append({
                "seed": seed, "shape": list(shape), "momentum": momentum, "epsilon": epsilon, "fast": fast,
                "outputs": outputs, "scaleGradient": array(grads["scale"][...]),
                "biasGradient": array(grads["bias"][...]), "inputGradient": array(by_input),
                "mean": mean, "variance": variance, "evaluated": array(layer(x)),
            })
    groups = []
    for seed, (shape, count) in enumerate([((2, 6), 3), ((3, 4, 8), 2), ((2, 3, 2, 4), 4), ((1, 5), 1)]):
        layer = nnx.GroupNorm(shape[-1], num_groups=count, rngs=nnx.Rngs(0))
        layer.scale[...] = jax.random.normal(jax.random.key(seed + 80), (shape[-1],))
        x = jax.random.normal(jax.random.key(seed), shape)
        groups.append({"seed": seed, "groups": count, "output": array(layer(x))})
    return {"cases": cases, "groups": groups}


def metrics():
    cases = []
    for seed in range(6):
        key = jax.random.key(seed)
        average, masked, welford = nnx.metrics.Average(), nnx.metrics.Average("loss"), nnx.metrics.Welford()
        accuracy, masked_accuracy = nnx.metrics.Accuracy(), nnx.metrics.Accuracy()
        threshold = nnx.metrics.Accuracy(threshold=0.25)
        steps = []
        for step in range(4):
            keys = jax.random.split(jax.random.fold_in(key, step), 5)
            values = jax.random.normal(keys[0], (3, 5)) * 3 + seed
            mask = jax.random.bernoulli(keys[1], 0.6, (3, 5))
            logits = jax.random.normal(keys[2], (7, 4))
            labels = jax.random.randint(keys[3], (7,), 0, 4)
            answers = jax.random.randint(keys[3], (7, 4), 0, 2)
            kept = jax.random.bernoulli(keys[4], 0.5, (7,))
            average.update(values=values)
            masked.update(loss=values, mask=mask)
            welford.update(values=values)
            accuracy.update(logits=logits, labels=labels)
            masked_accuracy.update(logits=logits, labels=labels, mask=kept)
            threshold.update(logits=logits, labels=answers)
            statistics = welford.compute()
            steps.append({
                "average": number(average.compute()), "masked": number(masked.compute()),
                "accuracy": number(accuracy.compute()), "maskedAccuracy": number(masked_accuracy.compute()),
                "threshold": number(threshold.compute()), "mean": number(statistics.mean),
                "deviation": number(statistics.standard_deviation),
                "error": number(statistics.standard_error_of_mean),
            })
        cases.append({"seed": seed, "steps": steps})
    return {"cases": cases}


SECTIONS = {
    "draws": draws, "streams": streams, "schedules": schedules, "trajectories": trajectories,
    "normalisation": normalisation, "metrics": metrics}


def main():
    """Writes all sections, or those that are named, the others as they are."""
    target = pathlib.Path(__file__).with_name("state.json")
    content = {"versions": {"jax": jax.__version__, "flax": flax.__version__, "optax": optax.__version__}}
    content |= {name: section() for name, section in SECTIONS.items()}
    parts = []
    for name, section in content.items():
        if isinstance(section, list):
            text = "[\n" + ",\n".join(Encoder().encode(item) for item in section) + "\n]"
        elif isinstance(section.get("cases"), list):
            rest = {key: value for key, value in section.items() if key != "cases"}
            cases = ",\n".join(Encoder().encode(item) for item in section["cases"])
            text = Encoder().encode(rest)[:-1] + (", " if rest else "") + '"cases": [\n' + cases + "\n]}"
        else:
            text = Encoder().encode(section)
        parts.append(f'"{name}": {text}')
    target.write_text("{\n" + ",\n".join(parts) + "\n}\n")
    print(f"{target}: {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
