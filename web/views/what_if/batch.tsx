import { costWord, unitOf } from "../../lib/cost.ts";
import { quantity } from "../../lib/format.ts";
import { BATCHES, type CurvePoint, costIn } from "../../lib/what_if_scenarios.ts";
import type { PanelProps } from "../panels/panel.ts";
import { PlainTable } from "../plain_table.tsx";
import { Line } from "./line.tsx";
import { Answered, Part, useScenario } from "./part.tsx";

const LAST = 8;

/** Energy per image over the batch (papers/004, section V-B). */
export function Batch(props: PanelProps) {
  const { bench, choices, shown } = props;
  const unit = unitOf(shown.result);
  const now = choices.batch ?? shown.result.options.batch;
  const asked = useScenario<{ curve: readonly CurvePoint[] }>(
    props,
    "curve",
    { batches: BATCHES },
    true,
    { batch: 0 },
  );
  const each = ({ per_inference }: CurvePoint) => costIn(per_inference, unit);
  return (
    <Part
      title="Batch"
      about={`The ${costWord(unit)} of one inference, over how many are computed together. A point of the curve sets the batch.`}
    >
      <Answered asked={asked}>
        {({ curve }) => (
          <div class="curve">
            <Line
              title={`The ${costWord(unit)} of one inference over the batch`}
              unit={unit}
              name="batch"
              of={shown.result}
              marks={curve.map((point) => ({
                along: Math.log2(point.batch) / LAST,
                value: each(point),
                label: `${point.batch}`,
                text: `Batch ${point.batch}: ${quantity(each(point), unit)} per inference`,
                chosen: point.batch === now,
              }))}
              onPress={(at) => bench.slide({ batch: curve[at]?.batch ?? now })}
            />
            <PlainTable
              label="Batches"
              heads={["Batch", "Per inference", "Time", "Power"]}
              chosen={(row) => curve[row]?.batch === now}
              rows={curve.map((point) => [
                point.batch,
                point.error === undefined ? (
                  quantity(each(point), unit)
                ) : (
                  <span class="hint" title={point.error.message}>
                    {point.error.code === "batch-not-priced" ? "no room" : "not possible"}
                  </span>
                ),
                quantity(costIn(point.per_inference, "s"), "s"),
                quantity(point.power_w ?? null, "W"),
              ])}
            />
          </div>
        )}
      </Answered>
    </Part>
  );
}
