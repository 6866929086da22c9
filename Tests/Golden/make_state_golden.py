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
from flax.nnx import training

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


SECTIONS = {"draws": draws, "streams": streams}


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
