/** Argo CD's health statuses. */
export type ArgocdStatus = "Healthy" | "Progressing" | "Degraded" | "Suspended" | "Missing" | "Unknown";

export type ArgocdResult = { readonly status: ArgocdStatus; readonly message: string };

export const answer = (status: ArgocdStatus, message = ""): ArgocdResult => ({ status, message });
