/** What a benchmark measured: figures by name, those of a peer in the same run, and the ratios of ours to the peer's. */
export type Measured = {
  figures: Record<string, number>;
  peer?: Record<string, number>;
  ratio?: Record<string, number>;
};

export type RunOptions = { json: boolean; quick?: boolean };

/** The exports of every `bench/<name>/bench.ts`. */
export type Benchmark = {
  name: string;
  describe: string;
  run(options: RunOptions): Promise<Measured>;
};
