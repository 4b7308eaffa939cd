import type { TargetedKeyboardEvent } from "preact";
import type { PageState } from "../lib/page_state.ts";
import type { Tab } from "../lib/page_view.ts";
import type { Panel } from "./panels/panel.ts";

interface Entry {
  readonly tab: Tab;
  readonly label: string;
  /** Where its panel is; null for the breakdown, which is there from the first moment. */
  readonly load: (() => Promise<Panel>) | null;
}

/** Loaded when it is first opened. */
const panel = (name: "Proxies" | "WhatIf" | "Training" | "Compare" | "Platforms") => () =>
  import("./on_demand.ts").then((panels): Panel => panels[name]);

/** The panels of the page, in the order of the tabs. */
export const ENTRIES: readonly Entry[] = [
  { tab: "layers", label: "Layers", load: null },
  { tab: "proxies", label: "Proxies", load: panel("Proxies") },
  { tab: "what-if", label: "What if", load: panel("WhatIf") },
  { tab: "training", label: "Training", load: panel("Training") },
  { tab: "compare", label: "Compare", load: panel("Compare") },
  { tab: "platforms", label: "Platforms", load: panel("Platforms") },
];

interface Props {
  readonly state: PageState;
  readonly onTab: (tab: Tab) => void;
}

/** What there is to look at; arrow keys move along, as they do in any row of tabs. */
export function Tabs({ state, onTab }: Props) {
  const chosen = state.view.tab;
  const go = (event: TargetedKeyboardEvent<HTMLDivElement>) => {
    const at = ENTRIES.findIndex(({ tab }) => tab === chosen);
    const along = getComputedStyle(event.currentTarget).direction === "rtl" ? -1 : 1;
    const count = ENTRIES.length;
    const places: Readonly<Record<string, number>> = {
      ArrowRight: (at + along + count) % count,
      ArrowLeft: (at - along + count) % count,
      Home: 0,
      End: count - 1,
    };
    const next = ENTRIES[places[event.key] ?? -1];
    if (next === undefined) return;
    event.preventDefault();
    onTab(next.tab);
    document.getElementById(`tab-${next.tab}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label="What to look at" onKeyDown={go}>
      {ENTRIES.map(({ tab, label }, index) => (
        <button
          key={tab}
          id={`tab-${tab}`}
          type="button"
          role="tab"
          aria-selected={tab === chosen}
          aria-controls="panel"
          aria-keyshortcuts={`${index + 1}`}
          tabIndex={tab === chosen ? 0 : -1}
          onClick={() => onTab(tab)}
        >
          {label}
          {tab === "compare" && state.runs.length > 0 && ` (${state.runs.length})`}
        </button>
      ))}
    </div>
  );
}
