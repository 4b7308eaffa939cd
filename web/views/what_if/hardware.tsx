import { around, counting } from "../../lib/dials.ts";
import { factor } from "../../lib/format.ts";
import { Dial } from "../dial.tsx";
import type { PanelProps } from "../panels/panel.ts";
import { Part, tryOut } from "./part.tsx";

const PES = { name: "", size: 1, least: 1, most: 1 << 16, whole: true };
const MHZ = { name: "MHz", size: 1e6, least: 1e-6, most: 1e6, whole: false };

/** Another array and another clock for an accelerator. */
export function Hardware({ bench, opened, choices, shown }: PanelProps) {
  const { facts, result } = shown;
  const { axes, clock_hz } = facts;
  const { whatIf } = choices;
  const note = (code: string, of: string) =>
    result.notes.find((note) => note.code === code && note.text.includes(of))?.text;
  const unscaled = note("unscaled", "'s array has ");
  const own = axes.map(({ pes }) => pes);
  const sizes = axes.map(({ name, pes }, at) => {
    const set = whatIf.array ?? [];
    // Rows and columns alone leave the other axes as they are.
    return set[set.length === axes.length ? at : ["rows", "columns"].indexOf(name)] ?? pes;
  });
  const clock = whatIf.clock_hz ?? clock_hz;
  const hintOf = (now: number, before: number, marked: string) =>
    now === before ? "" : factor(now / before) + marked;
  return (
    <Part
      title="Hardware"
      about="Another array and clock than the accelerator’s own. Sizes of memories are dials above, on every tab."
    >
      {choices.platform === opened.choices.platform && (
        <div class="dials">
          {axes.map(({ name, pes }, at) => {
            const size = sizes[at] ?? pes;
            return (
              <Dial
                key={name}
                label={`Array ${name}`}
                title={`PEs along the array’s ${name}; its file says ${pes}`}
                scale={counting(Math.max(16, 4 * pes))}
                value={size}
                unit={PES}
                text={`${size}`}
                hint={hintOf(size, pes, unscaled === undefined ? "" : ", unscaled")}
                hintTitle={unscaled}
                onValue={(value) => {
                  const next = sizes.with(at, value);
                  const isOwn = next.every((one, at) => one === own[at]);
                  tryOut(bench, () => ({ array: isOwn ? null : next }));
                }}
              />
            );
          })}
          {clock !== null && (
            <Dial
              label="Clock"
              title={
                clock_hz === null
                  ? "Its file names no clock"
                  : `Its file says ${clock_hz / 1e6} MHz; the voltage is taken as unchanged`
              }
              scale={around(clock_hz ?? clock)}
              value={clock}
              unit={MHZ}
              text={`${clock / 1e6} MHz`}
              hint={hintOf(clock, clock_hz ?? clock, "")}
              hintTitle={note("clock", " MHz")}
              onValue={(value) =>
                tryOut(bench, () => ({ clock_hz: value === clock_hz ? null : value }))
              }
            />
          )}
        </div>
      )}
      {unscaled !== undefined && <p class="hint">{unscaled}</p>}
      {clock_hz === null && <p class="hint">The file of {result.platform.name} names no clock.</p>}
    </Part>
  );
}
