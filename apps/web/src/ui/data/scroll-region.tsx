import type { ReactNode, Ref, UIEvent } from "react";

type Props = {
  label: string;
  className?: string | undefined;
  ref?: Ref<HTMLElement>;
  onScroll?: (event: UIEvent<HTMLElement>) => void;
  children: ReactNode;
};

/** Content that may be wider or higher than its place: the keyboard must reach it to scroll (WCAG 2.1.1). */
export function ScrollRegion({ label, className, ref, onScroll, children }: Props) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrollable region has to take the focus
    <section tabIndex={0} aria-label={label} className={className} ref={ref} onScroll={onScroll}>
      {children}
    </section>
  );
}
