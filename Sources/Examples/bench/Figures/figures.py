#!/usr/bin/env python3
"""Figures beside the benchmark's table: memory, size of code, time of generation, cost of depth, other instruction sets.

Run it in the package's folder, after `swift build -c release --product bench` and the same for `adjointc`:

    python3 Sources/Examples/bench/Figures/figures.py [memory|size|generation|depth|variants] ...

Without a name it prints all of them. Times of generation and of compiling are processor time. For the memory of a program
that carries Swift's libraries in itself, build it so and name it:

    swift build -c release --product bench --static-swift-stdlib --scratch-path .build/static
    python3 Sources/Examples/bench/Figures/figures.py memory --bench .build/static/release/bench

Needs clang and llvm-strip on the PATH, and on x86-64 a processor with AVX-512 for every variant.
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import tempfile

PACKAGE = pathlib.Path(__file__).resolve().parents[4]
INCLUDES = [f"-I{PACKAGE}/Sources/CAdjoint/include"]
RUNTIME = [f"{PACKAGE}/Sources/CAdjoint/isa.c", f"{PACKAGE}/Sources/CAdjoint/threads.c"]


def run(command, **options):
    return subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True, **options).stdout


def one_workload(name):
    """The perceptrons' models with the function of one workload alone."""
    text = (PACKAGE / "Sources/Examples/bench/Models/Perceptrons.swift").read_text()
    head, *functions = re.split(r"(?m)^(?=/// W2\w;)", text)
    return head + next(function for function in functions if function.startswith(f"/// {name};"))


def chain(depth):
    """A model of `depth` identical layers, and a step of gradient descent."""
    names = [f"layer{number}" for number in range(depth)]
    calls = "\n".join(f"    h = relu({name}(h))" for name in names)
    fields = "\n".join(f"  let {name}: Linear" for name in names)
    makes = "\n".join(f"    {name} = Linear(64, 64, rngs: rngs)" for name in names)
    return f"""import Adjoint

final class Chain: Module {{
{fields}

  init(rngs: Rngs) {{
{makes}
  }}

  func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> {{
    var h = x
{calls}
    return h
  }}
}}

func chainStep(_ model: Chain, @Shape(32, 64) x: Tensor<Float>, @Shape(32, 64) y: Tensor<Float>) -> Tensor<Float> {{
  let (loss, grads) = valueAndGrad(model) {{ model in
    let error = model(x) - y
    return (error * error).mean()
  }}
  let params = map(pure(state(model, Param.self)), grads) {{ p, g in p - 0.1 * g }}
  update(model, params)
  return loss
}}
"""


def processor_seconds():
    """What the programs that were run took, on all processors: what else runs on the machine changes it little."""
    times = os.times()
    return times.children_user + times.children_system


class Generated:
    """Generated C of one model in a folder of its own, with what making it took."""

    def __init__(self, folder, text, options):
        self.folder = pathlib.Path(folder)
        model = self.folder / "Model.swift"
        model.write_text(text)
        start = processor_seconds()
        run([options.adjointc, "generate", model, "--output", self.folder / "Generated"])
        self.generation = processor_seconds() - start
        self.sources = sorted((self.folder / "Generated").rglob("*.c"))
        self.header = next((self.folder / "Generated").rglob("include/*.h"))
        self.includes = INCLUDES + [f"-I{self.header.parent}"]

    def lines(self):
        return sum(len(path.read_text().splitlines()) for path in (self.folder / "Generated").rglob("*.kernels.h"))

    def compile(self):
        start = processor_seconds()
        objects = []
        for number, source in enumerate(self.sources):
            objects.append(self.folder / f"{source.stem}.{number}.o")
            run(["clang", "-O2", "-std=gnu11", "-c", source, "-o", objects[-1]] + self.includes)
        return objects, processor_seconds() - start


def memory(options):
    print("peak memory of a process that takes 1000 steps of W2a")
    for threads in ["1", ""]:
        environment = dict(os.environ, **({"ADJOINT_THREADS": threads} if threads else {}))
        peak = int(run([options.bench, "--memory", "W2a"], env=environment))
        print(f"  {'one thread' if threads else 'all threads'}: {peak / 1e6:.1f} MB")


