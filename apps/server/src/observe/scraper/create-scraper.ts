import type { Scraper, ScraperDependencies, ScrapeTarget } from "./api.ts";
import { createFetcher, type Fetcher } from "./fetch-exposition.ts";
import { nextDue, offsetOf, timeoutFor } from "./schedule.ts";
import { ownSamples, toSamples, type Previous } from "./to-samples.ts";

const defaultBodyBytes = 16 * 1024 * 1024;
/** A previous scrape older than this many intervals says nothing about what is new. */
const previousIntervals = 3;

type Runner = { stop(): Promise<void> };
type Settings = Required<Pick<ScraperDependencies, "now" | "intervalMs" | "refreshMs" | "bodyBytes">>;

/** Scrapes each target on its own schedule: a slow or dead one holds up nobody but itself. */
export function createScraper(dependencies: ScraperDependencies): Scraper {
  const { log, targets } = dependencies;
  const settings: Settings = {
    now: dependencies.now ?? Date.now,
    intervalMs: dependencies.intervalMs ?? 1000,
    refreshMs: dependencies.refreshMs ?? 1000,
    bodyBytes: dependencies.bodyBytes ?? defaultBodyBytes,
  };
  const runners = new Map<string, Runner>();
  let fetcher: Fetcher | null = null;
  let timer: NodeJS.Timeout | undefined;
  let refreshing: Promise<void> = Promise.resolve();
  let running = false;
  let failed = false;

  async function refresh(own: Fetcher): Promise<void> {
    try {
      const wanted = new Map((await targets()).map((target) => [keyOf(target), target]));
      if (!running) return;
      for (const [key, runner] of runners) {
        if (wanted.has(key)) continue;
        runners.delete(key);
        void runner.stop();
      }
      for (const [key, target] of wanted)
        if (!runners.has(key)) runners.set(key, runTarget(key, target, own, dependencies, settings));
      failed = false;
    } catch (error) {
      if (!failed)
        log("warn", "the targets to scrape could not be read; going on with those known", {
          cause: (error as Error).message,
        });
      failed = true;
    }
  }

  function loop(own: Fetcher): void {
    refreshing = refresh(own).then(() => {
      if (running) timer = setTimeout(() => loop(own), settings.refreshMs).unref();
    });
  }

  return {
    start() {
      if (running) return;
      running = true;
      fetcher = createFetcher();
      loop(fetcher);
    },
    async stop() {
      running = false;
      clearTimeout(timer);
      await refreshing;
      clearTimeout(timer);
      await Promise.all([...runners.values()].map((runner) => runner.stop()));
      runners.clear();
      await fetcher?.close();
      fetcher = null;
    },
  };
}

function keyOf(target: ScrapeTarget): string {
  return JSON.stringify([
    target.url,
    Object.entries(target.labels).sort(([a], [b]) => (a < b ? -1 : 1)),
    target.intervalMs ?? null,
  ]);
}

function runTarget(
  key: string,
  target: ScrapeTarget,
  fetcher: Fetcher,
  dependencies: ScraperDependencies,
  settings: Settings,
): Runner {
  const { samples, log } = dependencies;
  const { now } = settings;
  const intervalMs = target.intervalMs ?? settings.intervalMs;
  const offset = offsetOf(key, intervalMs);
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let current: Promise<void> = Promise.resolve();
  let previous: Previous = null;
  let up: boolean | null = null;
  let stored = true;

  async function scrape(): Promise<void> {
    const time = now();
    const begun = performance.now();
    const seconds = () => (performance.now() - begun) / 1000;
    try {
      const exposed = await fetcher.fetch(target.url, {
        signal: stopping.signal,
        timeoutMs: timeoutFor(intervalMs),
        bodyBytes: settings.bodyBytes,
      });
      const lately = previous !== null && time - previous.time <= previousIntervals * intervalMs ? previous : null;
      const read = toSamples(exposed, target.labels, time, lately);
      previous = { time, cumulative: read.cumulative };
      if (up === false) log("info", "a target answers again", { target: target.url });
      up = true;
      await store([...read.samples, ...ownSamples(target.labels, time, true, seconds())]);
    } catch (error) {
      if (stopping.signal.aborted) return;
      previous = null;
      if (up !== false) log("warn", "a target cannot be scraped", { target: target.url, cause: describe(error) });
      up = false;
      await store(ownSamples(target.labels, time, false, seconds()));
    }
  }

  /** Samples that cannot be stored are lost; the next ones are tried again. */
  async function store(batch: Parameters<typeof samples.write>[0]): Promise<void> {
    if (stopping.signal.aborted) return;
    try {
      await samples.write(batch);
      stored = true;
    } catch (error) {
      if (stored)
        log("error", "samples could not be stored and are lost", { target: target.url, cause: describe(error) });
      stored = false;
    }
  }

  function plan(): void {
    const at = now();
    timer = setTimeout(
      () => {
        current = scrape().then(() => {
          if (!stopping.signal.aborted) plan();
        });
      },
      nextDue(at, intervalMs, offset) - at,
    ).unref();
  }

  plan();
  return {
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await current;
      clearTimeout(timer);
    },
  };
}

function describe(error: unknown): string {
  const { message, name } = error as Error;
  return name === "TimeoutError" ? "no answer in time" : message;
}
