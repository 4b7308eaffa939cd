import { useEffect, useRef, useState } from "preact/hooks";
import { stateFile } from "../lib/export.ts";
import type { Shown } from "../lib/shown.ts";
import type { Workbench } from "../lib/workbench.ts";
import { ExportMenu } from "./export_menu.tsx";
import { save } from "./save.ts";

const TOO_LONG = "This breakdown is too large for a link of 8,000 characters.";
const PLATFORM_TOO_LONG = "Your platform’s file is too large for a link, which takes 8 kB of one.";

const SOON = "Not while this is provisional: it is not yet computed in full.";

/** What is shown, as a link, kept to be compared, and as a file. */
export function TakeAlong({ bench, shown }: { bench: Workbench; shown: Shown }) {
  const [kept, setKept] = useState("");
  // What is still being searched for would be another number where it is opened.
  const soon = shown.provisional;
  const saveState = () => {
    const { name, mime, text } = stateFile(shown, bench.wholeState(shown));
    save(new Blob([text], { type: mime }), name);
  };
  return (
    <div class="group take-along" {...(soon ? { title: SOON } : {})}>
      {shown.fragment === null ? (
        <button
          type="button"
          title={`${shown.platformTooLong ? PLATFORM_TOO_LONG : TOO_LONG} Drop the file on this page to open it.`}
          aria-keyshortcuts="l"
          disabled={soon}
          onClick={saveState}
        >
          Save breakdown
        </button>
      ) : (
        <CopyLink fragment={shown.fragment} disabled={soon} />
      )}
      <button
        type="button"
        aria-keyshortcuts="k"
        title="Keeps this breakdown beside others, to be compared"
        disabled={soon}
        aria-label="Keep to compare"
        onClick={() => setKept(bench.keepRun() ?? "")}
      >
        Keep
      </button>
      <span class="unseen" role="status">
        {kept && `Kept as ${kept}.`}
      </span>
      {!soon && <ExportMenu bench={bench} shown={shown} />}
    </div>
  );
}

function CopyLink({ fragment, disabled }: { fragment: string; disabled: boolean }) {
  const [said, setSaid] = useState<"" | "copied" | "by hand">("");
  const field = useRef<HTMLInputElement>(null);
  const link = new URL(fragment, document.baseURI).href;
  useEffect(() => setSaid(""), [fragment]);
  useEffect(() => {
    if (said === "by hand") field.current?.select();
  }, [said]);
  const copy = () =>
    (navigator.clipboard?.writeText(link) ?? Promise.reject()).then(
      () => setSaid("copied"),
      () => setSaid("by hand"),
    );
  return (
    <>
      <button type="button" aria-keyshortcuts="l" disabled={disabled} onClick={copy}>
        {said === "copied" ? "Link copied" : "Copy link"}
      </button>
      {said === "by hand" && (
        <input ref={field} class="link" readOnly value={link} aria-label="Link to copy" />
      )}
      <span class="unseen" role="status">
        {said === "copied" ? `Link copied, ${link.length} characters.` : ""}
      </span>
    </>
  );
}
