/** `node keeper.ts DIRECTORY`: waits until its standard input ends, however that comes, and removes the node then. */
import { removeNode } from "./remove-node.ts";

const directory = process.argv[2] ?? "";
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
process.stdin.resume();
process.stdin.on("end", () => void removeNode(directory).then(() => process.exit(0)));
process.stdin.on("error", () => void removeNode(directory).then(() => process.exit(0)));
