import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeNode } from "./node/remove-node.ts";

export const directoryPrefix = "gennaker-kubernetes-";
const ownerFile = "owner";

/** Writes down which process a cluster's directory belongs to. */
export function own(directory: string): void {
  writeFileSync(join(directory, ownerFile), String(process.pid));
}

/** Clusters whose process was killed: their programs died with it, their files did not. */
export async function removeLeftovers(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((each) => each.startsWith(directoryPrefix))) {
    const directory = join(tmpdir(), name);
    try {
      process.kill(Number(readFileSync(join(directory, ownerFile), "utf8")), 0);
    } catch (error) {
      // ESRCH: nobody has this id. Anything else, such as another user's process or a file not yet written, is left alone.
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") continue;
      await removeNode(directory);
      rmSync(directory, { recursive: true, force: true });
    }
  }
}
