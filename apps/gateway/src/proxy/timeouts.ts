/** What holds when a snapshot says nothing; milliseconds. */
export const defaults = {
  connectMs: 2_000,
  responseMs: 30_000,
  idleMs: 300_000,
  clientHeadMs: 10_000,
  clientIdleMs: 75_000,
  halfCloseMs: 1_000,
  upstreamIdleMs: 4_000,
  retryAttempts: 2,
} as const;
