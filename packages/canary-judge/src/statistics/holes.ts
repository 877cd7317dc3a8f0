/** The values that are not NaN, in their order. */
export function withoutHoles(values: Float64Array): Float64Array {
  return values.some(Number.isNaN) ? values.filter((value) => !Number.isNaN(value)) : values;
}

/** NaN replaced by 0. */
export function holesAsZero(values: Float64Array): Float64Array {
  return values.some(Number.isNaN) ? values.map((value) => (Number.isNaN(value) ? 0 : value)) : values;
}
