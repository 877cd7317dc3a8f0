/** `node build.ts`: builds the programs of Kubernetes for tests into the cache, unless they are there. */
import { buildPrograms } from "./build-programs.ts";
import { findPrograms } from "./programs.ts";

const say = (line: string) => process.stderr.write(`Kubernetes for tests: ${line}\n`);
const found = findPrograms();
if (found !== null) say(`already at ${found}`);
else {
  await buildPrograms(say).catch((error: unknown) => {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  });
}
