/** What the worker threads can do, by name. */
export { evaluateHeavily } from "../engine/heavy-expressions.ts";
