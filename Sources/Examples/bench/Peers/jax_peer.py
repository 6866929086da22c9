"""The benchmark's workloads in plain JAX: pip install jax"""
import sys

try:
    import jax
    import jax.numpy as jnp
except ImportError as error:
    print(f"the package is missing ({error}); pip install jax", flush=True)
    sys.exit(1)

from numbers_shared import dense, energy, labels, numbers, serve


def cross_entropy(logits, y):
    return jnp.mean(jax.nn.logsumexp(logits, axis=-1) - jnp.take_along_axis(logits, y[:, None], axis=-1)[:, 0])


def linear():
    def loss(params, x, y):
        return jnp.mean((x @ params[0] + params[1] - y) ** 2)

    @jax.jit
    def step(params, x, y):
        value, grads = jax.value_and_grad(loss)(params, x, y)
        return value, jax.tree.map(lambda p, g: p - 0.1 * g, params, grads)

    return stateful(step, lambda: [jnp.asarray(a) for a in dense(2, 3, 10)], numbers((1, 2), 1), numbers((1, 3), 2))


def stateful(step, start, *data):
    data = [jnp.asarray(d) for d in data]
    state = [start()]

    def signature():
        params, losses = start(), []
        for _ in range(5):
            value, params = step(params, *data)
            losses.append(float(value))
        return losses

    def run(steps):
        for _ in range(steps):
            value, state[0] = step(state[0], *data)
        jax.block_until_ready((value, state[0]))

    return signature, run


def forward(params, x):
    for kernel, bias in params[:-1]:
        x = jax.nn.relu(x @ kernel + bias)
    kernel, bias = params[-1]
    return x @ kernel + bias


def layers(widths):
    return [
        tuple(jnp.asarray(a) for a in dense(i, o, 10 + 2 * place))
        for place, (i, o) in enumerate(zip(widths, widths[1:]))
    ]


def descent():
    @jax.jit
    def step(params, x, y):
        value, grads = jax.value_and_grad(lambda p: cross_entropy(forward(p, x), y))(params)
        return value, jax.tree.map(lambda p, g: p - 0.1 * g, params, grads)

    return stateful(step, lambda: layers([784, 128, 10]), numbers((32, 784), 1), labels(32, 10))


def moments(params):
    return params, jax.tree.map(jnp.zeros_like, params), jax.tree.map(jnp.zeros_like, params), jnp.int32(0)


def adam_update(p, g, m, v, count, rate, decay):
    t = (count + 1).astype(jnp.float32)
    m = 0.9 * m + 0.1 * g
    v = 0.999 * v + 0.001 * g * g
    d = (m / (1 - 0.9**t)) / (jnp.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return p - rate * (d + decay * p), m, v


def adam(state, grads, rate, decay=0.0):
    params, mu, nu, count = state
    leaves, tree = jax.tree.flatten(params)
    new = [
        adam_update(p, g, m, v, count, rate, decay)
        for p, g, m, v in zip(leaves, jax.tree.leaves(grads), jax.tree.leaves(mu), jax.tree.leaves(nu))
    ]
    p, m, v = (jax.tree.unflatten(tree, [n[i] for n in new]) for i in range(3))
    return p, m, v, count + 1


def adam_perceptron(widths, batch, rate):
    def make():
        @jax.jit
        def step(state, x, y):
            value, grads = jax.value_and_grad(lambda p: cross_entropy(forward(p, x), y))(state[0])
            return value, adam(state, grads, rate)

        return stateful(
            step, lambda: moments(layers(widths)), numbers((batch, widths[0]), 1), labels(batch, 10))

    return make


def pure(f, *data):
    data = [jnp.asarray(d) for d in data]
    step = jax.jit(f)

    def run(steps):
        for _ in range(steps):
            result = step(*data)
        jax.block_until_ready(result)

    return lambda: step(*data), run


def chain(make):
    def made():
        results, run = make()
        return lambda: [float(r) if r.ndim == 0 else energy(r) for r in jax.tree.leaves(results())], run

    return made


def cross_entropy_chain():
    return pure(jax.value_and_grad(cross_entropy), numbers((128, 1000), 1, 8), labels(128, 1000))


def layer_norm(x, scale, bias):
    mean = jnp.mean(x, axis=-1, keepdims=True)
    variance = jnp.maximum(jnp.mean(x * x, axis=-1, keepdims=True) - mean * mean, 0)
    return (x - mean) * (jax.lax.rsqrt(variance + 1e-6) * scale) + bias


def with_cotangent(f):
    def step(upstream, *arguments):
        y, pullback = jax.vjp(f, *arguments)
        return y, pullback(upstream)

    return step


def layer_norm_chain():
    return pure(
        with_cotangent(layer_norm), numbers((256, 768), 2), numbers((256, 768), 1), numbers((768,), 10),
        numbers((768,), 11))


def gelu_chain():
    return pure(
        with_cotangent(lambda x, b: jax.nn.gelu(x + b)), numbers((256, 3072), 3), numbers((256, 3072), 1, 6),
        numbers((3072,), 2))


def adamw():
    gradients = jnp.asarray(numbers((10_000_000,), 2))

    def start():
        return moments(jnp.asarray(numbers((10_000_000,), 1)))

    step = jax.jit(lambda state, g: adam(state, g, 1e-3, 1e-4), donate_argnums=0)
    state = [start()]

    def signature():
        state = start()
        for _ in range(3):
            state = step(state, gradients)
        return [energy(state[0])]

    def run(steps):
        for _ in range(steps):
            state[0] = step(state[0], gradients)
        jax.block_until_ready(state[0])

    return signature, run


def feed_forward_chain():
    def block(x, w1, b1, w2, b2):
        return jax.nn.gelu(x @ w1 + b1) @ w2 + b2

    return pure(
        with_cotangent(block), numbers((256, 768), 2), numbers((256, 768), 1), *dense(768, 3072, 10),
        *dense(3072, 768, 12))


serve({
    "W1": linear, "W2a": descent, "W2b": adam_perceptron([784, 512, 512, 10], 128, 1e-3),
    "W2c": adam_perceptron([64, 128, 10], 32, 2e-3), "E1": chain(cross_entropy_chain), "E2": chain(layer_norm_chain),
    "E3": chain(gelu_chain), "E4": adamw, "E5": chain(feed_forward_chain),
})
