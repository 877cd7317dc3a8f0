/** A statement runner: the pool itself, or one open transaction. */
export type Tx = {
  /** Runs one parameterised statement and gives its rows. `text` is also the prepared statement's identity. */
  query<R extends object = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<R[]>;
  /** Runs `hook` once the surrounding transaction has committed (at once outside of one). Never on rollback. */
  afterCommit(hook: () => void): void;
};

export type Database = Tx & {
  /** Runs `work` in one transaction; commits when it resolves, rolls back when it throws. Not re-tried. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Hears NOTIFY on `channel` over one shared connection that reconnects by itself; a hint only, may be lost. */
  listen(channel: string, heard: (payload: string) => void): Promise<() => Promise<void>>;
  /** Sends a NOTIFY outside any transaction, coalesced (at most one per channel and payload in 10 ms). */
  notify(channel: string, payload: string): void;
  close(): Promise<void>;
};
