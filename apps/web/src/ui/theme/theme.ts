import type { CSSVariablesResolver, MantineColorsTuple } from "@mantine/core";
import { createTheme } from "@mantine/core";

const sea: MantineColorsTuple = [
  "#e9f5f8",
  "#d3e8ee",
  "#a6d2de",
  "#76bacd",
  "#4fa6be",
  "#3699b5",
  "#1f7f9b",
  "#0d5a71",
  "#0b4b5e",
  "#073a49",
];
const korean = `"Pretendard", "Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans KR", "Noto Sans CJK KR"`;

export const theme = createTheme({
  primaryColor: "sea",
  primaryShade: { light: 7, dark: 6 },
  colors: { sea },
  fontFamily: `system-ui, -apple-system, "Segoe UI", Roboto, ${korean}, sans-serif`,
  fontFamilyMonospace: "var(--mono)",
  defaultRadius: "sm",
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    // Inside its landmark, and without the placeholder that a role=menu may not contain.
    Menu: { defaultProps: { withinPortal: false, withInitialFocusPlaceholder: false } },
    // A dialog's <header> would count as a second banner of the page.
    Modal: { defaultProps: { attributes: { header: { role: "presentation" } } } },
    Drawer: { defaultProps: { attributes: { header: { role: "presentation" } } } },
  },
});

/** Mantine's own variables point to the tokens, so that its components have the same colours and contrasts. */
export const cssVariables: CSSVariablesResolver = () => {
  const shared = {
    "--mantine-color-body": "var(--surface)",
    "--mantine-color-text": "var(--ink)",
    "--mantine-color-dimmed": "var(--ink-2)",
    "--mantine-color-placeholder": "var(--ink-2)",
    "--mantine-color-default": "var(--surface)",
    "--mantine-color-default-hover": "var(--surface-2)",
    "--mantine-color-default-color": "var(--ink)",
    "--mantine-color-default-border": "var(--line-strong)",
    "--mantine-color-error": "var(--bad)",
    "--mantine-color-anchor": "var(--accent)",
  };
  return { variables: {}, light: shared, dark: shared };
};
