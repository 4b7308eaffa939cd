import { useMemo, useState } from "preact/hooks";
import { resultSeries, totalCost, unitOf } from "../../lib/cost.ts";
import { PERCENT } from "../../lib/dials.ts";
import { quantity, share } from "../../lib/format.ts";
import { Pointing } from "../../lib/pointing.ts";
import { rowsOf } from "../../lib/rows.ts";
import { isEmpty } from "../../lib/what_if.ts";
import { cleared, filtered, type Knob, knobsOf } from "../../lib/what_if_layers.ts";
import { NumberField, SHARE_UNIT } from "../dial.tsx";
import { EnergyChart } from "../energy_chart.tsx";
import { Legend } from "../legend.tsx";
import type { PanelProps } from "../panels/panel.ts";
import { PlainTable } from "../plain_table.tsx";
import { Part, tryOut } from "./part.tsx";

/** Each has some eight fields to lay out. */
const AT_ONCE = 20;
const FILTER = "what-if.layers";
const WIDTH = { name: "bits", size: 1, least: 1, most: 64, whole: true };

/** Widths, zeros and active share of single layers, below the picture that they move. */
export function Layers({ bench, state, choices, shown }: PanelProps) {
  const { result } = shown;
  const { whatIf } = choices;
  const { breakdown, fields } = state.view;
  const text = String(fields[FILTER] ?? "");
  const [first, setFirst] = useState(0);
  const unit = unitOf(result);
  const found = useMemo(
    () => filtered(result, text, unit, totalCost(result)),
    [result, text, unit],
  );
  const knobs = useMemo(() => knobsOf(result), [result]);
  const rows = useMemo(() => rowsOf(result, breakdown.by), [result, breakdown.by]);
  const series = useMemo(() => resultSeries(result, breakdown.by), [result, breakdown.by]);
  const pointing = useMemo(() => new Pointing(), []);
  const from = first < found.length ? first : 0;
  const page = found.slice(from, from + AT_ONCE);
  const turn = (to: number) => to >= 0 && to < found.length && setFirst(to);
  const isSet = (name: string) => knobs.some((knob) => knob.set(whatIf, name) !== undefined);
  const select = (index: number) => {
    const name = result.layers[index]?.name ?? "";
    bench.look({ breakdown: { ...breakdown, layer: { index, name } } });
    const place = found.findIndex((one) => one.index === index);
    turn(place - (place % AT_ONCE));
  };
  const none = [whatIf.layer_bits, whatIf.layer_zeros, whatIf.active].every(isEmpty);
  return (
    <Part
      wide
      title="Layers"
      about="Widths, zeros and how much runs of single layers; these go before what is set for all. Active is the share of inferences in which a layer runs, or the share of its work that is done: all numbers are then what is expected."
      aside={
        <button
          type="button"
          class="quiet"
          disabled={none}
          onClick={() => tryOut(bench, (now) => cleared(now))}
        >
          Clear all layers
        </button>
      }
    >
      <Legend {...{ series, result }} grouping={breakdown.by} />
      <EnergyChart
        {...{ result, rows, series, pointing }}
        selected={breakdown.layer?.index ?? null}
        onSelect={select}
      />
      <label class="field table-tools">
        <span>Filter</span>
        <input
          type="search"
          aria-keyshortcuts="/"
          aria-label="Filter layers by name"
          value={text}
          onInput={(event) => {
            setFirst(0);
            bench.note(FILTER, event.currentTarget.value.slice(0, 200) || null);
          }}
        />
      </label>
      <PlainTable
        label="Layers, with what can be changed of each"
        heads={["Layer", "Share", "MACs", ...knobs.map(({ label }) => label), "Clear"]}
        chosen={(row) => isSet(page[row]?.layer.name ?? "")}
        rows={page.map(({ layer, share: part }) => [
          layer.name,
          share(part),
          quantity(layer.macs, ""),
          ...knobs.map((knob) => {
            const set = knob.set(whatIf, layer.name);
            const value = set ?? knob.own(layer);
            return value === null ? (
              "–"
            ) : (
              <Turn
                key={knob.label}
                {...{ knob, value }}
                label={`${knob.label}, ${layer.name}`}
                set={set !== undefined}
                onTurn={(to) => tryOut(bench, (now) => knob.with(now, layer.name, to))}
              />
            );
          }),
          <button
            key="clear"
            type="button"
            class="quiet"
            aria-label={`Clear ${layer.name}`}
            disabled={!isSet(layer.name)}
            onClick={() => tryOut(bench, (now) => cleared(now, layer.name))}
          >
            Clear
          </button>,
        ])}
      />
      <div class="pager">
        {found.length > AT_ONCE &&
          [-AT_ONCE, AT_ONCE].map((by) => (
            <button key={by} type="button" onClick={() => turn(from + by)}>
              {by < 0 ? "Previous" : "Next"} {AT_ONCE}
            </button>
          ))}
        <p role="status">
          {found.length === 0
            ? "No layer is called so"
            : `Layers ${from + 1} to ${from + page.length} of ${found.length}`}
        </p>
      </div>
    </Part>
  );
}

/** A share has a slider, too. */
function Turn(props: {
  knob: Knob;
  label: string;
  value: number;
  set: boolean;
  onTurn: (value: number) => void;
}) {
  const { knob, label, value, set, onTurn } = props;
  return (
    <div class="dial-line" data-set={set} title={knob.title}>
      {knob.share && (
        <input
          type="range"
          aria-label={label}
          aria-valuetext={share(value)}
          min={0}
          max={100}
          value={PERCENT.positionOf(value)}
          onInput={(event) => onTurn(PERCENT.valueAt(event.currentTarget.valueAsNumber))}
        />
      )}
      <NumberField
        label={label}
        value={Math.round(1e3 * value) / 1e3}
        unit={knob.share ? SHARE_UNIT : WIDTH}
        onValue={onTurn}
      />
      {knob.share && "%"}
    </div>
  );
}
