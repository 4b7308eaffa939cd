import { useMemo } from "preact/hooks";
import type { BreakdownView, Picture, ViewChange } from "../../lib/breakdown_view.ts";
import { costWord, type Grouping, resultSeries, unitOf } from "../../lib/cost.ts";
import { aboutResult } from "../../lib/picture_file.ts";
import type { Pointing } from "../../lib/pointing.ts";
import { isMapped, type Result } from "../../lib/result.ts";
import type { Row } from "../../lib/rows.ts";
import { EnergyChart } from "../energy_chart.tsx";
import { Later } from "../later.tsx";
import { Legend } from "../legend.tsx";
import { memo } from "../memo.ts";
import { SavePicture } from "./save_picture.tsx";

interface Props {
  readonly result: Result;
  readonly rows: readonly Row[];
  readonly view: BreakdownView;
  readonly selected: number | null;
  readonly pointing: Pointing;
  readonly onSelect: (index: number) => void;
  readonly onView: (change: ViewChange) => void;
}

const NAMES: readonly (readonly [Picture, string, string])[] = [
  ["layers", "Per layer", "per layer"],
  ["depth", "By depth", "against depth"],
  ["kinds", "By kind", "by kind of layer"],
  ["roofline", "Roofline", "roofline"],
  ["map", "Map", "map"],
];

/** The picture of the breakdown that is chosen; all are drawn from the rows of the table. */
export const ChartCard = memo((props: Props) => {
  const { result, view, onView } = props;
  const { picture, by } = view;
  const series = useMemo(() => resultSeries(result, by), [result, by]);
  const word = costWord(unitOf(result)) === "time" ? "Time" : "Energy";
  const drawn = { ...props, series };
  return (
    <section class="panel chart" aria-labelledby="chart-title">
      <div class="panel-head">
        <h3 id="chart-title">
          {word} {NAMES.find(([id]) => id === picture)?.[2]}
        </h3>
        <Choice
          name="picture"
          legend="Picture"
          class="segments"
          options={NAMES}
          chosen={picture}
          onChoose={(picture) => onView({ picture })}
        />
      </div>
      {picture === "layers" && (
        <div class="chart-head">
          <Legend series={series} result={result} grouping={by} />
          <Choice<Grouping>
            name="grouping"
            legend="Stacked by"
            class="switch"
            options={isMapped(result.platform) ? STACKS : TIMED_STACKS}
            chosen={!isMapped(result.platform) && by === "level" ? "tensor" : by}
            onChoose={(by) => onView({ by })}
          />
        </div>
      )}
      {picture === "layers" && <EnergyChart {...drawn} />}
      {picture !== "layers" && (
        <Later
          load={loadOthers}
          with={{
            ...drawn,
            picture,
            module: view.module,
            onModule: (module: string) => onView({ module }),
          }}
        />
      )}
      <SavePicture name={picture} about={() => aboutResult(result)} />
    </section>
  );
});

const loadOthers = () => import("../on_demand.ts").then(({ OtherPicture }) => OtherPicture);

const STACKS = [
  ["tensor", "data type"],
  ["level", "memory level"],
  ["kind", "kind"],
] as const;
const TIMED_STACKS = [
  ["tensor", "what it is for"],
  ["kind", "kind"],
] as const;

function Choice<Id extends string>(props: {
  name: string;
  legend: string;
  class: string;
  options: readonly (readonly [Id, string, ...string[]])[];
  chosen: Id;
  onChoose: (id: Id) => void;
}) {
  return (
    <fieldset class={props.class}>
      <legend>{props.legend}</legend>
      {props.options.map(([id, label]) => (
        <label key={id}>
          <input
            type="radio"
            name={props.name}
            checked={props.chosen === id}
            onChange={() => props.onChoose(id)}
          />
          <span>{label}</span>
        </label>
      ))}
    </fieldset>
  );
}
