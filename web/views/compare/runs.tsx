import { useLayoutEffect, useRef } from "preact/hooks";
import { dialsOf } from "../../lib/changes.ts";
import { amount, rounded, times, WORDS } from "../../lib/compare.ts";
import { freeName, LONGEST_NAME, platformName } from "../../lib/runs.ts";
import { BASE, type Compared } from "../panels/compare.tsx";
import type { PanelProps } from "../panels/panel.ts";
import { PlainTable } from "../plain_table.tsx";

const SAID = "compare.said";

/** Whether answers that are right are told, not those that are wrong. */
export const isAccuracy = ({ view }: PanelProps["state"]): boolean =>
  view.fields[SAID] === "accuracy";

/** What is kept, with what it takes in all; what only its owner knows of it is typed in here. */
export function Runs(
  props: PanelProps & { readonly base: number; readonly compared: Compared | null },
) {
  const { bench, state, base, compared } = props;
  const { runs } = state;
  const accuracy = isAccuracy(state);
  const said = (share: number | null) => (share === null || !accuracy ? share : rounded(1 - share));
  const by = compared?.by ?? null;
  const others = compared?.comparison.quantities.filter((one) => one !== by) ?? [];
  const last = runs.length - 1;
  const remove = (at: number) => {
    if (at <= base) bench.note(BASE, at < base ? base - 1 : null);
    bench.removeRun(at);
    if (at === last) bench.changeRun(at - 1, { pass_on: null });
    document.getElementById("tab-compare")?.focus();
  };
  const moveUp = (at: number, button: Element) => {
    const moved = base === at ? at - 1 : base === at - 1 ? at : base;
    if (moved !== base) bench.note(BASE, moved || null);
    bench.moveRunUp(at);
    // The focus goes with the run.
    const row = button.closest("tr")?.previousElementSibling;
    row?.querySelector<HTMLElement>("td:last-child button")?.focus();
  };
  return (
    <>
      <label class="field">
        <span>Known of each</span>
        <select
          value={accuracy ? "accuracy" : "error"}
          onChange={({ currentTarget: { value } }) =>
            bench.note(SAID, value === "accuracy" ? value : null)
          }
        >
          <option value="error">error (top-1)</option>
          <option value="accuracy">accuracy</option>
        </select>
      </label>
      {last > 0 && (
        <p class="hint">
          Passes on: of the inputs that reach this model, how many go on to the next (a cascade).
        </p>
      )}
      <div class="kept">
        <PlainTable
          label="Runs that are compared"
          texts={3}
          heads={[
            "Run",
            "Base",
            WORDS[by ?? "energy_j"],
            "Ratio",
            ...others.map((one) => WORDS[one]),
            accuracy ? "Accuracy, %" : "Error, %",
            "Passes on, %",
            "Actions",
          ]}
          rows={runs.map((run, at) => {
            const { name, result, error, pass_on } = run;
            // What is told may still be of the runs before.
            const place = compared?.runs.findIndex((one) => one.result === result) ?? -1;
            const { totals, max, runs: told } = compared?.comparison ?? {};
            const value = by === null ? null : totals?.values[by]?.[place];
            return [
              <>
                <Typed
                  label={`Name of run ${at + 1}`}
                  text={name}
                  onText={(text) => {
                    const free = freeName(text, runs.toSpliced(at, 1));
                    bench.changeRun(at, { name: free });
                    return free;
                  }}
                />
                <span class="hint">
                  {[result.model.name, platformName(result.platform), ...dialsOf(run)].join(" · ")}
                </span>
              </>,
              <input
                type="radio"
                aria-label={`Compare with ${name}`}
                checked={at === base}
                onChange={() => bench.note(BASE, at || null)}
              />,
              by !== null && place >= 0 && (
                <>
                  <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                    <rect
                      class="fill-ifmap"
                      width={(100 * (value ?? 0)) / (max?.totals[by] || 1)}
                      height="10"
                    />
                  </svg>
                  <b>
                    {told?.[place]?.not_modelled ? "≥ " : ""}
                    {amount(value, by)}
                  </b>
                </>
              ),
              at === base ? "base" : by !== null && times(totals?.ratios[by]?.[place]),
              ...others.map((one) => amount(totals?.values[one]?.[place], one)),
              <Percent
                label={`${accuracy ? "Accuracy" : "Error"} of ${name}`}
                share={said(error)}
                onShare={(share) => bench.changeRun(at, { error: said(share) })}
              />,
              at < last && (
                <Percent
                  label={`Passed on by ${name}`}
                  share={pass_on}
                  onShare={(share) => bench.changeRun(at, { pass_on: share })}
                />
              ),
              <>
                {at > 0 && (
                  <button
                    type="button"
                    class="quiet"
                    aria-label={`Move up ${name}`}
                    onClick={({ currentTarget }) => moveUp(at, currentTarget)}
                  >
                    Move up
                  </button>
                )}
                <button
                  type="button"
                  class="quiet"
                  aria-label={`Show ${name}`}
                  onClick={() => bench.openRun(at)}
                >
                  Show
                </button>
                <button
                  type="button"
                  class="quiet"
                  aria-label={`Remove ${name}`}
                  onClick={() => remove(at)}
                >
                  Remove
                </button>
              </>,
            ];
          })}
        />
      </div>
    </>
  );
}

/** A share that is typed in as per cent; nothing is unknown. */
function Percent(props: {
  label: string;
  share: number | null;
  onShare: (share: number | null) => void;
}) {
  const { label, share, onShare } = props;
  const text = share === null ? "" : `${rounded(100 * share)}`;
  return (
    <Typed
      label={`${label}, %`}
      text={text}
      percent
      onText={(typed, { validity }) => {
        if (!validity.valid) return text;
        onShare(typed === "" ? null : rounded(Number(typed) / 100));
        return typed;
      }}
    />
  );
}

/** A field that keeps what is being typed while the rest is drawn anew. */
function Typed(props: {
  label: string;
  text: string;
  percent?: boolean;
  /** Takes what was typed; what the field says then. */
  onText: (text: string, field: HTMLInputElement) => string;
}) {
  const { label, text, onText } = props;
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    if (field.current !== null) field.current.value = text;
  }, [text]);
  return (
    <input
      ref={field}
      title={text}
      aria-label={label}
      onChange={({ currentTarget }) => {
        currentTarget.value = onText(currentTarget.value, currentTarget);
      }}
      {...(props.percent
        ? { type: "number", min: 0, max: 100, step: "any" }
        : { type: "text", maxLength: LONGEST_NAME })}
    />
  );
}
