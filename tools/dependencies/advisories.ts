import { spawn } from "node:child_process";

type Advisory = { name: string; severity: string; title: string };
export type Advisories = { asked: true; found: Advisory[] } | { asked: false; why: string };

const patienceMs = 20_000;

/** Asks the registry for known holes with `npm audit`. Without an answer that is said, and nothing is concluded from it. */
export async function askAdvisories(directory: string): Promise<Advisories> {
  const { out, error } = await npmAudit(directory);
  return error === null ? readAdvisories(out) : { asked: false, why: error };
}

/** The report of `npm audit --json` (npm 7 and later). */
export function readAdvisories(text: string): Advisories {
  type Via = string | { title?: string; severity?: string };
  type Report = {
    vulnerabilities?: Record<string, { severity?: string; via?: Via[] }>;
    message?: string;
    error?: unknown;
  };
  let report: Report;
  try {
    report = JSON.parse(text) as Report;
  } catch {
    return { asked: false, why: "npm gave no report" };
  }
  if (report.vulnerabilities === undefined)
    return { asked: false, why: report.message ?? "the registry did not answer" };
  const found = Object.entries(report.vulnerabilities).map(([name, { severity = "unknown", via = [] }]) => {
    const titles = via.flatMap((each) => (typeof each === "string" ? [`through ${each}`] : [each.title ?? "no title"]));
    return { name, severity, title: titles.join("; ") };
  });
  return { asked: true, found };
}

function npmAudit(directory: string): Promise<{ out: string; error: string | null }> {
  return new Promise((resolve) => {
    let out = "";
    const args = ["audit", "--json", "--omit=dev", "--package-lock-only", "--fetch-retries=0", "--fetch-timeout=8000"];
    const child = spawn("npm", args, { cwd: directory, stdio: ["ignore", "pipe", "ignore"], timeout: patienceMs });
    child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString("utf8")));
    child.on("error", (error) => resolve({ out, error: `npm cannot be run (${error.message})` }));
    child.on("close", () => resolve({ out, error: null }));
  });
}
