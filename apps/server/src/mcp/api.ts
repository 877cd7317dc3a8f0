import type { RouteName } from "@gennaker/contract/routes.ts";
import type { z } from "zod";

/** What a tool was called with, after its schema was checked. */
export type Given = Readonly<Record<string, unknown>>;

/** What a tool asks of the own API. */
export type ToolRequest = {
  route: RouteName;
  params?: Readonly<Record<string, string>>;
  query?: Readonly<Record<string, string>>;
  body?: unknown;
};

/** Asks the own API as whoever called the tool. Throws ToolFailure with the answer's own words. */
export type Ask = (request: ToolRequest) => Promise<unknown>;

export type Tool = {
  name: string;
  title: string;
  description: string;
  /** Changes something: offered only where the configuration says so. */
  changes: boolean;
  /** Changes that take something away, or are not undone by doing the opposite. */
  destructive?: boolean;
  input: z.ZodRawShape;
  /** The routes it asks, for the test that all of them are known to the permission table. */
  routes: readonly RouteName[];
  run(input: Given, ask: Ask): Promise<unknown>;
};

/** What the own API answered instead of what was asked for. */
export class ToolFailure extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ToolFailure";
  }
}
