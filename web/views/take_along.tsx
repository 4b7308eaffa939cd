import { useEffect, useRef, useState } from "preact/hooks";
import { csvFile, type ExportFile, jsonFile, stateFile } from "../lib/export.ts";
import type { Shown } from "../lib/shown.ts";

const TOO_LONG = "This breakdown is too large for a link of 8,000 characters.";
const PLATFORM_TOO_LONG = "Your platform’s file is too large for a link, which takes 8 kB of one.";

const SOON = "Not while this is provisional: it is not yet computed in full.";

/** Link and files of the breakdown shown. */
export function TakeAlong({ shown }: { shown: Shown }) {
  // What is still being searched for would be another number where it is opened.
  const soon = shown.provisional;
  return (
    <div class="group take-along" {...(soon ? { title: SOON } : {})}>
      {shown.fragment === null ? (
        <button
          type="button"
          title={`${shown.platformTooLong ? PLATFORM_TOO_LONG : TOO_LONG} Drop the file on this page to open it.`}
          disabled={soon}
          onClick={() => save(stateFile(shown))}
        >
          Save breakdown
        </button>
      ) : (
        <CopyLink fragment={shown.fragment} disabled={soon} />
      )}
      <button type="button" disabled={soon} onClick={() => save(csvFile(shown))}>
        CSV
      </button>
      <button type="button" disabled={soon} onClick={() => save(jsonFile(shown))}>
        JSON
      </button>
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
      <button type="button" disabled={disabled} onClick={copy}>
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

function save({ name, type, text }: ExportFile): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const anchor = document.createElement("a");
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
