/** The values that are not NaN, in their order. */
export function withoutHoles(values: Float64Array): Float64Array {
  return values.includes(Number.NaN) ? values.filter((value) => !Number.isNaN(value)) : values;
}

/** NaN replaced by 0. */
export function holesAsZero(values: Float64Array): Float64Array {
  return values.includes(Number.NaN) ? values.map((value) => (Number.isNaN(value) ? 0 : value)) : values;
}
