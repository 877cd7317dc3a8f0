/** The statuses of kstatus (sigs.k8s.io/cli-utils, `pkg/kstatus/status`). */
export type KstatusStatus = "Current" | "InProgress" | "Failed" | "Terminating" | "NotFound" | "Unknown";

export type KstatusCondition = {
  readonly type: "Reconciling" | "Stalled";
  readonly status: "True";
  readonly reason: string;
  readonly message: string;
};

/** `status` is null where kstatus itself answers with an error; `message` then says which. */
export type KstatusResult = {
  readonly status: KstatusStatus | null;
  readonly message: string;
  readonly conditions: readonly KstatusCondition[];
};

export const current = (message: string): KstatusResult => ({ status: "Current", message, conditions: [] });

export const inProgress = (reason: string, message: string): KstatusResult => ({
  status: "InProgress",
  message,
  conditions: [{ type: "Reconciling", status: "True", reason, message }],
});

export const failed = (reason: string, message: string, conditionMessage = message): KstatusResult => ({
  status: "Failed",
  message,
  conditions: [{ type: "Stalled", status: "True", reason, message: conditionMessage }],
});

export const refused = (message: string): KstatusResult => ({ status: null, message, conditions: [] });
