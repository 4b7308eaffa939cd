import type { ComponentChildren } from "preact";
import { Scroll } from "./scroll.tsx";

/** A table that is only read: texts first, numbers behind them; the first cell heads its row. */
export function PlainTable(props: {
  label: string;
  heads: readonly ComponentChildren[];
  /** What stands over so many columns each, behind the first. */
  groups?: readonly (readonly [string, number])[];
  /** How many columns are texts. */
  texts?: number;
  rows: readonly (readonly ComponentChildren[])[];
  /** Whether a row stands out. */
  chosen?: (row: number) => boolean;
}) {
  const { label, heads, groups, texts = 1, rows, chosen } = props;
  const kind = (at: number) => (at < texts ? "" : "number");
  return (
    <Scroll label={label}>
      <table>
        <caption class="unseen">{label}</caption>
        <thead>
          {groups && (
            <tr>
              <td />
              {groups.map(([name, columns], at) => (
                <th key={at} scope="colgroup" colSpan={columns} class="number">
                  {name}
                </th>
              ))}
            </tr>
          )}
          <tr>
            {heads.map((head, at) => (
              <th key={at} scope="col" class={kind(at)}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells, row) => (
            <tr key={row} class={chosen?.(row) ? "chosen" : ""}>
              <th scope="row">{cells[0]}</th>
              {cells.slice(1).map((cell, at) => (
                <td key={at} class={kind(at + 1)} data-head={words(heads[at + 1])}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** A head in words; nothing where it is more than those. */
const words = (head: ComponentChildren) => (typeof head === "string" ? head : undefined);
