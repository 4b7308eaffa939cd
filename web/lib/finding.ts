/** The finding: what a breakdown says, in one sentence made from its numbers. */
import { costWord, layerCost, partSums, shareOf, totalCost, totalParts, unitOf } from "./cost.ts";
import { share, times } from "./format.ts";
import { once } from "./once.ts";
import { isMapped, type Layer, type Result } from "./result.ts";

/** Below this share of the three costliest layers, naming them says nothing: it is spread. */
const SPREAD = 0.25;
const NUMBERS = ["no", "one", "two", "three"];
/** First words that are ours, not a layer's name, so that they may take a capital. */
const OURS = new Set([...NUMBERS, "half", "moving", "computing", "all"]);

/** The layers of known cost, the costliest first. */
export const costliest = once((result: Result): readonly Layer[] => {
  const unit = unitOf(result);
  return result.layers
    .filter((layer) => layerCost(layer, unit) !== null)
    .sort((a, b) => (layerCost(b, unit) ?? 0) - (layerCost(a, unit) ?? 0));
});

/** "Three layers (fc6, fc7 and conv2) take 80 % of AlexNet's energy; moving data takes …". */
export const finding = once((result: Result): string => {
  const where = isMapped(result.platform) ? movement(result) : spentOn(result);
  const said = [concentration(result), where].filter((text) => text !== "");
  const sentences = said.length === 0 ? [] : [`${capital(said.join("; "))}.`];
  return [...sentences, ...leftOut(result)].join(" ");
});

/** What the finding does not speak of, where that is work. */
function leftOut({ coverage }: Result): readonly string[] {
  const { macs_share, not_modelled } = coverage;
  if (macs_share === 1 || not_modelled.length === 0) return [];
  const nodes = not_modelled.length === 1 ? "1 node has" : `${not_modelled.length} nodes have`;
  const part = macs_share === null ? "of unknown share" : `with ${share(1 - macs_share)}`;
  return [`This leaves out what ${nodes} to do, ${part} of the MACs: see Coverage.`];
}

function concentration(result: Result): string {
  const whole = totalCost(result);
  const unit = unitOf(result);
  const layers = costliest(result);
  const cost = (layer: Layer) => layerCost(layer, unit);
  const top = layers.slice(0, layers.length > 4 ? 3 : 1);
  const [first] = top;
  if (first === undefined || whole === null || whole === 0) return "";
  const firstShare = shareOf(cost(first), whole) ?? 0;
  const word = costWord(unit);
  const of = `${percent(firstShare)} of the ${word}`;
  if (top.length === 1 || firstShare >= 0.5) {
    const most = layers.length === 1 ? "" : `, the most of ${layers.length} layers`;
    return `${first.name} alone takes ${of}${most}`;
  }
  const alike = layers.filter(
    (layer) =>
      layer.kind === first.kind && cost(layer)?.toPrecision(3) === cost(first)?.toPrecision(3),
  );
  if (alike.length > 3 && alike.length < layers.length) {
    const all = alike.reduce((sum, layer) => sum + (cost(layer) ?? 0), 0) / whole;
    return `${alike.length} alike layers of ${layers.length}, such as ${first.name}, take ${percent(all)} of the ${word}, ${percent(firstShare)} each`;
  }
  const together = top.reduce((sum, layer) => sum + (cost(layer) ?? 0), 0);
  if (together / whole < SPREAD) {
    const half = layersForHalf(layers, (layer) => (cost(layer) ?? 0) / whole);
    return `half of the ${word} lies in ${half} of ${layers.length} layers, the most in ${first.name} with ${percent(firstShare)}`;
  }
  const names = `${top[0]?.name}, ${top[1]?.name} and ${top[2]?.name}`;
  const what = `${percent(together / whole)} of the ${word}`;
  return `${NUMBERS[top.length]} of ${layers.length} layers, ${names}, take ${what}`;
}

/** How many of the costliest layers take half of the energy together. */
function layersForHalf(layers: readonly Layer[], shareOfLayer: (layer: Layer) => number): number {
  let sum = 0;
  const last = layers.findIndex((layer) => {
    sum += shareOfLayer(layer);
    return sum >= 0.5;
  });
  return last + 1;
}

function movement(result: Result): string {
  const sums = partSums(result.totals.parts, "tensor");
  const computing = sums.computation ?? 0;
  const moving = Object.entries(sums)
    .filter(([tensor]) => tensor !== "computation" && tensor !== "static")
    .reduce((sum, [, energy]) => sum + energy, 0);
  const still = sums.static ?? 0;
  const drawn = still > 0 ? `, static power ${percent(still / (still + moving + computing))}` : "";
  if (moving === 0 && computing === 0) return still > 0 ? "all of it is static power" : "";
  if (computing === 0)
    return still > 0 ? `none computes${drawn}` : "all of it moves data, none computes";
  if (moving === 0)
    return still > 0 ? `none moves data${drawn}` : "all of it computes, none moves data";
  return moving >= computing
    ? `moving data takes ${times(moving / computing)} what computing takes${drawn}`
    : `computing takes ${times(computing / moving)} what moving data takes${drawn}`;
}

/** What the energy or the time of a timed platform goes into, in order of size. */
const SPENT: Readonly<Record<string, string>> = {
  mac: "computing",
  memory: "moving data",
  launch: "starting layers",
  other: "what the fit does not tell apart",
};

function spentOn(result: Result): string {
  const whole = totalCost(result);
  if (whole === null || whole === 0) return "";
  const sums = partSums(totalParts(result), "level");
  const said = Object.entries(SPENT)
    .map(([level, what]) => ({ part: (sums[level] ?? 0) / whole, what }))
    .filter(({ part }) => part >= 0.005)
    .sort((a, b) => b.part - a.part)
    .map(({ part, what }, at) => `${percent(part)} ${at === 0 ? "goes " : ""}into ${what}`);
  return said.length < 2
    ? said.join("")
    : `${said.slice(0, -1).join(", ")} and ${said[said.length - 1]}`;
}

function percent(part: number): string {
  return part < 0.01 ? share(part) : `${Math.round(part * 100)}\u00a0%`;
}

function capital(text: string): string {
  const [word = ""] = text.split(" ", 1);
  return OURS.has(word) ? word.charAt(0).toUpperCase() + text.slice(1) : text;
}
