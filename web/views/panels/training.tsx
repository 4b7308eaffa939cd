import { useMemo } from "preact/hooks";
import { type CostUnit, costWord, unitOf } from "../../lib/cost.ts";
import { inFull, local, quantity, share } from "../../lib/format.ts";
import { atLarge, PHASES, type Phase, trainedLayers, trainingRun } from "../../lib/training.ts";
import { OPTIMIZERS, type Optimizer } from "../../lib/what_if.ts";
import { PlainTable } from "../plain_table.tsx";
import { Swatch } from "../swatch.tsx";
import type { PanelProps } from "./panel.ts";

const NAMES: Readonly<Record<Optimizer, string>> = {
  sgd: "SGD",
  momentum: "SGD with momentum",
  adam: "Adam",
};
/** A pattern and a colour of the chart's each. */
const PAINTS = {
  forward: "ifmap",
  input_gradient: "ofmap",
  weight_gradient: "weight",
  update: "computation",
} as const satisfies Record<Phase, string>;
const MOST_LAYERS = 20;
const IMAGES = "training.images";
const EPOCHS = "training.epochs";

/** A training step instead of an inference: what its phases cost, an image, an epoch, a run. */
export function TrainingPanel({ bench, state, choices, shown }: PanelProps) {
  const { result } = shown;
  const { training } = result;
  const { whatIf } = choices;
  const set = (train: Optimizer | null) => bench.choose({ whatIf: { ...whatIf, train } });
  return (
    <div class="training">
      <section class="panel" aria-labelledby="training-title">
        <div class="panel-head">
          <h3 id="training-title">A training step</h3>
          <label class="field">
            <span>Optimizer</span>
            <select
              value={whatIf.train ?? ""}
              onChange={({ currentTarget: { value } }) =>
                set(OPTIMIZERS.find((one) => one === value) ?? null)
              }
            >
              <option value="">none: an inference</option>
              {OPTIMIZERS.map((one) => (
                <option key={one} value={one}>
                  {NAMES[one]}
                </option>
              ))}
            </select>
          </label>
        </div>
        {training === undefined ? (
          <p>
            Everything on this page is of an inference. Choose an optimizer to see a training step:
            forward, gradients to the inputs, gradients to the weights, update, each layer expanded
            into these.
          </p>
        ) : (
          <Phases result={result} training={training} />
        )}
      </section>
      {training !== undefined && (
        <>
          <Runs {...{ bench, result, training }} fields={state.view.fields} />
          <Layers result={result} />
        </>
      )}
    </div>
  );
}

type Result = PanelProps["shown"]["result"];
type Training = NonNullable<Result["training"]>;

function Phases({ result, training }: { result: Result; training: Training }) {
  const unit = unitOf(result);
  const costs = PHASES.map(({ id, label }) => {
    const phase = training.phases[id];
    const energy = unit === "J" ? phase.energy_j : phase.energy_macs;
    return { id, label, ...phase, cost: unit === "s" ? phase.time_s : energy };
  });
  const all = costs.reduce((sum, { cost }) => sum + (cost ?? 0), 0);
  const forward = costs[0]?.cost;
  return (
    <>
      <p>
        {forward != null && forward > 0
          ? `A step of ${training.batch} ${training.batch === 1 ? "image" : "images"} takes ${local((all / forward).toFixed(1))} times the ${costWord(unit)} of its forward pass.`
          : `A step of ${training.batch}.`}{" "}
        The Layers tab shows every part of every layer.
      </p>
      <PlainTable
        label="What the phases of a training step cost"
        heads={[
          "Phase",
          unit === "s" ? "Time" : "Energy",
          "Share",
          ...(unit === "s" ? [] : ["Time"]),
          "MACs",
          "Layers",
        ]}
        rows={costs.map(({ id, label, cost, time_s, macs, layers }) => [
          <>
            <Swatch paint={PAINTS[id]} /> {label}
          </>,
          <b>{quantity(cost, unit)}</b>,
          share(cost === null || all === 0 ? null : cost / all),
          ...(unit === "s" ? [] : [quantity(time_s, "s")]),
          <span title={inFull(macs)}>{quantity(macs, "")}</span>,
          layers,
        ])}
      />
    </>
  );
}

