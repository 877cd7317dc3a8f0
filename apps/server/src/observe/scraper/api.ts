import type { SampleStore } from "../samples/api.ts";

/** Something that serves Prometheus text or OpenMetrics. */
export type ScrapeTarget = {
  /** `http://host:port/path`, or `unix:/path/of/socket:/path` for a Unix socket. */
  url: string;
  /** Added to every sample; they win over what the target exposes, which is then kept as `exported_NAME`. */
  labels: Readonly<Record<string, string>>;
  /** Default: the scraper's. */
  intervalMs?: number;
};

export type ScraperDependencies = {
  /** The targets there are now; asked about once a second. */
  targets(): Promise<readonly ScrapeTarget[]>;
  samples: Pick<SampleStore, "write">;
  log(level: "info" | "warn" | "error", message: string, details?: Record<string, unknown>): void;
  now?: () => number;
  /** Default 1000. */
  intervalMs?: number;
  /** Default 1000. */
  refreshMs?: number;
  /** Largest answer, in bytes. Default 16 MiB. */
  bodyBytes?: number;
};

export type Scraper = {
  start(): void;
  /** Aborts what is under way; nothing is written after it resolves. */
  stop(): Promise<void>;
};
