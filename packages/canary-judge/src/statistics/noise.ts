/** Gives independent draws from the standard normal distribution. */
export type GaussianSource = () => number;

/**
 * A seeded standard normal source (Marsaglia's polar method over the mulberry32 generator): the same seed gives the
 * same draws, so that a judgement can be replayed.
 */
export function seededGaussian(seed: number): GaussianSource {
  let state = seed >>> 0;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const kept = spare;
      spare = undefined;
      return kept;
    }
    for (;;) {
      const u = 2 * uniform() - 1;
      const v = 2 * uniform() - 1;
      const radius = u * u + v * v;
      if (radius > 0 && radius < 1) {
        const scale = Math.sqrt((-2 * Math.log(radius)) / radius);
        spare = v * scale;
        return u * scale;
      }
    }
  };
}

/** The values with independent normal noise of the given standard deviation added; -0 becomes 0. */
export function withNoise(values: Float64Array, deviation: number, gaussian: GaussianSource): Float64Array {
  return values.map((value) => value + (gaussian() * deviation + 0));
}
