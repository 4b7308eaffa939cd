import { useMemo } from "preact/hooks";
import { amount, type Quantity, WORDS } from "../../lib/compare.ts";
import { resultSeries, type Series, unitOf } from "../../lib/cost.ts";
import { rowsOf } from "../../lib/rows.ts";
import type { Compared } from "../panels/compare.tsx";
import { hasPattern, Patterns } from "../patterns.tsx";
import { SavePicture } from "../pictures/save_picture.tsx";
import { Swatch } from "../swatch.tsx";
import { useWidth } from "../use_width.ts";

const TOP = 20;
const FLOOR = 140;
const HEIGHT = 160;
const GAP = 16;

/** A small chart of each run, its layers in the same places and on the same scale. */
export function Multiples(props: Compared) {
  const { comparison, runs, by, pointed, onPoint } = props;
  const { rows, max } = comparison;
  const [frame, width] = useWidth(640);
  const columns = Math.max(1, Math.min(runs.length, Math.floor(width / 260)));
  const wide = (width + GAP) / columns - GAP;
  const step = wide / Math.max(1, rows.length);
  const charts = useMemo(() => chartsOf(props, step), [comparison, by, step]);
  const series = new Map(charts.flat().map((one) => [one.paint, one]));
  const row = rows[pointed ?? -1];
  const word = WORDS[by];
  const says = `Layers stand in the same places and on one scale, up to ${amount(max.rows[by], by)}.`;
  return (
    <section class="panel" aria-labelledby="multiples-title">
      <div class="panel-head">
        <h3 id="multiples-title">{word} of each run’s layers</h3>
        <span class="hint">{row?.name ?? says}</span>
      </div>
      <ul class="legend">
        {[...series.values()].map(({ paint, label }) => (
          <li key={paint}>
            <Swatch paint={paint} /> {label}
          </li>
        ))}
      </ul>
      <div class="frame" ref={frame}>
        <svg
          role="img"
          width={width}
          height={Math.ceil(runs.length / columns) * HEIGHT}
          aria-labelledby="multiples-name"
          aria-describedby="multiples-says"
          onMouseMove={(event) => {
            const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
            const place = Math.floor((x % (wide + GAP)) / step);
            onPoint(place < rows.length ? place : null);
          }}
          onMouseLeave={() => onPoint(null)}
        >
          <title id="multiples-name">{`${word} of the layers of ${runs.length} runs`}</title>
          <desc id="multiples-says">{`${says} The table below has the numbers.`}</desc>
          <Patterns />
          {charts.map((chart, run) => {
            const text = row === undefined ? "" : amount(row.values[by]?.[run], by);
            const name = comparison.runs[run]?.name ?? "";
            const x = (run % columns) * (wide + GAP);
            return (
              <g key={run} transform={`translate(${x} ${Math.floor(run / columns) * HEIGHT})`}>
                {row !== undefined && (
                  <rect
                    class="column"
                    x={(pointed ?? 0) * step}
                    y={TOP}
                    width={Math.max(2, step)}
                    height={FLOOR - TOP}
                  />
                )}
                <text y="14">{cut(name, wide / 6.8 - text.length)}</text>
                <text class="end strong" x={wide} y="14">
                  {row?.layers[run] === null ? "–" : text}
                </text>
                {chart.map(({ paint, path }) => (
                  <g key={paint}>
                    <path class={`fill-${paint}`} d={path} />
                    {hasPattern(paint) && <path d={path} fill={`url(#pattern-${paint})`} />}
                  </g>
                ))}
                <path class="floor" d={`M0 ${FLOOR}H${wide}`} />
              </g>
            );
          })}
        </svg>
      </div>
      <SavePicture name="layers" about={props.about} />
    </section>
  );
}

/** A name with at most so many letters. */
export const cut = (name: string, letters: number): string =>
  name.length > letters ? `${name.slice(0, Math.max(6, letters - 1))}…` : name;

type Drawn = Pick<Series, "paint" | "label"> & { readonly path: string };

/** What the parts of layers add up to, where that is what is compared. */
const PARTS: Readonly<Partial<Record<Quantity, string>>> = {
  energy_j: "energy",
  energy_macs: "energy",
  time_s: "s",
};

/** A path for each part of a run: thousands of layers are drawn at once. */
function chartsOf({ comparison, runs, by }: Compared, step: number): readonly (readonly Drawn[])[] {
  const scale = (FLOOR - TOP) / (comparison.max.rows[by] || 1);
  return runs.map(({ result }, run) => {
    const unit = unitOf(result) === "s" ? "s" : "energy";
    const own = PARTS[by] === unit ? rowsOf(result, "tensor") : [];
    const series = PARTS[by] === unit ? resultSeries(result, "tensor") : [];
    const drawn = new Map<string, Drawn>();
    comparison.rows.forEach(({ layers, values }, place) => {
      const { parts = {} } = own[layers[run] ?? -1] ?? {};
      const whole = series.reduce((sum, { id }) => sum + (parts[id] ?? 0), 0);
      const stack = whole > 0 ? series : [{ id: "", paint: "ifmap", label: WORDS[by] }];
      let y = FLOOR;
      for (const { id, paint, label } of stack) {
        const share = whole > 0 ? (parts[id] ?? 0) / whole : 1;
        const high = share * (values[by]?.[run] ?? 0) * scale;
        if (high <= 0) continue;
        const wide = (step > 3 ? 0.82 * step : step).toFixed(2);
        const box = `M${(place * step).toFixed(2)} ${y.toFixed(2)}h${wide}v${(-high).toFixed(2)}h-${wide}z`;
        drawn.set(paint, { paint, label, path: (drawn.get(paint)?.path ?? "") + box });
        y -= high;
      }
    });
    return [...drawn.values()];
  });
}
