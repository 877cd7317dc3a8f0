import { constants } from "node:fs";
import { type FileHandle, open, readdir } from "node:fs/promises";
import { join } from "node:path";

/** The numbers of the log files, oldest first. The launcher writes to the highest. */
export async function logNumbers(directory: string): Promise<number[]> {
  const names = await readdir(directory).catch(() => []);
  return names
    .map((name) => /^(\d{6,})\.log$/.exec(name)?.[1])
    .filter((digits) => digits !== undefined)
    .map(Number)
    .sort((one, other) => one - other);
}

/** Opens one for reading; null when it is gone or is not a plain file (the directory belongs to the service's user). */
export async function openLog(directory: string, number: number): Promise<FileHandle | null> {
  const path = join(directory, `${String(number).padStart(6, "0")}.log`);
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(path, flags).catch(() => null);
  if (handle === null || (await handle.stat()).isFile()) return handle;
  await handle.close();
  return null;
}

const BLOCK_BYTES = 64 * 1024;

/** Where the last `lines` lines begin: a file and an offset in it; null when there is no output. */
export async function findTail(directory: string, lines: number): Promise<{ number: number; offset: number } | null> {
  const numbers = await logNumbers(directory);
  let wanted = lines;
  let place: { number: number; offset: number } | null = null;
  // The newline that ends the output begins no line.
  let atEnd = true;
  for (const number of numbers.toReversed()) {
    const handle = await openLog(directory, number);
    if (handle === null) break;
    try {
      let position = (await handle.stat()).size;
      place = { number, offset: position };
      if (lines === 0) return place;
      while (position > 0) {
        const start = Math.max(0, position - BLOCK_BYTES);
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(position - start), 0, position - start, start);
        for (let index = bytesRead - 1; index >= 0; index -= 1) {
          const isNewline = buffer[index] === 10;
          if (isNewline && !atEnd && (wanted -= 1) === 0) return { number, offset: start + index + 1 };
          atEnd = false;
        }
        position = start;
      }
      place = { number, offset: 0 };
    } finally {
      await handle.close();
    }
  }
  return place;
}
