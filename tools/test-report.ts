/** What is read of vitest's JSON report of one project. */
export type Report = {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  testResults?: readonly {
    name: string;
    message?: string;
    status: string;
    assertionResults: readonly {
      status: string;
      fullName: string;
      ancestorTitles?: readonly string[];
      failureMessages?: readonly string[] | null;
    }[];
  }[];
};

/** One text for each failed test, and for each file that could not be loaded: where, which, and the first message. */
export function failuresOf(project: string, report: Report | null): string[] {
  return (report?.testResults ?? []).flatMap((file) => {
    const failed = file.assertionResults.filter(({ status }) => status === "failed");
    if (failed.length === 0 && file.status === "failed")
      return [`${project} ${file.name}\n${(file.message ?? "").slice(0, 1_500)}`];
    return failed.map(
      ({ fullName, failureMessages }) =>
        `${project} ${file.name} > ${fullName}\n${(failureMessages?.[0] ?? "").slice(0, 1_500)}`,
    );
  });
}

/** What was left out and how much of it, by the outermost group, whose name says why. */
export function skippedOf(project: string, report: Report | null): string[] {
  const counts = new Map<string, number>();
  for (const file of report?.testResults ?? []) {
    for (const { status, fullName, ancestorTitles } of file.assertionResults) {
      if (status === "passed" || status === "failed") continue;
      const group = ancestorTitles?.[0] ?? fullName;
      counts.set(group, (counts.get(group) ?? 0) + 1);
    }
  }
  return [...counts].map(([group, count]) => `${project} ${group}: ${count} test${count === 1 ? "" : "s"}`);
}
