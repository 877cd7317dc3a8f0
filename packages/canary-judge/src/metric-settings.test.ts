import { describe, expect, it } from "vitest";
import { readSettings } from "./metric-settings.ts";

const read = (canary: unknown) => readSettings({ name: "m", analysisConfigurations: { canary } });

describe("readSettings", () => {
  it("fills in every default", () => {
    const defaults = {
      direction: "either",
      nanStrategy: "remove",
      removeOutliers: false,
      outlierFactor: 3,
      critical: false,
      mustHaveData: false,
      muted: false,
      measure: "meanRatio",
      allowedIncrease: 1,
      allowedDecrease: 1,
      criticalIncrease: 1,
      criticalDecrease: 1,
    };
    for (const empty of [{}, null, "text", [], { effectSize: null, outliers: [] }])
      expect(read(empty)).toEqual(defaults);
    expect(readSettings({ name: "m" })).toEqual(defaults);
    expect(readSettings({ name: "m", analysisConfigurations: null })).toEqual(defaults);
  });

  it("halves the default thresholds for cles", () => {
    expect(read({ effectSize: { measure: "cles", allowedIncrease: 0.6 } })).toMatchObject({
      measure: "cles",
      allowedIncrease: 0.6,
      allowedDecrease: 0.5,
      criticalIncrease: 0.5,
    });
  });

  it("takes unknown words and words of another type for the default", () => {
    const settings = read({ direction: "Increase", nanStrategy: "REPLACE", effectSize: { measure: ["cles"] } });
    expect(settings).toMatchObject({ direction: "either", nanStrategy: "remove", measure: "meanRatio" });
    expect(read({ direction: ["increase"] }).direction).toBe("either");
  });

  it("reads null as 0 and false", () => {
    expect(read({ critical: null, effectSize: { allowedIncrease: null, criticalDecrease: null } })).toMatchObject({
      critical: false,
      allowedIncrease: 0,
      criticalDecrease: 0,
    });
  });

  it.each([
    [{ direction: null }, "direction is null"],
    [{ outliers: { strategy: null } }, "outliers.strategy is null"],
    [{ critical: "true" }, 'critical is the text "true"'],
    [{ muted: 1 }, "muted is 1"],
    [{ effectSize: { allowedIncrease: "1.5" } }, 'effectSize.allowedIncrease is the text "1.5"'],
    [{ effectSize: { allowedDecrease: 2147483648n } }, "the integer 2147483648"],
    [{ effectSize: [{ allowedIncrease: 1 }] }, "effectSize.allowedIncrease is a list"],
    [{ effectSize: { criticalIncrease: {} } }, "is an object"],
    [{ outliers: { strategy: "remove", outlierFactor: 0 } }, "above 0"],
    [{ outliers: { strategy: "remove", outlierFactor: -1 } }, "above 0"],
  ])("refuses %o", (canary, message) => {
    expect(() => read(canary)).toThrow(message);
    expect(() => read(canary)).toThrow("Metric m:");
  });

  it("does not look at an outlier factor that is not used", () => {
    expect(read({ outliers: { outlierFactor: -1 } }).outlierFactor).toBe(-1);
  });

  it("does not read inherited properties", () => {
    expect(read(Object.create({ critical: true })).critical).toBe(false);
  });
});
