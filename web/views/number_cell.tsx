import { inFull, written } from "../lib/format.ts";

/** A table's number: digits right-aligned, the prefix in a place of its own, in full as a title. */
export function NumberCell({ value, strong }: { value: number | null; strong?: boolean }) {
  const { number, unit } = written(value, "");
  return (
    <td class={strong === true ? "number strong" : "number"} title={inFull(value)}>
      {number}
      <span class="prefix">{unit}</span>
    </td>
  );
}
