import { parentPort, workerData } from "node:worker_threads";

type Task = (input: unknown) => unknown;

const { module } = workerData as { readonly module: string };
const tasks = (await import(module)) as Readonly<Record<string, unknown>>;

parentPort?.on("message", (job: { readonly task: string; readonly input: unknown }) => {
  void answer(job).then((given) => parentPort?.postMessage(given));
});

async function answer({ task, input }: { readonly task: string; readonly input: unknown }): Promise<unknown> {
  try {
    const run = Object.hasOwn(tasks, task) ? tasks[task] : undefined;
    if (typeof run !== "function") throw new Error(`There is no work of the name ${task}.`);
    return { ok: true, value: await (run as Task)(input) };
  } catch (cause) {
    return { ok: false, error: cause instanceof Error ? new Error(cause.message) : new Error(String(cause)) };
  }
}
