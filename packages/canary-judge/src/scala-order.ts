/**
 * The order in which Scala 2.12's hash maps give back their keys. Kayenta's group scores come in this order, and its
 * sums over groups and weights are made in it, which decides the last bit.
 *
 * Keys are strings or null (whose hash is 0).
 */
type Key = string | null;

/** Largest size at which an immutable map keeps the order of insertion. */
const SMALL_MAP = 4;

/** Order of an immutable map into which the different keys were put in the given order. */
export function immutableMapOrder<K extends Key>(keys: readonly K[]): readonly K[] {
  return keys.length <= SMALL_MAP ? keys : keys.toSorted((a, b) => triePosition(a) - triePosition(b));
}

/** Order of the groups of `groupBy`, given the different keys in the order of their first appearance. */
export function groupByOrder<K extends Key>(keys: readonly K[]): readonly K[] {
  return immutableMapOrder(mutableMapOrder(keys));
}

/** `java.lang.String.hashCode`: 32-bit, over UTF-16 units. */
export function javaHash(key: Key): number {
  let hash = 0;
  if (key !== null) for (let i = 0; i < key.length; i++) hash = (Math.imul(31, hash) + key.charCodeAt(i)) | 0;
  return hash;
}

/** A trie of 32-way nodes, visited in ascending order of the 5-bit digits of the hash, lowest digit first. */
function triePosition(key: Key): number {
  let hash = javaHash(key);
  hash = (hash + ~(hash << 9)) | 0;
  hash ^= hash >>> 14;
  hash = (hash + (hash << 4)) | 0;
  hash = (hash ^ (hash >>> 10)) >>> 0;
  let position = 0;
  for (let digit = 0; digit < 7; digit++) position = position * 32 + ((hash >>> (5 * digit)) & (digit === 6 ? 3 : 31));
  return position;
}

/** A chained hash table: visited from the last bucket to the first, in a bucket the newest entry first. */
function mutableMapOrder<K extends Key>(keys: readonly K[]): readonly K[] {
  let buckets: K[][] = Array.from({ length: 16 }, () => []);
  let size = 0;
  for (const key of keys) {
    buckets[bucketIndex(key, buckets.length)]?.unshift(key);
    size++;
    if (size > Math.floor((buckets.length * 3) / 4)) buckets = doubled(buckets);
  }
  return buckets.toReversed().flat();
}

function doubled<K extends Key>(buckets: readonly K[][]): K[][] {
  const larger: K[][] = Array.from({ length: buckets.length * 2 }, () => []);
  for (const bucket of buckets.toReversed()) {
    for (const key of bucket) larger[bucketIndex(key, larger.length)]?.unshift(key);
  }
  return larger;
}

/** The top bits of the spread hash, turned by the number of bits of the index. `length` is a power of two. */
function bucketIndex(key: Key, length: number): number {
  const bits = 31 - Math.clz32(length);
  let hash = Math.imul(javaHash(key), 0x9e3775cd);
  hash = (hash << 24) | ((hash & 0xff00) << 8) | ((hash >>> 8) & 0xff00) | (hash >>> 24);
  hash = Math.imul(hash, 0x9e3775cd);
  const turned = (hash >>> bits) | (hash << (32 - bits));
  return (turned >>> (32 - bits)) & (length - 1);
}
