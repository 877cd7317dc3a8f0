/** `node serve.ts`: a Kubernetes for trying things out; says its kubeconfig, ends with Ctrl-C or its standard input. */
import { startKubernetes } from "./cluster.ts";

const cluster = await startKubernetes({ log: (line) => process.stderr.write(`${line}\n`) });
process.stdout.write(`${cluster.kubeconfig}\n`);
const end = () => void cluster.stop().then(() => process.exit(0));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, end);
process.stdin.on("end", end).resume();
