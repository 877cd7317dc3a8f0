import { readFile, realpath } from "node:fs/promises";
import { resolve, sep } from "node:path";
import type { SecretSource } from "../api.ts";
import { SecretError } from "../api.ts";
import { fieldOf } from "./field.ts";

/**
 * `secret://file/PATH` below one directory, as orchestrators mount them; with `#KEY` a field of a JSON file. Line breaks
 * at the end are not part of a value. What leads out of the directory, also through a link, is not there.
 */
export function fileSource(directory: string): SecretSource {
  return {
    async read(path, key) {
      let text: string;
      try {
        const root = await realpath(directory);
        const real = await realpath(resolve(root, path));
        if (path.startsWith("/") || !real.startsWith(root + sep)) return null;
        text = await readFile(real, "utf8");
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR") return null;
        throw new SecretError("unavailable", `The file of secret://file/${path} cannot be read (${String(code)}).`);
      }
      return key === null ? text.replace(/[\r\n]+$/, "") : fieldOf(text, key);
    },
  };
}
