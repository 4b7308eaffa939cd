/** What the choices change of a model and a platform as they are: in words, each to be taken back. */
import { unitOf } from "./cost.ts";
import { plural, quantity, short } from "./format.ts";
import { type Choices, isElsewhere, type Opened, openedLink, PLAIN } from "./opened.ts";
import { bytesText, platformFacts } from "./platform_facts.ts";
import { isSamePlatform, ownName, type PlatformEntry } from "./platforms.ts";
import { isMapped, type Result } from "./result.ts";
import { BY_HAND } from "./set_zeros.ts";
import type { Shown } from "./shown.ts";
import { AS_IT_IS, isEmpty, type WhatIf } from "./what_if.ts";

export interface Change {
  readonly key: string;
  readonly text: string;
  /** What takes it back. */
  readonly without: Partial<Choices>;
}

/** The choices as they were at first: those of the model, on the same platform. */
export function atFirst({ source, densitySource }: Opened): Partial<Choices> {
  const { bits, dataflow, capacities, setZeros, weights, whatIf, fuse } = PLAIN;
  // Of which batch a link's file was, nobody knows; that of one inference needs no words.
  const batch = source.kind === "file" ? null : 1;
  const zeros = densitySource !== null;
  // Energy is said: left open, a link's own would be asked for.
  const own = { batch, zeros, objective: "energy" as const };
  return { ...own, bits, dataflow, capacities, setZeros, weights, whatIf, fuse };
}

export function changesOf(
  opened: Opened,
  choices: Choices,
  { facts, result: { platform } }: Pick<Shown, "facts" | "result">,
): readonly Change[] {
  const first = atFirst(opened);
  const { batch, bits, dataflow, objective, capacities, zeros, setZeros, whatIf } = choices;
  const found: Change[] = [];
  const add = (key: string, text: string, without: Partial<Choices>) =>
    found.push({ key, text, without });
  if (batch !== first.batch && batch !== null) {
    add("batch", `batch ${batch}`, { batch: first.batch ?? null });
  }
  if (bits !== null) {
    add("bits", `weights ${bits.weight} bits, activations ${bits.activation} bits`, { bits: null });
  }
  if (isMapped(platform)) {
    const flows = platform.dataflows ?? [];
    if (dataflow !== null && dataflow !== flows[0]?.id) {
      const name = flows.find(({ id }) => id === dataflow)?.name ?? dataflow;
      add("dataflow", `dataflow ${name}`, { dataflow: null });
    }
    if ((objective ?? "energy") !== "energy") {
      const least = objective === "delay" ? "least delay" : "least energy × delay";
      add("objective", `mapped for ${least}`, { objective: "energy" });
    }
    if (zeros !== first.zeros) {
      add("known zeros", `zero fractions ${zeros ? "on" : "off"}`, { zeros: !zeros });
    }
    if (choices.weights && setZeros?.weight == null) {
      add("weights", "zeros in the weights counted", { weights: false });
    }
  }
  if (setZeros !== null) {
    const said = (["weight", "activation"] as const)
      .filter((tensor) => setZeros[tensor] !== null)
      .map((tensor) => `${percent(setZeros[tensor] ?? 0)} of the ${tensor}s zero`);
    add("zeros", said.join(", "), { setZeros: null });
  }
  for (const [id, bytes] of Object.entries(capacities)) {
    const levels = [...facts.levels, ...(platform.levels ?? [])];
    const name = levels.find((level) => level.id === id)?.name ?? id;
    const { [id]: _, ...others } = capacities;
    add(`capacity.${id}`, `${name} ${bytesText(bytes)}`, { capacities: others });
  }
  for (const key of Object.keys(AS_IT_IS) as (keyof WhatIf)[]) {
    if (isEmpty(whatIf[key])) continue;
    add(key, inWords(whatIf, key), { whatIf: { ...whatIf, [key]: AS_IT_IS[key] } });
  }
  return found;
}

