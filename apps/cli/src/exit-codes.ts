/** What the process says by its exit code; documented in the README. */
export const exitCodes = {
  /** Done; a watched execution SUCCEEDED. */
  ok: 0,
  /** The server refused, a document is wrong, or a watched execution did not succeed. */
  failed: 1,
  /** The command line itself cannot be understood. */
  usage: 2,
  /** No answer from the server. */
  unreachable: 3,
  /** Ctrl-C; nothing was cancelled unless it was asked for. */
  interrupted: 130,
} as const;
