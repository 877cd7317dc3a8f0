import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Small services, each wrong in its own way. */
const programs = {
  good: `http((request, response) => response.end("fine"));`,
  neverHealthy: `http((request, response) => response.writeHead(503).end("the cache is cold"));`,
  crashing: `http((request, response) => response.end("fine")); setTimeout(() => { console.error("out of ideas"); process.exit(3); }, 1500);`,
  stubborn: `process.on("SIGTERM", () => {}); http((request, response) => response.end("fine"));`,
} as const;

const prelude = `import { createServer } from "node:http";
const http = (answer) => createServer(answer).listen(Number(process.env.PORT), "127.0.0.1");
`;

export type ServiceName = keyof typeof programs;

/** Writes the services as directories that can be deployed, and gives where each is. */
export function writeServices(folder: string): Record<ServiceName, string> {
  const write = (name: ServiceName) => {
    const target = join(folder, name);
    mkdirSync(target, { recursive: true });
    writeFileSync(join(target, "server.mjs"), prelude + programs[name]);
    writeFileSync(join(target, "notes.txt"), "not a program\n");
    chmodSync(target, 0o755);
    return target;
  };
  return {
    good: write("good"),
    neverHealthy: write("neverHealthy"),
    crashing: write("crashing"),
    stubborn: write("stubborn"),
  };
}