def size(options):
    print("stripped objects of W2a")
    with tempfile.TemporaryDirectory() as folder:
        objects, _ = Generated(folder, one_workload("W2a"), options).compile()
        total = 0
        for item in objects:
            run(["llvm-strip", item])
            total += item.stat().st_size
            print(f"  {item.name.rsplit('.', 2)[0]}: {item.stat().st_size / 1024:.1f} KB")
        print(f"  in all: {total / 1024:.1f} KB")


def generation(options):
    print("W2b from the model to objects")
    with tempfile.TemporaryDirectory() as folder:
        made = Generated(folder, one_workload("W2b"), options)
        _, seconds = made.compile()
        print(f"  generation: {made.generation:.2f} s\n  compiling the C, every instruction set: {seconds:.1f} s")


DRIVER = """
#include "{header}"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
static double now(void) {{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}}
static void *zeros(size_t bytes) {{
  void *memory = NULL;
  if (posix_memalign(&memory, 64, bytes)) exit(1);
  return memset(memory, 0, bytes);
}}
int main(void) {{
  {arguments} arguments;
  void *pointers[sizeof arguments / sizeof(void *)];
  for (size_t i = 0; i < sizeof pointers / sizeof *pointers; i++) pointers[i] = zeros(1 << 15);
  memcpy(&arguments, pointers, sizeof arguments);
  void *arena = zeros({arena});
  double best = 1e9;
  for (int round = 0; round < 30; round++) {{
    const double start = now();
    for (int step = 0; step < 20; step++) {function}(&arguments, arena);
    const double time = (now() - start) / 20;
    if (time < best) best = time;
  }}
  printf("%g\\n", best * 1e6);
  return 0;
}}
"""


def depth(options):
    print("chains of identical layers, 64 wide, batch 32; a layer's share in brackets")
    print(f"{'layers':>8}{'generation s':>18}{'lines of C':>18}{'compiling s':>18}{'objects KB':>18}{'µs/step':>18}")
    for count in [2, 4, 8, 16, 32, 64]:
        with tempfile.TemporaryDirectory() as folder:
            made = Generated(folder, chain(count), options)
            objects, seconds = made.compile()
            text = made.header.read_text()
            function, arguments = re.search(r"void (\w+)\(const (\w+) \*arguments", text).groups()
            driver = made.folder / "driver.c"
            driver.write_text(
                DRIVER.format(
                    header=made.header.name, arguments=arguments, function=function,
                    arena=re.search(r"#define (\w+_ARENA_BYTES)", text).group(1),
                )
            )
            program = made.folder / "driver"
            run(["clang", "-O2", "-std=gnu11", driver, *objects, *RUNTIME, "-o", program, "-lm", "-lpthread"] + made.includes)
            step = float(run([program], env=dict(os.environ, ADJOINT_THREADS="1")))
            kilobytes = sum(item.stat().st_size for item in objects) / 1024
            figures = [made.generation, made.lines(), seconds, kilobytes, step]
            print(f"{count:8}" + "".join(f"{f'{figure:.3g} ({figure / count:.2g})':>18}" for figure in figures), flush=True)


def variants(options):
    print("share of the bound that each instruction set has, on one thread")
    shares = {}
    for isa in ["avx512", "avx2", "baseline"]:
        environment = dict(os.environ, ADJOINT_ISA=isa)
        report = json.loads(run([options.bench, "--json", "--threads", "1", "--seconds", options.seconds], env=environment))
        for outcome in report["outcomes"]:
            shares.setdefault(outcome["workload"], []).append(f"{100 * outcome['shareOfBound']:.0f} %")
    print(f"{'':8}{'avx512':>10}{'avx2':>10}{'baseline':>10}")
    for workload, columns in shares.items():
        print(f"{workload:8}" + "".join(f"{column:>10}" for column in columns))


def main():
    figures = {"memory": memory, "size": size, "generation": generation, "depth": depth, "variants": variants}
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(figures))
    parser.add_argument("--bench", default=PACKAGE / ".build/release/bench")
    parser.add_argument("--adjointc", default=PACKAGE / ".build/release/adjointc")
    parser.add_argument("--seconds", default="0.5", help="how long the benchmark measures each workload")
    options = parser.parse_args()
    for name in options.names or figures:
        if name not in figures:
            parser.error(f"there is no figure '{name}'")
        figures[name](options)


if __name__ == "__main__":
    main()
