/** Where the engine says what a person who runs it should know. */
export type Log = (level: "info" | "warn" | "error", message: string) => void;
