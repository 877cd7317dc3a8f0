import { globSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Benchmark, Measured } from "./benchmark.ts";

const here = fileURLToPath(new URL("./", import.meta.url));

async function load(): Promise<Benchmark[]> {
  const files = globSync("*/bench.ts", { cwd: here }).sort();
  return Promise.all(files.map(async (file) => (await import(new URL(file, import.meta.url).href)) as Benchmark));
}

function table(measured: Measured): string {
  const names = Object.keys(measured.figures);
  const width = Math.max(...names.map((name) => name.length));
  return names
    .map((name) => {
      const peer = measured.peer?.[name];
      const ratio = measured.ratio?.[name];
      const beside = `${peer === undefined ? "" : `   peer ${round(peer)}`}${ratio === undefined ? "" : `   ratio ${round(ratio)}`}`;
      return `  ${name.padEnd(width)}  ${round(measured.figures[name] ?? Number.NaN)}${beside}`;
    })
    .join("\n");
}

function round(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(4);
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: "boolean", default: false },
      list: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
    },
  });
  const benchmarks = await load();
  if (values.list) {
    for (const each of benchmarks) console.log(`${each.name.padEnd(12)} ${each.describe}`);
    return 0;
  }
  const unknown = positionals.find((name) => !benchmarks.some((each) => each.name === name));
  if (unknown !== undefined) {
    console.error(`There is no benchmark "${unknown}". There are: ${benchmarks.map((each) => each.name).join(", ")}.`);
    return 2;
  }
  for (const each of benchmarks.filter(
    (benchmark) => positionals.length === 0 || positionals.includes(benchmark.name),
  )) {
    if (!values.json) console.log(`${each.name}: ${each.describe}`);
    const measured = await each.run({ json: values.json, quick: values.quick });
    console.log(values.json ? JSON.stringify({ name: each.name, ...measured }) : table(measured));
  }
  return 0;
}

process.exit(await main());
