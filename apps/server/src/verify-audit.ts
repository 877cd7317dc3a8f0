import { parseArgs } from "node:util";
import type { ChainPoint } from "@gennaker/contract/audit/chain.ts";
import { verifyAudit } from "./platform/audit/verify.ts";
import { createDatabase } from "./platform/database/create-database.ts";

/** `gennaker audit verify --database URL`: reads the database itself. Exits 0 when it is intact, 1 when not, 2 otherwise. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { database: { type: "string" }, head: { type: "string", multiple: true }, json: { type: "boolean" } },
  });
  const url = values.database ?? "";
  if (!/^postgres(ql)?:\/\//.test(url)) throw new Error("--database needs postgres://… as its value.");
  const told = (values.head ?? []).map(readHead);
  const database = createDatabase({ url, connections: 1 });
  try {
    const result = await verifyAudit(database, told);
    process.stdout.write(values.json === true ? `${JSON.stringify(result, null, 2)}\n` : words(result));
    return result.intact ? 0 : 1;
  } finally {
    await database.close();
  }
}

function readHead(text: string): ChainPoint {
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (seq === undefined || hash === undefined) throw new Error(`"${text}" is no SEAL:HASH.`);
  return { seq: Number(seq), hash };
}

function words({ intact, checked, start, head, waiting, findings }: Awaited<ReturnType<typeof verifyAudit>>): string {
  const range = `${checked} sealed entries, after seal ${start.seq} up to seal ${head.seq}, ${waiting} waiting`;
  const first = intact ? `The database's audit is intact: ${range}.` : `The database's audit is NOT intact (${range}):`;
  const last = intact ? [`Keep the head elsewhere: ${head.seq}:${head.hash}`] : [];
  return `${[first, ...findings.map(({ kind, text }) => `  ${kind}: ${text}`), ...last].join("\n")}\n`;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`gennaker: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