/** What is not as model and platform are, as far as a result and its link tell: "8 bits". */
export function dialsOf({ result, state }: Pick<Shown, "result" | "state">): readonly string[] {
  const { batch, bits, density } = result.options;
  const opened = openedLink(state);
  const { weight, activation } = bits ?? {};
  const widths =
    weight === activation ? `${weight} bits` : `${weight ?? "own"}/${activation ?? "own"} bits`;
  return [
    ...(batch > 1 ? [`batch ${batch}`] : []),
    ...(bits === null ? [] : [widths]),
    ...(density?.source.startsWith(BY_HAND) ? [density.source.slice(BY_HAND.length)] : []),
    ...changesOf(opened, opened.choices, { facts: platformFacts(null), result }).map(
      ({ text }) => text,
    ),
  ];
}

/** A model on a platform with nothing changed, and what it came to. */
export interface Plain {
  readonly opened: Opened;
  readonly result: Result;
}

/** What the changes come to, "20.53 mJ → 11.96 mJ, −41.7 %"; "" where that cannot be said. */
export function comesTo(plain: Plain | null, opened: Opened, result: Result): string {
  if (plain === null || isElsewhere(plain.opened, opened)) return "";
  const of = ({ density, choices }: Opened) => JSON.stringify([density, choices.given]);
  const unit = unitOf(result);
  if (of(plain.opened) !== of(opened) || unitOf(plain.result) !== unit) return "";
  const each = plain.result.options.batch !== result.options.batch;
  const cost = unit === "J" ? "energy_j" : unit === "s" ? "time_s" : "energy_macs";
  const [before, now] = [plain.result, result].map(
    ({ totals }) => (each ? totals.per_inference : totals)[cost],
  );
  if (!before || now == null) return "";
  const more = now / before - 1;
  const by = `${more < 0 ? "−" : "+"}${percent(Math.abs(more))}`;
  const [from, to] = [quantity(before, unit), quantity(now, unit)];
  const said = from === to ? `${to} as before` : `${from} → ${to}, ${by}`;
  return each ? `${said} per ${result.training ? "image" : "inference"}` : said;
}

/** What a step back leads to: another platform by its name, else what is changed there. */
export function backTo(
  { choices, ...opened }: Opened,
  past: readonly Choices[],
  shown: Pick<Shown, "facts" | "result">,
  platforms: readonly PlatformEntry[],
): string | null {
  // A slide that was given up leaves a step to where one is.
  const said = ({ platform, objective, ...one }: Choices) =>
    JSON.stringify([one, platform.id, objective ?? "energy"]);
  const here = said(choices);
  const last = past.findLast((one) => said(one) !== here);
  if (last === undefined) return null;
  const { platform } = last;
  if (!isSamePlatform(platform, choices.platform)) {
    const listed = platform.file === null && platforms.find(({ id }) => id === platform.id);
    return listed ? listed.name : ownName(platform);
  }
  const found = changesOf({ ...opened, choices }, last, shown);
  return found.map(({ text }) => text).join(", ") || "nothing changed";
}

function inWords(whatIf: WhatIf, key: keyof WhatIf): string {
  const { array, clock_hz, train, exits } = whatIf;
  if (key === "array" && array !== null) return `array ${array.join(" × ")}`;
  if (key === "clock_hz" && clock_hz !== null) return `clock ${short(clock_hz / 1e6, 6)} MHz`;
  if (key === "train") return `training step, ${train}`;
  if (key === "exits") {
    const said = exits.map(({ after, leave }) => `${percent(leave)} leave after ${after}`);
    return listed(said, "early exits");
  }
  const layers = Object.keys(whatIf[key] as object);
  const what = { layer_bits: "widths", layer_zeros: "zeros", active: "active share" }[
    key as string
  ];
  return `${what} of ${listed(layers, plural(layers.length, "layer"))}`;
}

/** A few by name, more of them by how many. */
const listed = (names: readonly string[], many: string): string =>
  names.length <= 2 ? names.join(" and ") : many;

const percent = (share: number): string => `${short(100 * share, 3)} %`;
