"""The benchmark's train steps with Flax's nnx.jit: pip install flax optax"""
import sys

try:
    import flax.nnx as nnx
    import jax
    import jax.numpy as jnp
    import optax
except ImportError as error:
    print(f"the package is missing ({error}); pip install flax optax", flush=True)
    sys.exit(1)

from numbers_shared import dense, energy, labels, numbers, serve


def fill(layer, seed):
    kernel, bias = dense(*layer.kernel[...].shape, seed)
    layer.kernel[...] = jnp.asarray(kernel)
    layer.bias[...] = jnp.asarray(bias)


class Perceptron(nnx.Module):
    def __init__(self, widths):
        self.layers = nnx.List(
            [nnx.Linear(i, o, rngs=nnx.Rngs(0)) for i, o in zip(widths, widths[1:])])
        for place, layer in enumerate(self.layers):
            fill(layer, 10 + 2 * place)

    def __call__(self, x):
        for layer in self.layers[:-1]:
            x = nnx.relu(layer(x))
        return self.layers[-1](x)


def trained(start, step, *data):
    data = [jnp.asarray(d) for d in data]
    current = start()

    def signature():
        fresh = start()
        return [float(step(*fresh, *data)) for _ in range(5)]

    def run(steps):
        for _ in range(steps):
            loss = step(*current, *data)
        jax.block_until_ready((loss, nnx.state(current[0])))

    return signature, run


def linear():
    def start():
        model = nnx.Linear(2, 3, rngs=nnx.Rngs(0))
        fill(model, 10)
        return (model,)

    @nnx.jit
    def step(model, x, y):
        loss, grads = nnx.value_and_grad(lambda m: jnp.mean((m(x) - y) ** 2))(model)
        nnx.update(model, jax.tree.map(lambda p, g: p - 0.1 * g, nnx.state(model, nnx.Param), grads))
        return loss

    return trained(start, step, numbers((1, 2), 1), numbers((1, 3), 2))


def cross_entropy(model, x, y):
    return optax.softmax_cross_entropy_with_integer_labels(model(x), y).mean()


def descent():
    @nnx.jit
    def step(model, x, y):
        loss, grads = nnx.value_and_grad(cross_entropy)(model, x, y)
        nnx.update(model, jax.tree.map(lambda p, g: p - 0.1 * g, nnx.state(model, nnx.Param), grads))
        return loss

    return trained(lambda: (Perceptron([784, 128, 10]),), step, numbers((32, 784), 1), labels(32, 10))


def adam_perceptron(widths, batch, rate):
    def make():
        def start():
            model = Perceptron(widths)
            return model, nnx.Optimizer(model, optax.adam(rate), wrt=nnx.Param)

        @nnx.jit
        def step(model, optimizer, x, y):
            loss, grads = nnx.value_and_grad(cross_entropy)(model, x, y)
            optimizer.update(model, grads)
            return loss

        return trained(start, step, numbers((batch, widths[0]), 1), labels(batch, 10))

    return make


def pulled_back(model, *data):
    """y, then the gradients of the input and of the parameters in the order of their names."""

    @nnx.jit
    def step(model, x, upstream):
        graphdef, state = nnx.split(model)
        y, pullback = jax.vjp(lambda x, state: nnx.merge(graphdef, state)(x), x, state)
        return y, pullback(upstream)

    data = [jnp.asarray(d) for d in data]

    def run(steps):
        for _ in range(steps):
            result = step(model, *data)
        jax.block_until_ready(result)

    return lambda: step(model, *data), run


def cross_entropy_chain():
    logits, y = jnp.asarray(numbers((128, 1000), 1, 8)), jnp.asarray(labels(128, 1000))
    step = nnx.jit(jax.value_and_grad(
        lambda logits, y: optax.softmax_cross_entropy_with_integer_labels(logits, y).mean()))

    def signature():
        loss, gradient = step(logits, y)
        return [float(loss), energy(gradient)]

    def run(steps):
        for _ in range(steps):
            result = step(logits, y)
        jax.block_until_ready(result)

    return signature, run


def layer_norm_chain():
    norm = nnx.LayerNorm(768, rngs=nnx.Rngs(0))
    norm.scale[...] = jnp.asarray(numbers((768,), 10))
    norm.bias[...] = jnp.asarray(numbers((768,), 11))
    step, run = pulled_back(norm, numbers((256, 768), 1), numbers((256, 768), 2))

    def signature():
        y, (x, state) = step()
        return [energy(a) for a in (y, x, state["scale"][...], state["bias"][...])]

    return signature, run


class FeedForward(nnx.Module):
    def __init__(self):
        self.expand = nnx.Linear(768, 3072, rngs=nnx.Rngs(0))
        self.contract = nnx.Linear(3072, 768, rngs=nnx.Rngs(0))
        fill(self.expand, 10)
        fill(self.contract, 12)

    def __call__(self, x):
        return self.contract(nnx.gelu(self.expand(x)))


def feed_forward_chain():
    step, run = pulled_back(FeedForward(), numbers((256, 768), 1), numbers((256, 768), 2))

    def signature():
        y, (x, state) = step()
        first, second = state["expand"], state["contract"]
        return [
            energy(a)
            for a in (y, x, first["kernel"][...], first["bias"][...], second["kernel"][...], second["bias"][...])
        ]

    return signature, run


def gelu_chain():
    x, bias, upstream = (jnp.asarray(a) for a in (
        numbers((256, 3072), 1, 6), numbers((3072,), 2), numbers((256, 3072), 3)))

    @nnx.jit
    def step(x, bias, upstream):
        y, pullback = jax.vjp(lambda x, bias: nnx.gelu(x + bias), x, bias)
        return y, *pullback(upstream)

    def run(steps):
        for _ in range(steps):
            result = step(x, bias, upstream)
        jax.block_until_ready(result)

    return lambda: [energy(a) for a in step(x, bias, upstream)], run


class Weights(nnx.Module):
    def __init__(self):
        self.values = nnx.Param(jnp.asarray(numbers((10_000_000,), 1)))


def adamw():
    def start():
        model = Weights()
        return model, nnx.Optimizer(model, optax.adamw(1e-3, weight_decay=1e-4), wrt=nnx.Param)

    model = Weights()
    gradients = nnx.state(model, nnx.Param)
    gradients["values"][...] = jnp.asarray(numbers((10_000_000,), 2))

    @nnx.jit
    def step(model, optimizer, gradients):
        optimizer.update(model, gradients)

    current = start()

    def signature():
        fresh = start()
        for _ in range(3):
            step(*fresh, gradients)
        return [energy(fresh[0].values[...])]

    def run(steps):
        for _ in range(steps):
            step(*current, gradients)
        jax.block_until_ready(nnx.state(current[0]))

    return signature, run


serve({
    "W1": linear, "W2a": descent, "W2b": adam_perceptron([784, 512, 512, 10], 128, 1e-3),
    "W2c": adam_perceptron([64, 128, 10], 32, 2e-3), "E1": cross_entropy_chain, "E2": layer_norm_chain,
    "E3": gelu_chain, "E4": adamw, "E5": feed_forward_chain,
})
