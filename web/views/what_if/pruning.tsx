import { useState } from "preact/hooks";
import { shareOf, unitOf } from "../../lib/cost.ts";
import { PERCENT } from "../../lib/dials.ts";
import { quantity, share } from "../../lib/format.ts";
import { type Pruning as Answer, costIn, pruned } from "../../lib/what_if_scenarios.ts";
import { Dial, NumberField, SHARE_UNIT } from "../dial.tsx";
import type { PanelProps } from "../panels/panel.ts";
import { PlainTable } from "../plain_table.tsx";
import { Line } from "./line.tsx";
import { Answered, numberIn, Part, tryOut, useScenario, Wish } from "./part.tsx";

const FIELD = "what-if.prune";
const KEEP = "what-if.keep";
const MOST_ROWS = 12;

/** The order of energy-aware pruning, and what each step saves (papers/001, section V). */
export function Pruning(props: PanelProps) {
  const { bench, state } = props;
  const { fields } = state.view;
  const keep = numberIn(props, KEEP, 0.5);
  const wanted = fields[FIELD] === 1;
  const asked = useScenario<Answer>(props, "prune", { keep }, wanted);
  return (
    <Part
      title="Pruning order"
      about="The layer that takes most energy is pruned first, then the next: what each step saves."
      aside={
        <Wish on={wanted} onWish={(on) => bench.note(FIELD, on ? 1 : null)}>
          Work out the steps
        </Wish>
      }
    >
      {wanted && (
        <>
          <div class="dials">
            <Dial
              label="Weights kept"
              title="Share of each pruned layer’s weights that stay"
              scale={PERCENT}
              value={keep}
              unit={SHARE_UNIT}
              text={share(keep)}
              onValue={(value) => bench.note(KEEP, value === 0.5 ? null : value)}
            />
          </div>
          <Answered asked={asked}>
            {(told) => <Steps told={told} stale={asked.stale} {...props} />}
          </Answered>
        </>
      )}
    </Part>
  );
}

function Steps({ told, stale, bench, shown }: PanelProps & { told: Answer; stale: boolean }) {
  const { steps, before } = told;
  const unit = unitOf(shown.result);
  const [all, setAll] = useState(false);
  const [count, setCount] = useState(steps.length);
  const first = Math.min(count, steps.length);
  const after = [before, ...steps].map((cost) => costIn(cost, unit));
  const ofBefore = (at: number) => share(shareOf(after[at] ?? null, after[0] ?? null));
  return (
    <>
      <Line
        title="What all layers take after each step"
        unit={unit}
        name="pruning"
        of={shown.result}
        marks={after.map((value, at) => ({
          along: at / steps.length,
          value,
          label: `${at}`,
          text: `After ${at} steps: ${quantity(value, unit)}, ${ofBefore(at)} of before`,
          chosen: at === first,
        }))}
        onPress={(at) => setCount(Math.max(1, at))}
      />
      <div class="exit-line">
        <span class="field">
          <span>Prune the first</span>
          <NumberField
            label="Steps to apply"
            value={first}
            unit={{ name: "", size: 1, least: 1, most: steps.length, whole: true }}
            onValue={setCount}
          />
          <span>
            of {steps.length} layers: {ofBefore(first)} of before
          </span>
        </span>
        <button
          type="button"
          disabled={stale}
          onClick={() =>
            tryOut(bench, ({ layer_zeros }) => ({
              layer_zeros: pruned(told, first, shown.result.layers, layer_zeros),
            }))
          }
        >
          Apply
        </button>
      </div>
      <PlainTable
        label="Steps of pruning"
        heads={["Layer", "Share", "Saves", "All then", "Of before"]}
        rows={steps
          .slice(0, all ? undefined : MOST_ROWS)
          .map((step, at) => [
            `${at + 1}. ${step.layer}${step.also === undefined ? "" : ` + ${step.also.length}`}`,
            share(step.share),
            quantity(unit === "J" ? step.saves_j : step.saves_macs, unit),
            quantity(after[at + 1] ?? null, unit),
            ofBefore(at + 1),
          ])}
      />
      {steps.length > MOST_ROWS && (
        <button type="button" class="quiet" onClick={() => setAll(!all)}>
          {all ? "Show fewer steps" : `Show all ${steps.length} steps`}
        </button>
      )}
      <p class="hint">
        {told.about} {told.source}.
      </p>
    </>
  );
}
