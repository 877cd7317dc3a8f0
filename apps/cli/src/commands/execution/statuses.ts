/** The engine's statuses; a test compares them with the contract, whose schemas are not loaded only to read a flag. */
export const statuses = [
  "NOT_STARTED",
  "RUNNING",
  "PAUSED",
  "SUSPENDED",
  "SUCCEEDED",
  "FAILED_CONTINUE",
  "SKIPPED",
  "TERMINAL",
  "CANCELED",
  "STOPPED",
  "REDIRECT",
  "BUFFERED",
] as const;
