/**
 * Numbers as people read them: four significant digits and a decimal prefix, at the edge only.
 *
 * The rules, shared with the terminal and fixed by tests/vectors/format.json:
 * - null is "unknown"; zero has no prefix and no decimals ("0 J").
 * - Four significant digits, halves away from zero; 999.96 carries to "1.000 k".
 * - Prefixes from f (1e-15) to P (1e15); beyond them the number grows or shrinks instead.
 * - A count (no unit, a whole number below 10,000) is written out: "1000".
 * - No thousands separators; one plain space before the unit.
 * - A decimal point, until the page has said which reader it is for; exports keep the point.
 */

const PREFIXES = ["f", "p", "n", "µ", "m", "", "k", "M", "G", "T", "P"] as const;
const LOWEST = -5;
const HIGHEST = 5;

/** What stands between a whole number and its fraction. */
let separator = ".";

/** From now on numbers are written as in this locale, undefined for the reader's own. */
export function writeFor(locale: string | undefined): void {
  // The digits stay, and with them their own separator.
  const format = new Intl.NumberFormat(locale, { numberingSystem: "latn" });
  separator = format.formatToParts(0.5).find(({ type }) => type === "decimal")?.value ?? ".";
}

/** A number that has a decimal point, as the reader writes it. */
export const local = (number: string): string => number.replace(".", separator);

/** To at most so many significant digits, without zeros at the end: "1.5". */
export const short = (value: number, digits: number): string =>
  local(String(Number(value.toPrecision(digits))));

/** A text of the page for an export: the numbers in it have a point again. Names stay. */
export const forExport = (text: string): string =>
  separator === "."
    ? text
    : text.replace(/(?<![\p{L}\p{N}_.,]-?)(\d+)(\D)(\d+)(?![\p{L}\p{N}_,])/gu, (all, a, b, c) =>
        b === separator ? `${a}.${c}` : all,
      );

export interface Written {
  readonly number: string;
  /** The prefix with the unit, "" if neither is there. */
  readonly unit: string;
}

/** The number and its prefixed unit apart, for columns that align them. */
export function written(value: number | null, unit: string): Written {
  const { number, unit: prefixed } = pointed(value, unit);
  return { number: local(number), unit: prefixed };
}

/** The same with a point, wherever the reader is. */
function pointed(value: number | null, unit: string): Written {
  if (value === null || !Number.isFinite(value)) return { number: "unknown", unit: "" };
  if (value === 0) return { number: "0", unit };
  if (unit === "" && Number.isInteger(value) && Math.abs(value) < 10_000) {
    return { number: String(value), unit: "" };
  }
  const [mantissa = "", power = "0"] = Math.abs(value).toExponential(3).split("e");
  const exponent = Number(power);
  const group = Math.min(HIGHEST, Math.max(LOWEST, Math.floor(exponent / 3)));
  const number = shifted(mantissa.replace(".", ""), exponent - 3 * group);
  return {
    number: value < 0 ? `-${number}` : number,
    unit: `${PREFIXES[group - LOWEST] ?? ""}${unit}`,
  };
}

/** A value with its unit: 3894123456, "MACe" is "3.894 GMACe". */
export function quantity(value: number | null, unit: string): string {
  const { number, unit: prefixed } = written(value, unit);
  return prefixed === "" ? number : `${number} ${prefixed}`;
}

/** Two ends under one prefix, three significant digits each: "25.7 – 290 ms". */
export function ends([low, high]: readonly [number, number], unit: string): string {
  const { unit: prefixed } = written(high, unit);
  const group = PREFIXES.indexOf((prefixed.slice(0, prefixed.length - unit.length) || "") as "");
  const size = 10 ** (3 * (Math.max(0, group) + LOWEST));
  return `${threeDigits(low / size)} – ${threeDigits(high / size)} ${prefixed}`.trim();
}

/** "290", "25.7", "0.0321": three significant digits, none of them in an exponent. */
function threeDigits(value: number): string {
  if (value === 0) return "0";
  const near = Number(value.toPrecision(3)); // 9.999 has as many decimals as 10.0
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(near))));
  return local(near.toFixed(Math.min(decimals, 12)));
}

/** A share of a whole, 0 to 1, as a percentage with one decimal. */
export function share(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return "unknown";
  if (value > 0 && value < 0.0005) return `<${local("0.1")}\u00a0%`;
  return `${local((value * 100).toFixed(1))}\u00a0%`;
}

/** "1 layer", "7 layers". */
export function layersText(count: number): string {
  return count === 1 ? "1 layer" : `${count} layers`;
}

/** How many times larger one number is than another, short: "9.8 times". */
export function times(ratio: number): string {
  return `${local(ratio >= 100 ? ratio.toFixed(0) : ratio.toPrecision(2))} times`;
}

/** In how many times one number another is: "×1.19". */
export const factor = (ratio: number): string => `×${short(ratio, 3)}`;

/** A round number of an axis: no trailing zeros, "1.5 G". */
export function tick(value: number): string {
  const { number, unit } = pointed(value, "");
  const bare = local(number.includes(".") ? number.replace(/\.?0+$/, "") : number);
  return unit === "" ? bare : `${bare} ${unit}`;
}

/** A whole number in full, groups of three set apart by a narrow space: for tooltips and details. */
export function inFull(value: number | null): string {
  if (value === null) return "unknown";
  if (!Number.isInteger(value)) return short(value, 12);
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, "\u202f");
}

/** Four digits with a decimal point after `power + 1` of them, filled with zeros where needed. */
function shifted(digits: string, power: number): string {
  if (power < 0) return `0.${"0".repeat(-power - 1)}${digits}`;
  if (power >= digits.length - 1) return digits.padEnd(power + 1, "0");
  return `${digits.slice(0, power + 1)}.${digits.slice(power + 1)}`;
}

/** "1 layer", "7 layers". */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
