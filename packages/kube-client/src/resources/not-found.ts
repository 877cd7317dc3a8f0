import { isKubeError } from "../errors.ts";
import type { Discovery } from "./discovery.ts";

/** The object does not exist; an unknown kind is something else. */
export function isNotFound(error: unknown): boolean {
  return isKubeError(error, "NotFound");
}

/**
 * A 404 that names no object means that the address itself is unknown: the kind was removed, or its scope or plural
 * name changed, so what discovery knows is out of date.
 */
export async function noticeGone<T>(discovery: Discovery, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isKubeError(error) && error.code === 404 && typeof error.details["name"] !== "string") discovery.invalidate();
    throw error;
  }
}
