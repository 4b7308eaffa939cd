/** A picture on the page as a file that stands by itself. */
import { forExport } from "../../lib/format.ts";
import { INHERITED, OWN, type PictureAbout, wrapped } from "../../lib/picture_file.ts";

const SVG = "http://www.w3.org/2000/svg";
const PAD = 12;
const LINE = 20;
/** Words need some room, however small the picture is. */
const LEAST = 280;
const TITLE = { "font-size": "15", "font-weight": "600" };
const PLAIN = { "font-size": "12" };

type Looks = Readonly<Record<string, string>>;

export interface Found {
  readonly card: Element;
  readonly svg: SVGSVGElement;
}

/** The picture below its title and legend, with what it is of; colours as they are on the page. */
export function svgBlob({ card, svg }: Found, about: PictureAbout): Blob {
  const width = svg.clientWidth;
  const whole = Math.max(width, LEAST);
  const named = svg.querySelector("title")?.textContent ?? svg.getAttribute("aria-label") ?? "";
  const root = element("svg", { xmlns: SVG });
  const style = getComputedStyle(svg);
  const { color, backgroundColor } = groundOf(card);
  root.setAttribute("font-family", style.fontFamily);
  for (const name of ["title", "desc"] as const) {
    const said = element(name);
    // A file stands by itself: there is no table below it.
    const text = (name === "title" ? named : svg.querySelector(name)?.textContent) ?? "";
    said.textContent = forExport(text.replace(" The table below has the numbers.", ""));
    root.append(said);
  }
  const metadata = element("metadata");
  metadata.textContent = JSON.stringify({ ...about.facts, link: location.href });
  const back = element("rect", { width: "100%", height: "100%", fill: backgroundColor });
  root.append(metadata, back);
  const words = (text: string, x: number, y: number, looks: Looks) => {
    const said = element("text", { x, y, fill: color, ...looks });
    said.textContent = forExport(text);
    root.append(said);
  };
  // Below one another where the picture is less wide than what is said of it.
  const lines = (text: string, first: number, looks: Looks) => {
    const broken = wrapped(forExport(text), whole, measure(looks, style.fontFamily));
    for (const [at, line] of broken.entries()) words(line, PAD, first + at * LINE, looks);
    return first + (broken.length - 1) * LINE;
  };
  let y = lines(card.querySelector("h3")?.textContent ?? named, PAD + 12, TITLE) + 8;
  const legend = [...card.querySelectorAll<HTMLElement>(".legend li")];
  let x = PAD;
  if (legend.length > 0) y += LINE;
  for (const entry of legend) {
    const swatch = entry.querySelector("svg");
    const text = entry.textContent ?? "";
    // As wide as the page has it.
    const wide = entry.getBoundingClientRect().width + 14;
    if (x > PAD && x + wide > width) {
      x = PAD;
      y += LINE;
    }
    if (swatch !== null) {
      const sample = styled(swatch, null);
      sample.setAttribute("transform", `translate(${x} ${y - 10})`);
      root.append(sample);
    }
    words(text, x + (swatch?.clientWidth ?? 0) + 6, y, PLAIN);
    x += wide;
  }
  y += 10;
  const drawing = styled(svg, null);
  const drawnWidth = svg.viewBox.baseVal?.width || width;
  drawing.setAttribute("transform", `translate(${PAD} ${y}) scale(${width / drawnWidth})`);
  root.append(drawing);
  y += svg.clientHeight + LINE;
  y = lines(about.line, y, { ...PLAIN, opacity: "0.75" });
  const size = { width: whole + 2 * PAD, height: y + PAD };
  for (const [name, value] of Object.entries(size)) root.setAttribute(name, String(value));
  root.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
  const text = new XMLSerializer().serializeToString(root);
  return new Blob([text], { type: "image/svg+xml" });
}

/** How wide the browser draws a text. */
function measure(looks: Looks, family: string): (text: string) => number {
  const paper = document.createElement("canvas").getContext("2d");
  if (paper === null) return () => 0;
  paper.font = `${looks["font-weight"] ?? "400"} ${looks["font-size"]}px ${family}`;
  return (text) => paper.measureText(text).width;
}

/** What is behind it, and the text's colour on that. */
function groundOf(card: Element): CSSStyleDeclaration {
  let at = card;
  while (at.parentElement !== null && /^transparent$|, 0\)$/.test(backOf(at)))
    at = at.parentElement;
  return getComputedStyle(at);
}

const backOf = (at: Element): string => getComputedStyle(at).backgroundColor;

/** A copy whose styles are attributes; an SVG becomes a group. */
function styled(from: Element, around: CSSStyleDeclaration | null): Element {
  const style = getComputedStyle(from);
  const copy = element(from.tagName === "svg" ? "g" : from.tagName);
  for (const { name, value } of from.attributes) {
    if (from.tagName !== "svg" && !/^(class|style|role|tabindex|data-|aria-|on)/.test(name))
      copy.setAttribute(name, value);
  }
  for (const name of INHERITED) {
    const value = style.getPropertyValue(name);
    if (value !== around?.getPropertyValue(name)) copy.setAttribute(name, value);
  }
  for (const [name, usual] of Object.entries(OWN)) {
    const value = style.getPropertyValue(name);
    if (value !== usual) copy.setAttribute(name, value);
  }
  for (const child of from.childNodes) {
    if (child instanceof Element) {
      if (!["title", "desc"].includes(child.tagName) && !child.classList.contains("hovered"))
        copy.append(styled(child, style));
    } else copy.append(forExport(child.textContent ?? ""));
  }
  return copy;
}

function element(name: string, attributes: Readonly<Record<string, string | number>> = {}) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key !== "xmlns") made.setAttribute(key, String(value));
  }
  return made;
}

/** The same at twice the size in pixels. Throws where the browser cannot. */
export async function pngBlob(svg: Blob): Promise<Blob> {
  const url = URL.createObjectURL(svg);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = 2 * image.width;
    canvas.height = 2 * image.height;
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((done, fail) =>
      canvas.toBlob(
        (blob) => (blob === null ? fail(new Error("no PNG")) : done(blob)),
        "image/png",
      ),
    );
  } finally {
    URL.revokeObjectURL(url);
  }
}
