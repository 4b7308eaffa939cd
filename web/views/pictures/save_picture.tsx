import { useState } from "preact/hooks";
import type { PictureAbout } from "../../lib/picture_file.ts";
import { save } from "../save.ts";

interface Props {
  /** Ends the file's name. */
  readonly name: string;
  readonly about: () => PictureAbout;
  /** Before the buttons; one word where pictures are small. */
  readonly label?: string;
}

type Ending = "svg" | "png";

const TROUBLE = {
  svg: "It was not saved: a part of this page did not come. Try again.",
  png: "This browser can’t draw it as PNG; SVG needs no drawing.",
};

/** Saves the picture of the figure or card that it is in, with its title and legend. */
export function SavePicture({ name, about, label = "Save picture" }: Props) {
  const [failed, setFailed] = useState<Ending | null>(null);
  const saveAs = async (event: MouseEvent, ending: Ending) => {
    const card = (event.currentTarget as Element).closest("figure, section");
    const svg = card?.querySelector<SVGSVGElement>("svg.line, svg[role=img]");
    if (card == null || svg == null) return;
    const words = about();
    try {
      const { pngBlob, svgBlob } = await import("../on_demand.ts");
      const drawn = svgBlob({ card, svg }, words);
      const blob = ending === "svg" ? drawn : await pngBlob(drawn);
      save(blob, `${words.stem}-${name}.${ending}`);
      setFailed(null);
    } catch {
      setFailed(ending);
    }
  };
  return (
    <p class="save-picture">
      {failed !== null && <span role="alert">{TROUBLE[failed]} </span>}
      {label}
      <button type="button" class="quiet" onClick={(event) => saveAs(event, "svg")}>
        SVG
      </button>
      <button type="button" class="quiet" onClick={(event) => saveAs(event, "png")}>
        PNG
      </button>
    </p>
  );
}
