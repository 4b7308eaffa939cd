/** What is easily counted beside what it stands for: proxies of a model's layers against their energy. */
import { layerCost, unitOf } from "./cost.ts";
import { local, quantity } from "./format.ts";
import type { Layer, Result } from "./result.ts";

export type ProxyId = "parameters" | "macs" | "bytes" | "time_s" | "macs_and_weights";

/** Rank correlations over `n` layers: 1 where both rank alike, 0 where one says nothing. */
export interface Agreement {
  readonly spearman: number;
  readonly kendall: number;
  readonly n: number;
}

/** What `macs_and_weights` counts for a MAC, and for a weight. */
export interface ProxyCosts {
  readonly per_mac: number;
  readonly per_weight: number;
  readonly unit: string;
  readonly source: string;
}

export type Proxies = Readonly<Record<ProxyId, Agreement | null>> & { readonly costs: ProxyCosts };

interface About {
  readonly id: ProxyId;
  readonly label: string;
  readonly unit: string;
  readonly title: string;
}

export const PROXIES: readonly About[] = [
  { id: "parameters", label: "Parameters", unit: "", title: "How many weights a layer has" },
  { id: "macs", label: "MACs", unit: "", title: "How many multiply-accumulates it computes" },
  { id: "bytes", label: "Bytes", unit: "B", title: "Its ifmap, weights and ofmap, each once" },
  { id: "time_s", label: "Time", unit: "s", title: "How long it takes" },
  {
    id: "macs_and_weights",
    label: "MACs and weights",
    unit: "",
    title: "Each MAC at its cost and each weight read once from main memory, as EIE and DeLight do",
  },
];

/** A layer's place when all are ordered by a quantity, 1 for the most; equals share a mean place. */
export interface Place {
  readonly layer: Layer;
  readonly index: number;
  readonly value: number;
  readonly energy: number;
  readonly place: number;
  readonly energyPlace: number;
}

export interface Column extends About {
  readonly agreement: Agreement | null;
  readonly places: readonly Place[];
  /** The layer that it names as the costliest. */
  readonly first: Place | null;
  /** The layer that it misplaces most. */
  readonly misplaced: Place | null;
}

export function proxyValue(layer: Layer, id: ProxyId, costs: ProxyCosts): number | null {
  if (id !== "macs_and_weights") return layer[id] ?? null;
  const { macs, parameters } = layer;
  if (macs === null || parameters === null) return null;
  return costs.per_mac * macs + costs.per_weight * parameters;
}

/** Every proxy with the places it gives the layers that cost something. */
export function proxyColumns(result: Result): readonly Column[] {
  const { proxies } = result;
  if (proxies === undefined) return [];
  const unit = unitOf(result);
  return PROXIES.map((about) => {
    const known = result.layers.flatMap((layer, index) => {
      const value = proxyValue(layer, about.id, proxies.costs);
      const energy = layerCost(layer, unit);
      return value === null || energy === null || energy === 0
        ? []
        : [{ layer, index, value, energy }];
    });
    const own = placesBy(known.map(({ value }) => value));
    const true_ = placesBy(known.map(({ energy }) => energy));
    const places = known.map((one, at) => ({
      ...one,
      place: own[at] ?? 0,
      energyPlace: true_[at] ?? 0,
    }));
    return {
      ...about,
      agreement: proxies[about.id],
      places,
      first: mostBy(places, ({ value }) => value),
      misplaced: mostBy(places, (one) => Math.abs(one.place - one.energyPlace)),
    };
  });
}

/** In a sentence: which proxy misleads most here, and how. */
export function proxyFinding(columns: readonly Column[]): string {
  const known = columns.filter(({ agreement }) => agreement !== null);
  const worst = mostBy(known, ({ agreement }) => -(agreement?.kendall ?? 0));
  const best = mostBy(known, ({ agreement }) => agreement?.kendall ?? 0);
  if (worst === null || best === null) return "Too few layers, or no energy, to rank proxies by.";
  const tau = (column: Column) => local((column.agreement?.kendall ?? 0).toFixed(2));
  const astray = worst.misplaced;
  const at = (of: "place" | "energyPlace") => {
    const ties = worst.places.filter((one) => one[of] === astray?.[of]).length;
    return `${local(String(astray?.[of]))}${ties > 1 ? ` (the mean of ${ties} that tie)` : ""}`;
  };
  const example =
    astray === null || astray.place === astray.energyPlace
      ? ""
      : ` ${worst.label} put ${astray.layer.name} at place ${at("place")}, energy at ${at("energyPlace")} of ${worst.places.length}.`;
  return `${worst.label} mislead most here (τ ${tau(worst)}), ${best.label.toLowerCase().replace("macs", "MACs")} least (τ ${tau(best)}).${example}`.replace(
    /Time (mislead|put)/g,
    "Time $1s",
  );
}

export const proxyText = ({ unit }: About, value: number): string => quantity(value, unit);

function placesBy(values: readonly number[]): readonly number[] {
  const order = values.map((_, at) => at).sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0));
  const places: number[] = [];
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && values[order[to] ?? 0] === values[order[from] ?? 0]) to += 1;
    for (let at = from; at < to; at += 1) places[order[at] ?? 0] = (from + 1 + to) / 2;
    from = to;
  }
  return places;
}

function mostBy<T>(all: readonly T[], worth: (one: T) => number): T | null {
  let best: T | null = null;
  for (const one of all) if (best === null || worth(one) > worth(best)) best = one;
  return best;
}
