import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { TaskError, type TaskContext } from "../../../engine/api.ts";
import type { DeliverDeps } from "../deps.ts";
import { fileOfTar } from "./tar-file.ts";

/** No script is longer; what is packed along with it neither. */
const maxBytes = 10_485_760;
const unpack = promisify(gunzip);

export type RepositoryDeps = Pick<DeliverDeps, "fetchContent">;
type Place = { repoUrl: string; scriptPath: string; repoBranch?: string | undefined; account?: string | undefined };

/** The text of the file `scriptPath` of a git repository, at a branch, tag or commit; the default branch without one. */
export async function scriptFromRepository(
  deps: RepositoryDeps,
  { execution, signal }: Pick<TaskContext, "execution" | "signal">,
  { repoUrl, scriptPath, repoBranch, account }: Place,
): Promise<string> {
  const location = scriptPath.replace(/^(\.?\/)+/, "");
  const artifact = {
    type: "git/repo",
    name: repoUrl,
    reference: repoUrl,
    version: repoBranch ?? "",
    location,
    ...(account === undefined ? {} : { artifactAccount: account }),
  };
  const packed = await deps.fetchContent(artifact, signal, execution.id, maxBytes);
  let file: Uint8Array | null;
  try {
    file = fileOfTar(await unpack(packed, { maxOutputLength: maxBytes }), location);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new TaskError("script.repository", `What came from ${repoUrl} cannot be unpacked: ${why}`, { cause: error });
  }
  if (file !== null) return new TextDecoder().decode(file);
  throw new TaskError(
    "script.repository",
    `${scriptPath} is no file of ${repoUrl}. It must be one script, not a folder or link.`,
  );
}
