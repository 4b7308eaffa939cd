/** What a breakdown can be taken along as; each but the link's own file is written by the engine. */
import type { LinkState } from "./link.ts";
import { fileStem } from "./picture_file.ts";
import type { Shown } from "./shown.ts";

export interface ExportFile {
  readonly name: string;
  readonly mime: string;
  readonly text: string;
}

interface Form {
  readonly id: string;
  readonly label: string;
  readonly about: string;
}

export const FORMS: readonly Form[] = [
  { id: "csv", label: "CSV", about: "a row for each layer" },
  { id: "json", label: "JSON", about: "everything; opens here and in the terminal again" },
  { id: "markdown", label: "Markdown", about: "a table for an issue or a README" },
  { id: "latex", label: "LaTeX", about: "a table for a paper" },
  { id: "bibtex", label: "BibTeX", about: "the papers behind the numbers" },
  { id: "netron", label: "Netron", about: "an attachment: Netron shows each node’s energy" },
  { id: "badge", label: "Badge", about: "an SVG that says the energy" },
];

export const BIBLIOGRAPHY_PATH = "bibliography.json";

/** What a link would carry; the page reads it back when it is dropped. */
export function stateFile({ result }: Pick<Shown, "result">, whole: LinkState): ExportFile {
  return {
    name: `${fileStem(result.model.name, result.platform.id)}.joulegraph.json`,
    mime: "application/json",
    text: `${JSON.stringify(whole)}\n`,
  };
}
