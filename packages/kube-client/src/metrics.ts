/** Hooks for figures. All are optional, are called synchronously and must not throw. */
export type KubeMetrics = {
  /** After each HTTP exchange: `code` is the HTTP status, 0 when no answer came. */
  request?(sample: { verb: string; resource: string; code: number; seconds: number }): void;
  /** A watch ended and is opened again, or the kind is listed again (`relist`). */
  watchRestart?(sample: { resource: string; reason: string; relist: boolean }): void;
  /** The number of objects an informer holds, after each change of it. */
  objects?(sample: { resource: string; count: number }): void;
};
