import { hasPattern } from "./patterns.tsx";

/** A sample of a series' colour and pattern. */
export function Swatch({ paint }: { paint: string }) {
  return (
    <svg class="swatch" width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
      <rect class={`fill-${paint}`} width="12" height="12" />
      {hasPattern(paint) && <rect width="12" height="12" fill={`url(#pattern-${paint})`} />}
    </svg>
  );
}
