import type { Explanations } from "./explain.ts";
import { en, type Messages } from "./en.ts";
export const ko: Messages = en;
export const koExplanations: Explanations = {};
