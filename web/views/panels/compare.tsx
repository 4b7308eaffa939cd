import { useMemo, useState } from "preact/hooks";
import { asked, type Comparison, type Quantity, type Told, WORDS } from "../../lib/compare.ts";
import type { PictureAbout } from "../../lib/picture_file.ts";
import { told as problemOf } from "../../lib/problem.ts";
import type { EngineError } from "../../lib/protocol.ts";
import type { Run } from "../../lib/runs.ts";
import { Adding } from "../compare/adding.tsx";
import { Layers } from "../compare/layers.tsx";
import { Multiples } from "../compare/multiples.tsx";
import { Precision } from "../compare/precision.tsx";
import { Runs } from "../compare/runs.tsx";
import { focusMain } from "../focus_main.ts";
import { save } from "../save.ts";
import { useAsked } from "../use_asked.ts";
import type { PanelProps } from "./panel.ts";

export const BASE = "compare.base";
const BY = "compare.by";

/** What parts of the panel are drawn from. */
export interface Compared extends PanelProps, Told {
  /** What the comparison is of; those kept may have changed since. */
  readonly runs: readonly Run[];
  readonly by: Quantity;
  /** The row that is pointed at in table or charts. */
  readonly pointed: number | null;
  readonly onPoint: (row: number | null) => void;
  readonly about: () => PictureAbout;
}

/** Breakdowns side by side: models, platforms, one before and after. */
export function Compare(props: PanelProps) {
  const { bench, state, shown } = props;
  const { runs } = state;
  const { fields } = state.view;
  const { awaited } = bench;
  const wished = Number(fields[BASE] ?? 0);
  const base = runs[wished] === undefined ? 0 : wished;
  const [pointed, onPoint] = useState<number | null>(null);
  const ready = state.stage.name === "ready" && runs.length > 0 && awaited === 0;
  const key = useMemo(() => (ready ? {} : null), [runs, base, ready]);
  const ask = (signal: AbortSignal, format: string) =>
    bench.askAlone<Told & { text: string }>("compare", { ...asked(runs, base), format }, signal);
  const { told, error, stale } = useAsked(key, async (signal) => ({
    ...(await ask(signal, "json")),
    runs,
  }));
  const [lost, setLost] = useState<EngineError | null>(null);
  const wrong = error ?? lost;
  if (runs.length + awaited === 0) {
    return (
      <section class="panel compare" aria-label="Side by side">
        <p>
          Keep what is shown, then change the model, the platform or anything else and keep that,
          too: up to eight stand here side by side. Several models dropped at once are kept, each.
        </p>
        <button
          type="button"
          class="primary"
          onClick={() => {
            bench.keepRun();
            focusMain();
          }}
        >
          Keep what is shown
        </button>
        <Adding {...props} />
      </section>
    );
  }
  const take = async (format: string) => {
    setLost(null);
    try {
      const answer = await ask(new AbortController().signal, format);
      const link = shown.fragment ? { link: shown.fragment } : {};
      const text = answer.text ?? JSON.stringify({ ...answer.comparison, ...link });
      save(new Blob([text]), `comparison.${format}`);
    } catch (cause) {
      setLost(problemOf(cause));
    }
  };
  const by =
    told && (told.comparison.quantities.find((one) => one === fields[BY]) ?? basisOf(told));
  const compared: Compared | null = told &&
    by && {
      ...props,
      ...told,
      ...{ by, pointed, onPoint },
      about: () => {
        const { runs, base, engine } = told.comparison;
        const line = `${runs.map(({ name }) => name).join(", ")} · Joulegraph ${engine}`;
        return { stem: "comparison", line, facts: { runs, base, engine, link: shown.fragment } };
      },
    };
  return (
    <div class="compare">
      <section class="panel" aria-labelledby="compare-title">
        <div class="panel-head">
          <h3 id="compare-title">Side by side, per inference</h3>
          {compared !== null && (
            <div class="group">
              <label class="field">
                <span>Compare</span>
                <select
                  value={compared.by}
                  onChange={(event) => bench.note(BY, event.currentTarget.value)}
                >
                  {compared.comparison.quantities.map((one) => (
                    <option key={one} value={one}>
                      {WORDS[one]}
                    </option>
                  ))}
                </select>
              </label>
              {["csv", "json"].map((format) => (
                <button
                  key={format}
                  type="button"
                  aria-label={`Save comparison as ${format}`}
                  onClick={() => void take(format)}
                >
                  {format.toUpperCase()}
                </button>
              ))}
            </div>
          )}
        </div>
        <p class="finding" role="status">
          {awaited > 0
            ? `${awaited} more to be priced …`
            : compared === null
              ? stale && "Comparing …"
              : compared.said[compared.by]?.finding}
        </p>
        {wrong !== null && (
          <p role="alert">
            {wrong.message} {wrong.remedy}
          </p>
        )}
        <Runs {...props} base={base} compared={compared} />
        {compared?.cascade.map((text) => (
          <p key={text}>{text}</p>
        ))}
        {compared?.comparison.notes.map(({ text }) => (
          <p key={text} class="hint">
            {text}
          </p>
        ))}
        <Adding {...props} />
      </section>
      {compared !== null && (
        <>
          <Multiples {...compared} />
          <Layers {...compared} />
          <Precision {...compared} />
        </>
      )}
    </div>
  );
}

const basisOf = ({ comparison }: { comparison: Comparison }): Quantity =>
  comparison.basis?.name ?? "macs";
