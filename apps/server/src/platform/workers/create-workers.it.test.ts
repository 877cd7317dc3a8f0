import { afterEach, expect, test } from "vitest";
import type { Workers } from "./api.ts";
import { createWorkers, type WorkersOptions } from "./create-workers.ts";

const opened: Workers[] = [];
afterEach(async () => {
  for (const workers of opened.splice(0)) await workers.stop(0);
});

function pool(options: Partial<WorkersOptions> = {}): Workers {
  const workers = createWorkers({
    module: new URL("./fixtures/tasks.ts", import.meta.url),
    threads: 1,
    queue: 10,
    memoryMb: 64,
    timeoutMs: 20_000,
    ...options,
  });
  opened.push(workers);
  return workers;
}

test("a task runs in a thread and its own error comes back", async () => {
  const workers = pool({ threads: 2 });
  expect(await Promise.all([workers.run("double", 2), workers.run("double", 21)])).toEqual([4, 42]);
  await expect(workers.run("fail", "not like this")).rejects.toThrow("not like this");
  await expect(workers.run("nobody", 1)).rejects.toThrow("no work of the name nobody");
  const figures = workers.figures();
  expect(figures).toMatchObject({ running: 0, waiting: 0, done: 2, failed: 2 });
  expect(figures.tasks).toMatchObject({ double: { done: 2, failed: 0 }, fail: { done: 0, failed: 1 } });
  expect(figures.ranMs).toBeGreaterThan(0);
});

test("a thread that dies fails only its own task; the next one gets a new thread", async () => {
  const workers = pool();
  const [died, next] = await Promise.allSettled([workers.run("exit", null), workers.run("double", 4)]);
  expect(died).toMatchObject({ status: "rejected", reason: { code: "crashed" } });
  expect(next).toEqual({ status: "fulfilled", value: 8 });
});

test("memory and time are limited", async () => {
  const workers = pool();
  await expect(workers.run("eat", null)).rejects.toMatchObject({ code: "memory" });
  await expect(workers.run("spin", null, { timeoutMs: 300 })).rejects.toMatchObject({ code: "timeout" });
  expect(await workers.run("double", 5)).toBe(10);
});

test("a running and a waiting task can be cancelled", async () => {
  const workers = pool();
  const [running, waiting] = [new AbortController(), new AbortController()];
  const first = workers.run("spin", null, { signal: running.signal });
  const second = workers.run("double", 1, { signal: waiting.signal });
  waiting.abort();
  await expect(second).rejects.toMatchObject({ code: "cancelled" });
  running.abort();
  await expect(first).rejects.toMatchObject({ code: "cancelled" });
  expect(await workers.run("double", 6)).toBe(12);
});

test("more than the queue holds is refused", async () => {
  const workers = pool({ queue: 1 });
  const running = workers.run("slow", 200);
  const waiting = workers.run("double", 1);
  await expect(workers.run("double", 2)).rejects.toMatchObject({ code: "full" });
  expect(await Promise.all([running, waiting])).toEqual(["done", 2]);
});

test("stopping waits for what runs and refuses what comes", async () => {
  const workers = pool();
  const running = workers.run("slow", 100);
  const stopping = workers.stop(20_000);
  await expect(workers.run("double", 1)).rejects.toMatchObject({ code: "stopped" });
  expect(await running).toBe("done");
  await stopping;
  expect(workers.figures().threads).toBe(0);
});
