/** What is open after files were dropped or chosen: a model, or the one there was seen otherwise. */
import type { Dropped } from "./dropped.ts";
import {
  type Opened,
  onPlatform,
  onSamePlatform,
  openedFiles,
  openedLink,
  withCompanions,
  withDensity,
} from "./opened.ts";
import type { PageState } from "./page_state.ts";
import { ownPlatform } from "./platforms.ts";
import { Problem } from "./problem.ts";

/** What to look at next; null where there is nothing to open. */
export function openedFrom(found: readonly Dropped[], state: PageState): Opened | null {
  if (found.length === 0) return null;
  let next: Opened | null = state.opened;
  for (const item of found) {
    if (item.kind === "model")
      next = onSamePlatform(openedOrCompleted(item.files, state), state.choices);
    else if (item.kind === "state") next = openedLink(item.state);
  }
  for (const item of found) {
    if (item.kind === "density") next = withDensity(fileOrSample(next), item.density);
    else if (item.kind === "platform")
      next = onPlatform(anyModel(next), ownPlatform(item.platform));
  }
  return next;
}

/** A model of these files; the open one with them, where it lacks weights in files so named. */
function openedOrCompleted(files: readonly File[], { opened, shown }: PageState): Opened {
  const missing = shown?.result.notes.find(({ code }) => code === "weights-unknown")?.text ?? "";
  const asked = (file: File) => missing.includes(`${file.name}' is not there`);
  return opened !== null && opened.source.kind === "file" && files.every(asked)
    ? withCompanions(opened, files)
    : openedFiles(files);
}

function anyModel(opened: Opened | null): Opened {
  if (opened !== null) return opened;
  throw new Problem(
    "platform-without-model",
    "A platform needs a model to be priced on it.",
    "Open a model, then the platform; or drop both together.",
  );
}

function fileOrSample(opened: Opened | null): Opened {
  if (opened !== null && opened.source.kind !== "state") return opened;
  throw new Problem(
    "density-without-model",
    "Zero fractions need the model that they belong to; a link holds its own.",
    "Drop the model and its zero fractions together.",
  );
}
