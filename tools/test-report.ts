/** What is read of vitest's JSON report of one project. */
export type Report = {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  testResults?: readonly {
    name: string;
    message?: string;
    status: string;
    assertionResults: readonly { status: string; fullName: string; failureMessages?: readonly string[] | null }[];
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
