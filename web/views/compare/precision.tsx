import { amount, WORDS } from "../../lib/compare.ts";
import { share } from "../../lib/format.ts";
import { axisTo } from "../../lib/scales.ts";
import type { Compared } from "../panels/compare.tsx";
import { SavePicture } from "../pictures/save_picture.tsx";
import { PlainTable } from "../plain_table.tsx";
import { useWidth } from "../use_width.ts";
import { cut } from "./multiples.tsx";
import { isAccuracy } from "./runs.tsx";

const LEFT = 66;
const RIGHT = 24;
const TOP = 30;
const FLOOR = 260;

/** What precision costs: the energy-precision ratio, and error against energy. */
export function Precision(props: Compared) {
  const { comparison, fronts } = props;
  const { precision, runs, basis } = comparison;
  const accuracy = isAccuracy(props.state);
  const front = comparison.fronts.find(({ axes }) => axes[0] === "error")?.runs;
  return (
    <section class="panel" aria-labelledby="precision-title">
      <h3 id="precision-title">What trades best</h3>
      {fronts.map((said) => (
        <p key={said}>{said}</p>
      ))}
      {front === undefined && (
        <p class="hint">
          Type how often each run is wrong, or drop a CSV table with the columns name,error or
          name,accuracy.
        </p>
      )}
      {precision !== null && basis !== null && (
        <>
          <PlainTable
            label="Energy-precision ratios"
            heads={[
              "Run",
              accuracy ? "Accuracy" : "Error",
              ...precision.alphas.map((alpha) => `α = ${alpha}`),
            ]}
            rows={runs.flatMap(({ name, error }, at) => {
              const own = precision.ratios[at];
              if (own == null) return [];
              const ratios = own.map((value, alpha) => {
                const text = amount(value, basis.name);
                return precision.best[alpha]?.includes(at) ? <b>★ best {text}</b> : text;
              });
              return [[name, share(accuracy && error !== null ? 1 - error : error), ...ratios]];
            })}
          />
          <p class="hint">
            Error to the power of α, times energy (Cai et al. 2017, equation 9), the least is best:
            half the errors are worth twice the energy at α = 1, 16 times at α = 4.
          </p>
        </>
      )}
      {front !== undefined && <Scatter {...props} front={front} />}
    </section>
  );
}

function Scatter(props: Compared & { front: readonly number[] }) {
  const { comparison, front } = props;
  const { basis, runs, totals } = comparison;
  const [frame, width] = useWidth(480);
  const name = basis?.name ?? "macs";
  const dots = runs.flatMap(({ name: run, error }, at) => {
    const value = totals.values[name]?.[at];
    return error === null || value == null ? [] : [{ run, at, error, value }];
  });
  const xs = axisTo(110 * Math.max(...dots.map(({ error }) => error)) || 1, 5);
  const ys = axisTo(1.1 * Math.max(...dots.map(({ value }) => value)) || 1, 5);
  const x = (error: number) => LEFT + ((width - LEFT - RIGHT) * 100 * error) / xs.top;
  const y = (value: number) => FLOOR - ((FLOOR - TOP) * value) / ys.top;
  dots.sort((a, b) => a.value - b.value);
  const labels: { x: number; y: number }[] = [];
  const line = front.flatMap((run) => dots.filter(({ at }) => at === run));
  return (
    <>
      <div class="frame scatter" ref={frame}>
        <svg
          role="img"
          width={width}
          height={FLOOR + 34}
          aria-labelledby="pareto-name"
          aria-describedby="pareto-says"
        >
          <title id="pareto-name">{`Error against ${WORDS[name].toLowerCase()} of ${dots.length} runs`}</title>
          <desc id="pareto-says">{props.fronts.join(" ")}</desc>
          <g class="axis">
            {ys.ticks.map((value) => (
              <g key={value}>
                <path d={`M${LEFT} ${y(value)}H${width - RIGHT}`} />
                <text class="end" x={LEFT - 6} y={y(value) + 4}>
                  {amount(value, name)
                    .replace(/(\.\d*?)0+ /, "$1 ")
                    .replace(". ", " ")}
                </text>
              </g>
            ))}
            {xs.ticks.map((value) => (
              <text key={value} class="end" x={x(value / 100) + 12} y={FLOOR + 16}>
                {value} %
              </text>
            ))}
            <text class="end" x={width - RIGHT} y={FLOOR + 31}>
              Error →
            </text>
            <text x="0" y="12">
              ↑ {WORDS[name]}
            </text>
          </g>
          <path
            class="front"
            d={`M${line.map(({ error, value }) => `${x(error)} ${y(value)}`).join("L")}`}
          />
          {dots.map(({ run, at, error, value }) => {
            const far = x(error) > width / 2;
            const label = { x: x(error), y: y(value) - 6 };
            // One above the other where they would lie on each other.
            const isTaken = (one: typeof label) =>
              Math.abs(one.x - label.x) < 220 && Math.abs(one.y - label.y) < 13;
            while (labels.some(isTaken)) label.y -= 13;
            labels.push(label);
            return (
              <g key={at}>
                <circle class={front.includes(at) ? "on" : ""} cx={x(error)} cy={y(value)} r="5" />
                <text class={far ? "end" : ""} x={label.x + (far ? -9 : 9)} y={label.y}>
                  {cut(run, 34)}
                </text>
              </g>
            );
          })}
        </svg>
      </div>
      <p class="hint">Filled dots are on the Pareto front: no other run is better at both.</p>
      <SavePicture name="pareto" about={props.about} />
    </>
  );
}
