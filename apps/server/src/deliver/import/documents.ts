import type { ImportItem } from "@gennaker/contract/resources/import.ts";
import type { ReadText } from "@gennaker/pipeline-model/import/read-text.ts";
import { unwrap } from "@gennaker/pipeline-model/import/unwrap.ts";
import { valueAt } from "@gennaker/pipeline-model/pointer.ts";
import { mayHoldExactNumbers, parseExact } from "../../platform/values/exact-numbers.ts";
import type { ReceivedText } from "./api.ts";
import type { Found } from "./import-items.ts";

/** Every document of the texts, each with its own text; what cannot be read is refused. */
export async function documentsOf(
  received: readonly ReceivedText[],
  readText: (text: string) => Promise<ReadText[]>,
): Promise<{ found: Found[]; refused: ImportItem[] }> {
  const found: Found[] = [];
  const refused: ImportItem[] = [];
  for (const { source, text, ...hint } of received) {
    const read = await readText(text);
    const problems = read.length === 0 ? [{ problem: "holds nothing" }] : read;
    for (const [index, one] of problems.entries()) {
      const at = problems.length > 1 ? `/${index}` : "";
      if ("problem" in one) refused.push(unreadable(source, at, one.problem));
      else found.push(...documentsIn(one.text, hint).map((each) => ({ ...each, source, ...placed(each, at) })));
    }
  }
  return { found, refused };
}

function documentsIn(text: string, hint: Omit<ReceivedText, "source" | "text">): Omit<Found, "source">[] {
  const value: unknown = JSON.parse(text);
  const all = unwrap(value, "", hint);
  const exact =
    all.length > 1 || all[0]?.pointer !== "" ? (mayHoldExactNumbers(text) ? parseExact(text) : value) : null;
  return all.map((classified) => ({
    classified,
    text: exact === null ? text : JSON.stringify(valueAt(exact, classified.pointer)),
  }));
}

const placed = ({ classified }: Omit<Found, "source">, at: string) => ({
  classified: { ...classified, pointer: at + classified.pointer },
});

function unreadable(source: string, pointer: string, problem: string): ImportItem {
  return {
    source,
    pointer,
    kind: null,
    name: "",
    application: null,
    outcome: "refused",
    change: "none",
    key: null,
    notes: [{ level: "error", code: "unreadable", pointer: "", message: problem }],
  };
}
