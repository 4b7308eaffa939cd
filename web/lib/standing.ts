/** What host and device draw whatever is computed, beside what the layers take. */
import type { Result } from "./result.ts";

export interface StandingBar {
  readonly id: "layers" | "idle" | "host";
  readonly label: string;
  readonly energy_j: number;
  readonly power_w: number | null;
  /** How it stands to the total, and where it is from. */
  readonly about: string;
  /** Its length as a share of the longest. */
  readonly length: number;
}

/** A bar for the layers and one for each that is drawn beside; none where nothing is known. */
export function standingBars({ totals }: Result): readonly StandingBar[] {
  const { host, idle, energy_j, power_w } = totals;
  const bars: Omit<StandingBar, "length">[] = [];
  if (energy_j !== null) {
    const about = "the total above";
    bars.push({ id: "layers", label: "Layers", energy_j, power_w: power_w ?? null, about });
  }
  for (const [id, label, standing] of [
    ["idle", "Idle device", idle],
    ["host", "Host", host],
  ] as const) {
    if (standing?.energy_j == null) continue;
    const where = standing.included ? "part of the layers’ energy" : "on top, not in the total";
    const { energy_j, power_w } = standing;
    bars.push({ id, label, energy_j, power_w, about: `${where}; ${standing.source}` });
  }
  if (bars.every(({ id }) => id === "layers")) return [];
  const longest = Math.max(...bars.map(({ energy_j }) => energy_j));
  return bars.map((bar) => ({ ...bar, length: longest > 0 ? bar.energy_j / longest : 0 }));
}
