import { useRef, useState } from "preact/hooks";
import { BIBLIOGRAPHY_PATH, type ExportFile, FORMS } from "../lib/export.ts";
import { told } from "../lib/problem.ts";
import type { Shown } from "../lib/shown.ts";
import type { Workbench } from "../lib/workbench.ts";
import { save } from "./save.ts";

interface Props {
  readonly bench: Workbench;
  readonly shown: Shown;
}

/** The forms that a breakdown can be taken along in. */
export function ExportMenu({ bench, shown }: Props) {
  const menu = useRef<HTMLDetailsElement>(null);
  const [said, say] = useState("");
  const close = () => {
    menu.current?.removeAttribute("open");
    menu.current?.querySelector("summary")?.focus();
  };
  const write = async (format: string, label: string) => {
    say(`Writing ${label} …`);
    const link = new URL(shown.fragment ?? "", document.baseURI).href;
    try {
      const bibliography = format === "bibtex" ? await bench.siteJson(BIBLIOGRAPHY_PATH) : null;
      const extra = { format, link, ...(bibliography === null ? {} : { bibliography }) };
      const file = await bench.ask<ExportFile>("export", extra, new AbortController().signal);
      save(new Blob([file.text], { type: file.mime }), file.name);
      say(`Saved ${file.name}.`);
      close();
    } catch (cause) {
      const { message, remedy } = told(cause);
      say(`${message} ${remedy}`);
    }
  };
  return (
    <details
      ref={menu}
      class="menu"
      onToggle={() => say("")}
      onKeyDown={(event) => {
        if (event.key === "Escape") close();
      }}
    >
      <summary>Export</summary>
      <div class="menu-list">
        {FORMS.map(({ id, label, about }) => (
          <button key={id} type="button" onClick={() => void write(id, label)}>
            {label} <span class="hint">{about}</span>
          </button>
        ))}
        <p class="hint">Each picture is saved as SVG or PNG below it.</p>
        <p role="status">{said}</p>
      </div>
    </details>
  );
}
