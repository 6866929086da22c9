"""What every peer needs: the same numbers as the benchmark's, the timing loop and the conversation with it."""
import sys
import time

import numpy as np


def numbers(shape, seed, scale=2.0):
    """The finaliser of MurmurHash3 over the place, between -scale/2 and scale/2."""
    with np.errstate(over="ignore"):
        h = np.arange(int(np.prod(shape)), dtype=np.uint32) * np.uint32(2654435761)
        h = h + np.uint32(seed * 0x9E3779B9 & 0xFFFFFFFF)
        h ^= h >> np.uint32(16)
        h = h * np.uint32(0x85EBCA6B)
        h ^= h >> np.uint32(13)
        h = h * np.uint32(0xC2B2AE35)
        h ^= h >> np.uint32(16)
    scale = float(np.float32(scale))
    return ((h.astype(np.float64) / 2**32 - 0.5) * scale).astype(np.float32).reshape(shape)


def labels(count, classes):
    return (np.arange(count) * 7 % classes).astype(np.int32)


def dense(inputs, outputs, seed):
    """A layer's kernel and bias."""
    return numbers((inputs, outputs), seed, np.float32(2) / np.sqrt(np.float32(inputs))), numbers((outputs,), seed + 1, 0.1)


def energy(array):
    return float(np.sum(np.square(np.asarray(array, dtype=np.float64))))


def sample(run, seconds):
    """Seconds a step, sample by sample; run(n) takes n steps and waits for the last."""
    run(1)
    steps = 1
    while True:
        start = time.perf_counter()
        run(steps)
        if time.perf_counter() - start > 1e-3:
            break
        steps *= 2
    samples = []
    start = time.perf_counter()
    while time.perf_counter() - start < seconds or len(samples) < 5:
        before = time.perf_counter()
        run(steps)
        samples.append((time.perf_counter() - before) / steps)
    return samples


def serve(workloads):
    """Answers "check NAME" and "time NAME SECONDS" until the input ends.

    workloads[name]() gives (signature, run): a function for the numbers that must agree, and one that takes n steps.
    """
    made = {}
    print("ready", flush=True)
    for line in sys.stdin:
        words = line.split()
        try:
            if words[1] not in made:
                made.clear()
                made[words[1]] = workloads[words[1]]()
            signature, run = made[words[1]]
            answer = signature() if words[0] == "check" else sample(run, float(words[2]))
            print(*answer, flush=True)
        except Exception as error:  # the benchmark shows it
            print("failed:", repr(error).replace("\n", " "), flush=True)
