import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";

export type Spooled = {
  digest: string;
  size: number;
  pieces(bytes: number): AsyncGenerator<Buffer>;
  remove(): Promise<void>;
};

/** A content longer than what is taken. */
export class TooLongError extends Error {
  constructor(maxBytes: number) {
    super(`it is longer than ${maxBytes} bytes, which is the limit (artifacts.limits.artifactBytes)`);
    this.name = "TooLongError";
  }
}

/**
 * Writes a stream to a file of its own and takes its digest, so that a database transaction is only opened once all of
 * it is here. Throws TooLongError; the file is gone then, and after `remove`.
 */
export async function spool(directory: string, body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Spooled> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, `artifact-${randomUUID()}`);
  const file = await open(path, "wx+", 0o600);
  const remove = async () => {
    await file.close();
    await rm(path, { force: true });
  };
  try {
    const hash = createHash("sha256");
    let size = 0;
    for await (const chunk of body) {
      size += chunk.length;
      if (size > maxBytes) throw new TooLongError(maxBytes);
      hash.update(chunk);
      await file.writeFile(chunk);
    }
    return {
      digest: `sha256:${hash.digest("hex")}`,
      size,
      remove,
      async *pieces(bytes) {
        for (let position = 0; position < size; position += bytes) {
          const buffer = Buffer.alloc(Math.min(bytes, size - position));
          await file.read(buffer, 0, buffer.length, position);
          yield buffer;
        }
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
