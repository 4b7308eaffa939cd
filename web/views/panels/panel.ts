/** What every panel under the tabs gets. */
import type { ComponentType } from "preact";
import type { Choices, Opened } from "../../lib/opened.ts";
import type { PageState } from "../../lib/page_state.ts";
import type { Shown } from "../../lib/shown.ts";
import type { Workbench } from "../../lib/workbench.ts";

export interface PanelProps {
  readonly bench: Workbench;
  readonly state: PageState;
  readonly opened: Opened;
  /** What the controls say now; ahead of what is shown while a change is being computed. */
  readonly choices: Choices;
  readonly shown: Shown;
}

export type Panel = ComponentType<PanelProps>;
