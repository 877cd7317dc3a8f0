import { createRequire } from "node:module";
import type * as Library from "@bufbuild/cel";
import type * as Extensions from "@bufbuild/cel/ext";

const load = createRequire(import.meta.url);

/**
 * The CEL library, loaded when the first CEL expression is read: most installations have none, and it takes megabytes.
 * Evaluation is synchronous, so it cannot be imported late.
 */
export const celLibrary = (): typeof Library => load("@bufbuild/cel") as typeof Library;

/** Its functions for texts. */
export const celTexts = (): typeof Extensions.strings => (load("@bufbuild/cel/ext") as typeof Extensions).strings;
