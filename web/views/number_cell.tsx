import { inFull, written } from "../lib/format.ts";

/** A table's number: digits right-aligned, the prefix in a place of its own, in full as a title. */
export function NumberCell(props: {
  value: number | null;
  /** Of a quantity; without, it is a count, and written out while it is short. */
  unit?: string | undefined;
  strong?: boolean;
}) {
  const { value, unit: of = "", strong } = props;
  const { number, unit: prefixed } = written(value, of);
  const unit = prefixed.slice(0, prefixed.length - of.length);
  return (
    <td class={strong === true ? "number strong" : "number"} title={inFull(value)}>
      {number}
      <span class="prefix">{unit}</span>
    </td>
  );
}
