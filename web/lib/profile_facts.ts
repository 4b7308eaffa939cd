/**
 * What a measured profile says of itself, for people: what was measured, how, and how well it fits.
 *
 * The engine has accepted the profile when it gets here, but reads no more of it than it needs:
 * nothing is taken for granted of what only this page shows.
 */
import { fieldsOf, list, number, text } from "./fields.ts";
import type { PlatformFacts } from "./platform_facts.ts";
import { layerKind } from "./platform_list.ts";
import type { Ends, Fit, FitErrors, MeasuredKind, PlatformSummary } from "./result.ts";

export interface Fact {
  readonly label: string;
  readonly text: string;
}

/** How one quantity of one kind of layers fits. */
export interface KindFit {
  readonly id: string;
  /** "convolution", with the widths where they are not those of single precision. */
  readonly kind: string;
  readonly quantity: "time" | "power" | "energy";
  readonly errors: FitErrors;
  /** The share of rows that their intervals held; null where it is not told. */
  readonly coverage: number | null;
}

export interface NetworkCheck {
  readonly network: string;
  readonly batch: number | null;
  readonly measured_s: number;
  readonly predicted_s: number;
}

const TEXTS: readonly (readonly [string, string])[] = [
  ["device", "Device"],
  ["host", "Host"],
  ["driver", "Driver"],
  ["software", "Software"],
  ["precision", "Precision"],
  ["clocks", "Clocks"],
  ["cooling", "Cooling"],
];
const MEASURED: readonly (readonly [string, string])[] = [
  ["who", "Measured by"],
  ["date", "When"],
  ["method", "How"],
  ["source", "Published at"],
  ["licence", "Licence of the measurements"],
];
const FORMS: Readonly<Record<string, string>> = {
  default: "terms with a meaning, none below zero, fitted to relative errors",
  neuralpower: "NeuralPower’s polynomials",
};
const SINGLE = "32x32";

/** What it is of, and where that is from; what the file does not say is left out. */
export function profileFacts(platform: PlatformSummary, facts: PlatformFacts): readonly Fact[] {
  const about = fieldsOf(platform.about);
  const measured = fieldsOf(about.measured);
  const fit = fieldsOf(about.fit);
  const rows = number(fit.rows);
  const folds = number(fit.folds);
  const form = FORMS[platform.form ?? ""] ?? platform.form ?? null;
  const said = [
    ...TEXTS.map(([name, label]) => ({ label, text: text(about[name]) })),
    ...MEASURED.map(([name, label]) => ({ label, text: text(measured[name]) })),
    { label: "Rows", text: rowsText(list(about.rows), rows) },
    {
      label: "Fit",
      text: [form, folds === null ? null : `checked on ${folds} folds`].filter(Boolean).join("; "),
    },
    { label: "Licence of the profile", text: facts.licence },
  ];
  return said.flatMap(({ label, text }) => (text ? [{ label, text }] : []));
}

/** The profile in a line: "measured: convolution, pooling · the device · its software". */
export function profileLine(platform: PlatformSummary): string {
  const kinds = [...new Set((platform.kinds ?? []).map(({ kind }) => layerKind(kind)))];
  const { device, software } = fieldsOf(platform.about);
  return [`measured: ${kinds.join(", ")}`, text(device), text(software)]
    .filter(Boolean)
    .join(" · ");
}

/** The cross-validated errors of every kind and quantity. */
export function kindFits({ kinds = [] }: PlatformSummary): readonly KindFit[] {
  return kinds.flatMap((kind) => {
    const { time_s: time, power_w: power } = kind;
    const name = kindName(kind);
    return [
      ...fitRow(name, "time", time.errors, time),
      ...fitRow(name, "power", power?.errors, power),
      ...fitRow(name, "energy", power?.energy_errors, null),
    ];
  });
}

export function kindName({ kind, dtype }: MeasuredKind): string {
  return dtype === SINGLE
    ? layerKind(kind)
    : `${layerKind(kind)}, ${dtype.replace("x", " × ")} bits`;
}

/** The whole networks that were measured with the rows, and what the profile says of them. */
export function networkChecks({ about }: PlatformSummary): readonly NetworkCheck[] {
  return list(fieldsOf(about).networks).flatMap((check) => {
    const { network, batch, measured_s, predicted_s } = fieldsOf(check);
    const [name, measured, predicted] = [text(network), number(measured_s), number(predicted_s)];
    if (name === null || measured === null || predicted === null || measured <= 0) return [];
    return [{ network: name, batch: number(batch), measured_s: measured, predicted_s: predicted }];
  });
}

/** Pairs of measured and predicted that a plot can show. */
export function pointsOf(fit: Fit | null): readonly Ends[] {
  return list(fit?.points).flatMap((pair) => {
    const [measured, predicted] = list(pair).map(number);
    if (measured == null || predicted == null || measured <= 0 || predicted <= 0) return [];
    return [[measured, predicted] as const];
  });
}

function fitRow(
  kind: string,
  quantity: KindFit["quantity"],
  errors: FitErrors | null | undefined,
  fit: Fit | null,
): readonly KindFit[] {
  if (number(fieldsOf(errors).rmspe) === null || errors == null) return [];
  const coverage = number(fieldsOf(fit?.interval).coverage);
  return [{ id: `${kind} ${quantity}`, kind, quantity, errors, coverage }];
}

function rowsText(files: readonly unknown[], rows: number | null): string {
  const said = files.map((entry) => {
    const { file, sha256, where } = fieldsOf(entry);
    const of = list(where).map(String).join(", ");
    const hash = text(sha256);
    return [text(file), of && `where ${of}`, hash === null ? null : `SHA-256 ${hash.slice(0, 16)}…`]
      .filter(Boolean)
      .join(", ");
  });
  const count = rows === null ? [] : [`${rows} fitted`];
  return [...count, ...said].join("; ");
}
