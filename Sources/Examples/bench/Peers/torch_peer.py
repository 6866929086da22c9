"""The benchmark's workloads in PyTorch, eager: pip install torch"""
import sys

try:
    import torch
    import torch.nn.functional as F
except ImportError as error:
    print(f"the package is missing ({error}); pip install torch", flush=True)
    sys.exit(1)

from numbers_shared import dense, energy, labels, numbers, serve


def tensors(*arrays):
    return [torch.tensor(a) for a in arrays]


def layer(inputs, outputs, seed):
    result = torch.nn.Linear(inputs, outputs)
    kernel, bias = dense(inputs, outputs, seed)
    with torch.no_grad():
        result.weight.copy_(torch.tensor(kernel.T.copy()))
        result.bias.copy_(torch.tensor(bias))
    return result


def trained(start, loss, optimizer, *data):
    def step(model, rule, data):
        rule.zero_grad(set_to_none=True)
        value = loss(model, *data)
        value.backward()
        rule.step()
        return value

    data = tensors(*data)
    current = start()
    rule = optimizer(current.parameters())

    def signature():
        model = start()
        rule = optimizer(model.parameters())
        return [float(step(model, rule, data).detach()) for _ in range(5)]

    def run(steps):
        for _ in range(steps):
            step(current, rule, data)

    return signature, run


def perceptron(widths):
    parts = []
    for place, (i, o) in enumerate(zip(widths, widths[1:])):
        parts += [layer(i, o, 10 + 2 * place), torch.nn.ReLU()]
    return torch.nn.Sequential(*parts[:-1])


def cross_entropy(model, x, y):
    return F.cross_entropy(model(x), y)


def linear():
    return trained(
        lambda: layer(2, 3, 10), lambda m, x, y: ((m(x) - y) ** 2).mean(), lambda p: torch.optim.SGD(p, lr=0.1),
        numbers((1, 2), 1), numbers((1, 3), 2))


def descent():
    return trained(
        lambda: perceptron([784, 128, 10]), cross_entropy, lambda p: torch.optim.SGD(p, lr=0.1),
        numbers((32, 784), 1), labels(32, 10).astype("int64"))


def adam_perceptron(widths, batch, rate):
    return lambda: trained(
        lambda: perceptron(widths), cross_entropy, lambda p: torch.optim.Adam(p, lr=rate),
        numbers((batch, widths[0]), 1), labels(batch, 10).astype("int64"))


def pulled_back(f, upstream, *leaves):
    """f's value and the gradients of its arguments."""
    leaves = [t.requires_grad_(True) for t in tensors(*leaves)]
    (upstream,) = tensors(upstream)

    def step():
        y = f(*leaves)
        return [y, *torch.autograd.grad(y, leaves, upstream)]

    def run(steps):
        for _ in range(steps):
            step()

    return lambda: [energy(r.detach().numpy()) for r in step()], run


def cross_entropy_chain():
    logits, y = tensors(numbers((128, 1000), 1, 8), labels(128, 1000).astype("int64"))
    logits.requires_grad_(True)

    def step():
        value = F.cross_entropy(logits, y)
        return value, torch.autograd.grad(value, logits)[0]

    def signature():
        value, gradient = step()
        return [float(value.detach()), energy(gradient.numpy())]

    def run(steps):
        for _ in range(steps):
            step()

    return signature, run


def layer_norm_chain():
    return pulled_back(
        lambda x, scale, bias: F.layer_norm(x, (768,), scale, bias, 1e-6), numbers((256, 768), 2),
        numbers((256, 768), 1), numbers((768,), 10), numbers((768,), 11))


def gelu_chain():
    return pulled_back(
        lambda x, b: F.gelu(x + b, approximate="tanh"), numbers((256, 3072), 3), numbers((256, 3072), 1, 6),
        numbers((3072,), 2))


def feed_forward_chain():
    return pulled_back(
        lambda x, w1, b1, w2, b2: F.gelu(x @ w1 + b1, approximate="tanh") @ w2 + b2, numbers((256, 768), 2),
        numbers((256, 768), 1), *dense(768, 3072, 10), *dense(3072, 768, 12))


def adamw():
    def start():
        p = torch.nn.Parameter(torch.tensor(numbers((10_000_000,), 1)))
        p.grad = torch.tensor(numbers((10_000_000,), 2))
        return p, torch.optim.AdamW([p], lr=1e-3, weight_decay=1e-4, fused=True)

    current = start()

    def signature():
        p, rule = start()
        for _ in range(3):
            rule.step()
        return [energy(p.detach().numpy())]

    def run(steps):
        for _ in range(steps):
            current[1].step()

    return signature, run


serve({
    "W1": linear, "W2a": descent, "W2b": adam_perceptron([784, 512, 512, 10], 128, 1e-3),
    "W2c": adam_perceptron([64, 128, 10], 32, 2e-3), "E1": cross_entropy_chain, "E2": layer_norm_chain,
    "E3": gelu_chain, "E4": adamw, "E5": feed_forward_chain,
})
