/**
 * `node serve.ts [--json] [--web IMAGES]`: a Kubernetes for trying things out; says its kubeconfig, ends with Ctrl-C or
 * its standard input. With images, `{"v1": {"READY_AFTER": "2"}}`, it has a real node with `localhost/web:v1` where one
 * can run; otherwise nodes that only have a status. With `--json` it says `{kubeconfig, node, skipped}`: the node's address, or
 * why there is none.
 */
import { parseArgs } from "node:util";
import { startKubernetes } from "./cluster.ts";
import { whyNoNode } from "./node/probe.ts";

const { values } = parseArgs({ options: { json: { type: "boolean", default: false }, web: { type: "string" } } });
const images = values.web === undefined ? null : (JSON.parse(values.web) as Record<string, Record<string, string>>);
const skipped = images === null ? "no images were given" : await whyNoNode();
const cluster = await startKubernetes({
  ...(skipped === null ? { realNode: true, fakeNodes: 0 } : {}),
  log: (line) => process.stderr.write(`${line}\n`),
}).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
for (const [version, env] of Object.entries(images ?? {})) await cluster.node?.addWeb(version, env);
const { kubeconfig, node } = cluster;
process.stdout.write(
  values.json ? `${JSON.stringify({ kubeconfig, node: node?.address ?? null, skipped })}\n` : `${kubeconfig}\n`,
);
const end = () => void cluster.stop().then(() => process.exit(0));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, end);
process.stdin.on("end", end).resume();
