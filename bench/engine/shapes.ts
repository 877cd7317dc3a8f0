import type { JsonObject } from "@gennaker/contract/json.ts";

function stage(refId: string, requisites: readonly string[]): JsonObject {
  return { refId, type: "bench", name: `stage ${refId}`, requisiteStageRefIds: [...requisites] };
}

/** One after another. */
export function chain(length: number): JsonObject[] {
  return Array.from({ length }, (_, index) => stage(String(index), index === 0 ? [] : [String(index - 1)]));
}

/** One stage, `width` side by side, one that joins them. */
export function fan(width: number): JsonObject[] {
  const branches = Array.from({ length: width }, (_, index) => stage(`b${index}`, ["start"]));
  return [
    stage("start", []),
    ...branches,
    stage(
      "join",
      branches.map((branch) => String(branch["refId"])),
    ),
  ];
}

/** `rows` × `columns`; each stage requires the one above it and that one's right neighbour. */
export function lattice(rows: number, columns: number): JsonObject[] {
  return Array.from({ length: rows * columns }, (_, index) => {
    const row = Math.floor(index / columns);
    const column = index % columns;
    const above = row === 0 ? [] : [...new Set([`${row - 1}.${column}`, `${row - 1}.${(column + 1) % columns}`])];
    return stage(`${row}.${column}`, above);
  });
}
