/** One thing to do in the store: without a value the key is removed. */
export type Operation = { key: string; value?: object };

/** etcd takes 128 operations and 1.5 MB at once. */
const together = 80;

/** Does the operations in order through etcd's HTTP interface, many in one transaction. */
export async function store(etcd: string, operations: Iterable<Operation>): Promise<void> {
  let batch: object[] = [];
  for (const { key, value } of operations) {
    const encoded = base64(key);
    batch.push(
      value === undefined
        ? { requestDeleteRange: { key: encoded } }
        : { requestPut: { key: encoded, value: base64(JSON.stringify(value)) } },
    );
    if (batch.length < together) continue;
    await send(etcd, "/v3/kv/txn", { success: batch });
    batch = [];
  }
  if (batch.length > 0) await send(etcd, "/v3/kv/txn", { success: batch });
}

/**
 * Forgets all versions but the newest, so that no watch can go on from an older one. With `advance` so many changes
 * that concern nobody come first.
 */
export async function compact(etcd: string, { advance = 0 }: { advance?: number } = {}): Promise<void> {
  const key = "/gennaker-tests";
  for (let change = 0; change < advance; change += 1) await store(etcd, [{ key, value: { change } }]);
  const { header } = (await send(etcd, "/v3/kv/range", { key: base64(key) })) as { header: { revision: string } };
  await send(etcd, "/v3/kv/compaction", { revision: header.revision, physical: true });
}

async function send(etcd: string, path: string, body: object): Promise<unknown> {
  const answer = await fetch(`${etcd}${path}`, { method: "POST", body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`etcd answered ${answer.status} to ${path}: ${await answer.text()}`);
  return answer.json();
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");
