/** The files that a breakdown can be saved as. */
import type { Shown } from "./shown.ts";

export interface ExportFile {
  readonly name: string;
  readonly type: string;
  readonly text: string;
}

export function csvFile(shown: Shown): ExportFile {
  return { name: `${stem(shown)}.csv`, type: "text/csv", text: shown.csv };
}

/** The result as the terminal writes it: schema joulegraph/result/1. */
export function jsonFile(shown: Shown): ExportFile {
  return {
    name: `${stem(shown)}.json`,
    type: "application/json",
    text: `${JSON.stringify(shown.result, null, 1)}\n`,
  };
}

/** What a link would carry; the page reads it back when it is dropped. */
export function stateFile(shown: Shown): ExportFile {
  return {
    name: `${stem(shown)}.joulegraph.json`,
    type: "application/json",
    text: `${JSON.stringify(shown.state)}\n`,
  };
}

/** "alexnet-eyeriss": letters, digits, dots, dashes, so that every system takes it as a file name. */
function stem({ result }: Shown): string {
  const name = result.model.name.normalize("NFKD").replace(/[^A-Za-z0-9._-]+/g, "-");
  const plain = name.replace(/^[-.]+|[-.]+$/g, "").slice(0, 80) || "model";
  return `${plain}-${result.platform.id}`;
}
