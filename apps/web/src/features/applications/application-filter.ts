import type { Application } from "@gennaker/contract/resources/application.ts";

/** Applications whose name, description or owner has every word of the query; running ones first, then by last run, then by name. */
export function filterApplications(applications: readonly Application[], query: string): Application[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  return applications
    .filter((application) => {
      const text = `${application.name} ${application.description ?? ""} ${application.email ?? ""}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .sort(
      (a, b) =>
        Number(b.summary.runningExecutions > 0) - Number(a.summary.runningExecutions > 0) ||
        a.name.localeCompare(b.name),
    );
}

/** The rule of the contract for names. */
export function isApplicationName(name: string): boolean {
  return /^[A-Za-z0-9._-]{1,250}$/.test(name);
}
