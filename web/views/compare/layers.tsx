import { useState } from "preact/hooks";
import { type AlignedRow, amount, type Beside, signed, times, WORDS } from "../../lib/compare.ts";
import { plural } from "../../lib/format.ts";
import type { Compared } from "../panels/compare.tsx";
import { PlainTable } from "../plain_table.tsx";

const SORT = "compare.sort";
const FEW = 20;
const MORE = 200;

/** The layers of all runs in aligned rows, with what each takes more or less than the base's. */
export function Layers(props: Compared) {
  const { comparison, runs, by, bench, state, said, pointed, onPoint } = props;
  const { rows, base, totals } = comparison;
  const [limit, setLimit] = useState(FEW);
  const ordered = state.view.fields[SORT] === "order";
  const order = ordered ? rows.map((_, place) => place) : (said[by]?.order ?? []);
  const places = order.slice(0, limit);
  const cells = (of: Beside, row?: AlignedRow) =>
    runs.flatMap(({ result }, at) => {
      const own = row?.layers[at];
      const value = own === null ? "–" : amount(of.values[by]?.[at], by);
      if (at === base) return [<b key={at}>{value}</b>];
      const other = result.layers[own ?? -1]?.name ?? row?.name;
      const only = row !== undefined && (own === null) !== (row.layers[base] === null);
      return [
        <>
          {value}
          {other !== row?.name && <span class="hint">{other}</span>}
        </>,
        own === null && row?.layers[base] === null ? "" : signed(of.differences[by]?.[at], by),
        only ? (own === null ? "removed" : "added") : times(of.ratios[by]?.[at]),
      ];
    });
  const point = ({ target }: Event) => {
    const at = (target as Element).closest<HTMLTableRowElement>("tbody tr")?.sectionRowIndex;
    onPoint(places[at ?? -1] ?? null);
  };
  return (
    <section class="panel" aria-labelledby="aligned-title">
      <div class="panel-head">
        <h3 id="aligned-title">Layer by layer</h3>
        <label class="field">
          <span>Order</span>
          <select
            value={ordered ? "order" : ""}
            onChange={(event) => bench.note(SORT, event.currentTarget.value || null)}
          >
            <option value="">by difference</option>
            <option value="order">as in the network</option>
          </select>
        </label>
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it listens for its rows' buttons and cells */}
      <div class="aligned" onMouseMove={point} onFocusIn={point}>
        <PlainTable
          label={`${WORDS[by]} of the layers of each run`}
          groups={comparison.runs.map(({ name }, at) =>
            // Long names may break behind what parts them.
            [
              `${name.replace(/[_/.-]/g, "$&\u200b")}${at === base ? " (base)" : ""}`,
              at === base ? 1 : 3,
            ],
          )}
          heads={[
            "Layer",
            ...runs.flatMap((_, at) => [
              WORDS[by],
              ...(at === base ? [] : ["difference", "ratio"]),
            ]),
          ]}
          rows={[
            ...places.flatMap((place) => {
              const row = rows[place];
              if (row === undefined) return [];
              const name = (
                <button type="button" onClick={() => onPoint(place)}>
                  {row.name} <span class="hint">{row.kind}</span>
                </button>
              );
              return [[name, ...cells(row, row)]];
            }),
            ["Total", ...cells(totals)],
          ]}
          chosen={(at) => at < places.length && places[at] === pointed}
        />
      </div>
      <div class="pager">
        <p role="status">
          {places.length} of {plural(rows.length, "row")}
        </p>
        {limit < rows.length && (
          <button type="button" onClick={() => setLimit(limit + MORE)}>
            Show more
          </button>
        )}
      </div>
    </section>
  );
}
