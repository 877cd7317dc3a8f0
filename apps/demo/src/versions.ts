import { chmodSync, cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Fault } from "./options.ts";

const program = fileURLToPath(new URL("../service/server.mjs", import.meta.url));

type Behaviour = {
  version: string;
  startMs: number;
  baseMs: number;
  spreadMs: number;
  slowShare: number;
  slowMs: number;
  errorShare: number;
};

const good = { startMs: 300, baseMs: 6, spreadMs: 6, slowShare: 0.01, slowMs: 15, errorShare: 0 };

const faults: Record<Fault, Partial<Behaviour>> = {
  none: {},
  errors: { errorShare: 0.12 },
  latency: { slowShare: 0.25, slowMs: 45 },
  subtle: { slowShare: 0.18, slowMs: 40, errorShare: 0.06 },
};

/** How a version of the shop behaves; only the third has the fault. */
export function behaviourOf(version: keyof Versions, fault: Fault): Behaviour {
  const own = { v1: {}, v2: { baseMs: 5.5 }, v3: faults[fault] }[version];
  return { version, ...good, ...own };
}

export type Versions = { v1: string; v2: string; v3: string };

/** Writes the three versions of the shop as directories that can be deployed. */
export function writeVersions(folder: string, fault: Fault): Versions {
  const write = (behaviour: Behaviour) => {
    const target = join(folder, behaviour.version);
    mkdirSync(target, { recursive: true });
    cpSync(program, join(target, "server.mjs"));
    writeFileSync(join(target, "behaviour.json"), `${JSON.stringify(behaviour, null, 2)}\n`);
    chmodSync(target, 0o755);
    return target;
  };
  return {
    v1: write(behaviourOf("v1", fault)),
    v2: write(behaviourOf("v2", fault)),
    v3: write(behaviourOf("v3", fault)),
  };
}
