import { shareOf, unitOf } from "../../lib/cost.ts";
import { quantity, share } from "../../lib/format.ts";
import { costIn, freeDimensions, type Tokens } from "../../lib/what_if_scenarios.ts";
import { NumberField } from "../dial.tsx";
import type { PanelProps } from "../panels/panel.ts";
import { PlainTable } from "../plain_table.tsx";
import { Line } from "./line.tsx";
import { Answered, numberIn, Part, useScenario, Wish } from "./part.tsx";

const COUNT = { name: "", size: 1, least: 1, most: 1 << 20, whole: true };
const FIELD = "what-if.tokens";
const COUNTS = [
  ["prompt", "Prompt", 512],
  ["generate", "Generate", 128],
] as const;
const NAMES = [
  ["sequence", "New tokens are"],
  ["past", "Those before are"],
] as const;

/** Prefill against decode of a language model, and what a token costs. */
export function TokenCosts(props: PanelProps) {
  const { bench, state, shown, opened } = props;
  const { fields } = state.view;
  const free = freeDimensions(shown.result).map(({ name }) => name);
  const isLink = opened.source.kind === "state";
  const wanted = fields[FIELD] === 1 && free.length > 0;
  const extra: Record<string, unknown> = {};
  for (const [id, , first] of COUNTS) extra[id] = numberIn(props, `${FIELD}.${id}`, first);
  for (const [id] of NAMES) {
    const name = String(fields[`${FIELD}.${id}`]);
    if (free.includes(name)) extra[id] = name;
  }
  const asked = useScenario<Tokens>(props, "tokens", extra, wanted && !isLink);
  if (free.length === 0) return null;
  const unnamed = asked.error?.code === "length-unknown" || extra.sequence !== undefined;
  return (
    <Part
      title="Sequence length and tokens"
      about="What a language model takes for a prompt, run at once, and for each token after it. How long the text of the breakdown is, is asked above: left open by the file."
      aside={
        <Wish on={wanted} onWish={(on) => bench.note(FIELD, on ? 1 : null)}>
          Prefill and decode
        </Wish>
      }
    >
      {wanted && isLink && <p>A link has no graph to try lengths with: open the model’s file.</p>}
      {wanted && !isLink && (
        <>
          <div class="exit-line">
            {COUNTS.map(([id, label, first]) => (
              <span key={id} class="field">
                <span>{label}</span>
                <NumberField
                  label={`${label}, tokens`}
                  value={Number(extra[id])}
                  unit={COUNT}
                  onValue={(value) => bench.note(`${FIELD}.${id}`, value === first ? null : value)}
                />
                <span>tokens</span>
              </span>
            ))}
            {unnamed &&
              NAMES.map(([id, label]) => (
                <label key={id} class="field">
                  <span>{label}</span>
                  <select
                    onChange={(event) =>
                      bench.note(`${FIELD}.${id}`, event.currentTarget.value || null)
                    }
                  >
                    {["", ...free].map((name) => (
                      <option key={name} value={name} selected={name === (extra[id] ?? "")}>
                        {name || "not named"}
                      </option>
                    ))}
                  </select>
                </label>
              ))}
          </div>
          <Answered asked={asked}>{(told) => <Told {...{ told }} shown={shown} />}</Answered>
        </>
      )}
    </Part>
  );
}

function Told({ told, shown }: { told: Tokens; shown: PanelProps["shown"] }) {
  const unit = unitOf(shown.result);
  const { prompt, generate, batch, decode } = told;
  const first = decode[0]?.position ?? 0;
  const span = Math.max(1, (decode.at(-1)?.position ?? 0) - first);
  const whole = costIn(told.total, unit);
  const per = (all: number | null, count: number) => (all === null ? null : all / (count * batch));
  return (
    <>
      <PlainTable
        label="Prefill and decode"
        heads={["Step", "Tokens", "All", "Per token", "Time", "Share"]}
        rows={(
          [
            ["Prefill", prompt, told.prefill],
            ["Decode", generate, told.generated],
            ["Together", prompt + generate, told.total],
          ] as const
        ).map(([label, count, cost]) => {
          const all = costIn(cost, unit);
          const part = shareOf(all, whole);
          return [
            label,
            count * batch,
            quantity(all, unit),
            <b key="">{quantity(per(all, count), unit)}</b>,
            quantity(costIn(cost, "s"), "s"),
            <span key="">
              <meter value={part ?? 0} aria-hidden="true" /> {share(part)}
            </span>,
          ];
        })}
      />
      {decode.length > 1 && (
        <Line
          title="What a generated token takes, over the tokens before it"
          unit={unit}
          name="tokens"
          of={shown.result}
          marks={decode.map((one) => {
            const value = per(costIn(one, unit), 1);
            return {
              along: (one.position - first) / span,
              value,
              label: `${one.position}`,
              text: `After ${one.position} tokens: ${quantity(value, unit)} for the next`,
            };
          })}
        />
      )}
      <p class="hint">{told.about}</p>
    </>
  );
}
