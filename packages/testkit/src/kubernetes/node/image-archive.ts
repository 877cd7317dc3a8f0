import { createHash } from "node:crypto";

export type Image = {
  /** `localhost/web:v1` */
  name: string;
  /** What the container starts with. */
  entrypoint: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** Contents of its one layer by path, all of them programs. */
  files: Readonly<Record<string, Buffer>>;
};

/**
 * An image as `docker save` writes one, which containerd imports: a tar of a configuration, one layer (itself a tar)
 * and a manifest that names both. The layer's name in the configuration is the SHA-256 of its bytes.
 */
export function imageArchive({ name, entrypoint, env = {}, files }: Image): Buffer {
  const layer = tar(Object.entries(files).map(([path, data]) => ({ path, data, mode: 0o755 })));
  const config = Buffer.from(
    JSON.stringify({
      architecture: process.arch === "x64" ? "amd64" : process.arch,
      os: "linux",
      config: {
        Entrypoint: entrypoint,
        Env: ["PATH=/", ...Object.entries(env).map(([key, value]) => `${key}=${value}`)],
        WorkingDir: "/",
      },
      rootfs: { type: "layers", diff_ids: [`sha256:${sha256(layer)}`] },
    }),
  );
  const configName = `${sha256(config)}.json`;
  const manifest = [{ Config: configName, RepoTags: [name], Layers: ["layer.tar"] }];
  return tar([
    { path: configName, data: config, mode: 0o644 },
    { path: "layer.tar", data: layer, mode: 0o644 },
    { path: "manifest.json", data: Buffer.from(JSON.stringify(manifest)), mode: 0o644 },
  ]);
}

const sha256 = (data: Buffer): string => createHash("sha256").update(data).digest("hex");

/** Regular files in POSIX's format (ustar): a header of 512 bytes each, contents filled up to whole blocks. */
function tar(entries: readonly { path: string; data: Buffer; mode: number }[]): Buffer {
  const parts = entries.flatMap(({ path, data, mode }) => [
    header(path, data.length, mode),
    data,
    Buffer.alloc((512 - (data.length % 512)) % 512),
  ]);
  return Buffer.concat([...parts, Buffer.alloc(1_024)]);
}

function header(path: string, size: number, mode: number): Buffer {
  if (Buffer.byteLength(path) > 100) throw new Error(`${path} is too long for an archive.`);
  const block = Buffer.alloc(512);
  const octal = (value: number, width: number) => `${value.toString(8).padStart(width - 1, "0")}\0`;
  block.write(path, 0);
  block.write(octal(mode, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(size, 12), 124);
  block.write(octal(0, 12), 136);
  block.write("0", 156);
  block.write("ustar\x0000", 257);
  // The sum of all bytes of the header, its own field read as spaces.
  block.fill(" ", 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}
