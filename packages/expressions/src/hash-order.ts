/**
 * The order in which Java's hash map walks these keys, each once. Orca sorts the stages of a template from such a
 * map, so the order of independent stages in its plans is this one; plans made here list them alike.
 */
export function hashOrder(keys: readonly string[]): string[] {
  const distinct = [...new Set(keys)];
  let buckets = 16;
  while (distinct.length > buckets * 0.75) buckets *= 2;
  const bucketOf = (key: string): number => {
    const hash = hashCode(key);
    return (hash ^ (hash >>> 16)) & (buckets - 1);
  };
  return distinct
    .map((key) => ({ key, bucket: bucketOf(key) }))
    .toSorted((a, b) => a.bucket - b.bucket)
    .map(({ key }) => key);
}

function hashCode(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at += 1) hash = (Math.imul(31, hash) + text.charCodeAt(at)) | 0;
  return hash;
}
