/**
 * Pictures as files: an SVG that stands by itself, without the page's styles.
 *
 * What is here needs no page: which styles become attributes, and the words that go along.
 */
import type { PlatformSummary, Result } from "./result.ts";

/** What a picture's file says of it. */
export interface PictureAbout {
  /** Begins the file's name: "alexnet-eyeriss". */
  readonly stem: string;
  /** A line for people, drawn below the picture: "AlexNet on Eyeriss, batch 1". */
  readonly line: string;
  /** The same and all else for programs, as JSON. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Styles that children have from what is around them, and those that they have not. */
export const INHERITED = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-linecap",
  "stroke-linejoin",
  "paint-order",
  "font-size",
  "font-style",
  "font-weight",
  "text-anchor",
] as const;
export const OWN = { opacity: "1" } as const;

export function aboutResult(result: Result): PictureAbout {
  const { model, platform, options, engine } = result;
  return {
    stem: fileStem(model.name, platform.id),
    line: `${model.name} on ${platform.name}, batch ${options.batch} · Joulegraph ${engine}`,
    facts: {
      model: model.name,
      platform: { id: platform.id, name: platform.name, hash: platform.hash },
      options,
      engine,
    },
  };
}

/** A profile's own pictures, which are of no model. */
export function aboutPlatform({ id, name, hash }: PlatformSummary): PictureAbout {
  return {
    stem: fileStem(id),
    line: `${name} · Joulegraph`,
    facts: { platform: { id, name, hash } },
  };
}

/** The text in lines of at most this width; a word that is wider has a line of its own. */
export function wrapped(
  text: string,
  width: number,
  widthOf: (text: string) => number,
): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(`${last} ${word}`) <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Letters, digits, dots and dashes, so that every system takes it as a file name. */
export function fileStem(...parts: readonly string[]): string {
  const plain = parts.map((part) =>
    part
      .normalize("NFKD")
      .replace(/[^A-Za-z0-9._-]+/g, "-")
      .replace(/^[-.]+|[-.]+$/g, "")
      .slice(0, 80),
  );
  return plain.filter((part) => part !== "").join("-") || "picture";
}
