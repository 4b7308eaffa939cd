import { useMemo, useState } from "preact/hooks";
import { shareOf, totalCost, unitOf } from "../../lib/cost.ts";
import { PERCENT } from "../../lib/dials.ts";
import { quantity, share } from "../../lib/format.ts";
import type { Result } from "../../lib/result.ts";
import type { Exit } from "../../lib/what_if.ts";
import { type Cost, costIn } from "../../lib/what_if_scenarios.ts";
import { Dial, SHARE_UNIT } from "../dial.tsx";
import { focusMain } from "../focus_main.ts";
import type { PanelProps } from "../panels/panel.ts";
import { Part, tryOut } from "./part.tsx";

const AT_FIRST = 0.5;

/** Early exits (papers/002): shares of all inferences that end after a layer. */
export function Exits({ bench, choices, shown }: PanelProps) {
  const { result } = shown;
  const { exits } = choices.whatIf;
  const names = [...new Set(result.layers.map(({ name }) => name))];
  const free = names.filter((name) => !exits.some(({ after }) => after === name));
  const [picked, pick] = useState("");
  const after = free.includes(picked) ? picked : (free[Math.floor(free.length / 2)] ?? "");
  // A slider moves on thousands of them: they are made again only for other names.
  const options = useMemo(
    () =>
      free.map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      )),
    [free.join("\n")],
  );
  const left = Math.max(0, 1 - exits.reduce((sum, { leave }) => sum + leave, 0));
  const change = (at: number, exit: Exit | null) =>
    tryOut(bench, ({ exits }) => ({
      exits: exits.flatMap((own, place) => (place === at ? (exit ?? []) : own)),
    }));
  return (
    <Part
      title="Early exits"
      about="Easy inputs leave after a layer, the others go on: what is shown is then what one inference costs on average."
    >
      <div class="exit-line">
        <label class="field">
          <span>After</span>
          <select value={after} onChange={(event) => pick(event.currentTarget.value)}>
            {options}
          </select>
        </label>
        <button
          type="button"
          disabled={after === "" || left === 0}
          onClick={() =>
            tryOut(bench, ({ exits }) => ({
              exits: [...exits, { after, leave: Math.min(AT_FIRST, rounded(left)) }],
            }))
          }
        >
          Add an exit
        </button>
      </div>
      {exits.length > 0 && (
        <div class="dials">
          {exits.map((exit, at) => (
            <div key={exit.after}>
              <Dial
                label={`Leave after ${exit.after}`}
                title={`Share of all inferences that end after ${exit.after}`}
                scale={PERCENT}
                value={exit.leave}
                unit={{ ...SHARE_UNIT, most: 100 * rounded(left + exit.leave) }}
                text={share(exit.leave)}
                onValue={(leave) =>
                  change(at, { ...exit, leave: Math.min(leave, rounded(left + exit.leave)) })
                }
              />
              <button
                type="button"
                class="quiet"
                aria-label={`Remove the exit after ${exit.after}`}
                onClick={() => {
                  change(at, null);
                  focusMain();
                }}
              >
                Remove
              </button>
            </div>
          ))}
        </div>
      )}
      <Expected result={result} />
      <p class="hint">
        A cascade of models, where each passes on what it is not sure of, is under{" "}
        <button type="button" class="quiet" onClick={() => bench.look({ tab: "compare" })}>
          Compare
        </button>
        : keep each model there, and say what share it passes on.
      </p>
    </Part>
  );
}

/** Shares that were typed add up to a hair beside 1. */
const rounded = (share: number): number => Math.round(1e9 * share) / 1e9;

/** What is expected, against every layer in every inference. */
function Expected({ result }: { result: Result }) {
  const { expected } = result as Result & {
    expected?: { to_end: number; every: Cost; saves: Cost };
  };
  if (expected === undefined) return null;
  const unit = unitOf(result);
  const [every, saved] = [costIn(expected.every, unit), costIn(expected.saves, unit)];
  return (
    <p class="finding" role="status">
      {share(expected.to_end)} of all inferences run to the end. Expected{" "}
      {quantity(totalCost(result), unit)} instead of {quantity(every, unit)}:{" "}
      {share(shareOf(saved, every))} less.
    </p>
  );
}
