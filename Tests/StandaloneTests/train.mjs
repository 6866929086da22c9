// Trains digits with standalone C compiled for wasm32 without a C library: the same numbers as main.c, whose output
// this prints. usage: node train.mjs digits.wasm DigitsModel.h digits.csv epochs
import { readFileSync } from "node:fs";

const [wasm, header, csv, epochs] = process.argv.slice(2);
const text = readFileSync(header, "utf8");
const module = new WebAssembly.Module(readFileSync(wasm));
const imports = WebAssembly.Module.imports(module);
if (imports.length > 0) throw new Error("the module needs " + imports.map((i) => i.name).join(", "));
const { exports } = new WebAssembly.Instance(module, {});
const { memory } = exports;

let top = exports.__heap_base.value;
function allocate(bytes) {
  top = (top + 63) & ~63;
  const place = top;
  top += bytes;
  const missing = top - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / 65536));
  return place;
}

const arrays = { float: Float32Array, double: Float64Array, int32_t: Int32Array };
const view = (array) => new arrays[array.type](memory.buffer, array.place, array.count);

// A function of the header: its fields in order, with what the comments say of them.
function describe(name) {
  const body = text.match(new RegExp(`typedef struct ${name}_arguments \\{([^}]*)\\}`))[1];
  const fields = [...body.matchAll(/(?:const )?(\w+) \*(\w+);\s*\/\/ (.*)/g)].map(([, type, field, note]) => {
    const shape = note.match(/\[([^\]]*)\]/)[1];
    const count = shape === "" ? 1 : shape.split(", ").reduce((product, size) => product * Number(size), 1);
    const reuses = note.match(/, may be (.*)$/)?.[1].replaceAll(".", "_");
    return { type, field, count, reuses };
  });
  const bytes = Number(text.match(new RegExp(`${name.toUpperCase()}_ARENA_BYTES = (\\d+)`))[1]);
  return { name, fields, bytes };
}

const owned = {};
function own(type, field, count) {
  return (owned[field] ??= { type, count, place: allocate(count * arrays[type].BYTES_PER_ELEMENT) });
}

function prepare(name, own_tensors) {
  const { fields, bytes } = describe(name);
  const places = fields.map(({ type, field, count, reuses }) => {
    if (reuses) return owned[reuses].place;
    const array = own_tensors.includes(field) ? own(type, `${name}_${field}`, count) : own(type, field, count);
    return array.place;
  });
  const arguments_ = allocate(4 * places.length);
  const arena = allocate(bytes);
  new Uint32Array(memory.buffer, arguments_, places.length).set(places);
  return () => exports[name](arguments_, arena);
}

let state = 2463534242;
function randomBits() {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>>= 0);
}

const tensors = ["images", "labels", "logits", "loss"];
const trainStep = prepare("digits_model_train_step", tensors);
const evaluate = prepare("digits_model_evaluate_split_360", tensors);
const train = (field) => view(owned["digits_model_train_step_" + field]);
const test = (field) => view(owned["digits_model_evaluate_split_360_" + field]);
function initialize(array, inputs) {
  for (let i = 0; i < array.length; i++) array[i] = ((randomBits() >>> 8) * 2 ** -23 - 1) * Math.sqrt(3 / inputs);
}
initialize(view(owned.hidden_kernel), 64);
initialize(view(owned.output_kernel), 128);
view(owned.learningRate)[0] = 2e-3;
view(owned.beta1)[0] = 0.9;
view(owned.beta2)[0] = 0.999;
view(owned.epsilon)[0] = 1e-8;

const rows = readFileSync(csv, "utf8").trim().split("\n").map((line) => line.split(",").map(Number));
const testRows = rows.filter((_, i) => i % 5 === 0), trainingRows = rows.filter((_, i) => i % 5 !== 0);
function fill(images, labels, rows) {
  rows.forEach((row, i) => {
    for (let pixel = 0; pixel < 64; pixel++) images[i * 64 + pixel] = row[pixel] / 16;
    labels[i] = row[64];
  });
}
fill(test("images"), test("labels"), testRows);

const order = trainingRows.map((_, i) => i);
for (let epoch = 1; epoch <= Number(epochs); epoch++) {
  for (let i = order.length - 1; i > 0; i--) {
    const j = randomBits() % (i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  let total = 0;
  const batches = Math.floor(order.length / 32);
  for (let batch = 0; batch < batches; batch++) {
    fill(train("images"), train("labels"), order.slice(batch * 32, batch * 32 + 32).map((i) => trainingRows[i]));
    trainStep();
    total = Math.fround(total + train("loss")[0]);
  }
  evaluate();
  const logits = test("logits");
  const right = testRows.filter((row, i) => {
    let best = 0;
    for (let digit = 1; digit < 10; digit++) if (logits[i * 10 + digit] > logits[i * 10 + best]) best = digit;
    return best === row[64];
  }).length;
  const loss = Math.fround(total / batches).toFixed(6);
  console.log(`epoch ${String(epoch).padStart(2)}  loss ${loss}  test accuracy ${(right / 360).toFixed(4)}`);
}