function Runs(props: {
  bench: PanelProps["bench"];
  result: Result;
  training: Training;
  fields: PanelProps["state"]["view"]["fields"];
}) {
  const { bench, result, training, fields } = props;
  const number = (id: string, usual: number) => {
    const value = fields[id];
    return typeof value === "number" && value > 0 ? value : usual;
  };
  const [images, epochs] = [number(IMAGES, 1_281_167), number(EPOCHS, 90)];
  const unit = unitOf(result);
  const { per_image: each, batch } = training;
  const energy = unit === "J" ? each.energy_j : each.energy_macs;
  const costs = unit === "s" ? null : trainingRun(energy, batch, images, epochs);
  const times = trainingRun(each.time_s, batch, images, epochs);
  const field = (id: string, label: string, value: number) => (
    <label class="field">
      <span>{label}</span>
      <input
        type="number"
        min="1"
        step="any"
        value={value}
        onChange={({ currentTarget }) => {
          const now = currentTarget.valueAsNumber;
          bench.note(id, now > 0 ? now : null);
        }}
      />
    </label>
  );
  return (
    <section class="panel" aria-labelledby="run-title">
      <div class="panel-head">
        <h3 id="run-title">An epoch, and a run of epochs</h3>
        <div class="group">
          <span class="hint">at batch {batch}; the dial Batch sets another</span>
          {field(IMAGES, "Images", images)}
          {field(EPOCHS, "Epochs", epochs)}
        </div>
      </div>
      <dl class="everyday">
        {costs !== null && (
          <>
            <Amount label="an image" value={energy} unit={unit} />
            <Amount label="an epoch" value={costs.epoch} unit={unit} />
            <Amount label="the run" value={costs.run} unit={unit} />
          </>
        )}
        <Amount label="time of an epoch" value={times.epoch} unit="s" />
        <Amount label="time of the run" value={times.run} unit="s" />
        <Amount label="steps" value={times.steps} unit="" />
      </dl>
      {fields[IMAGES] === undefined && (
        <p class="hint">1,281,167 images and 90 epochs are those of ImageNet, usually.</p>
      )}
    </section>
  );
}

function Amount(props: { label: string; value: number | null; unit: CostUnit | "" }) {
  const { label, value, unit } = props;
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <b>{unit === "" ? inFull(value) : quantity(value, unit)}</b>{" "}
        {(unit === "J" || unit === "s") && <span class="hint">{atLarge(value, unit)}</span>}
      </dd>
    </div>
  );
}

function Layers({ result }: { result: Result }) {
  const unit = unitOf(result);
  const layers = useMemo(() => trainedLayers(result, MOST_LAYERS), [result]);
  const most = layers[0]?.total ?? 0;
  return (
    <section class="panel" aria-labelledby="trained-title">
      <h3 id="trained-title">The costliest layers by phase</h3>
      <PlainTable
        label="Layers with what each phase of them costs"
        texts={2}
        heads={["Layer", "Phases", ...PHASES.map(({ label }) => label), "All"]}
        rows={layers.map(({ name, phases, total }) => [
          name,
          <PhaseBar phases={phases} most={most} />,
          ...PHASES.map(({ id }) => (phases[id] === null ? "–" : quantity(phases[id], unit))),
          <b>{quantity(total, unit)}</b>,
        ])}
      />
    </section>
  );
}

function PhaseBar(props: { phases: Readonly<Record<Phase, number | null>>; most: number }) {
  let x = 0;
  return (
    <svg viewBox="0 0 100 10" preserveAspectRatio="none" class="phase-bar" aria-hidden="true">
      {PHASES.map(({ id }) => {
        const width = props.most > 0 ? (100 * (props.phases[id] ?? 0)) / props.most : 0;
        const from = x;
        x += width;
        return <rect key={id} class={`fill-${PAINTS[id]}`} x={from} width={width} height="10" />;
      })}
    </svg>
  );
}
