import type { PictureAbout } from "../../lib/picture_file.ts";
import { save } from "../save.ts";

interface Props {
  /** Ends the file's name. */
  readonly name: string;
  readonly about: () => PictureAbout;
}

/** Saves the picture of the card that it is on, with the card's title and legend. */
export function SavePicture({ name, about }: Props) {
  const saveAs = async (event: MouseEvent, ending: "svg" | "png") => {
    const card = (event.currentTarget as Element).closest("section, figure");
    const svg = card?.querySelector<SVGSVGElement>("svg[role=img]");
    if (card == null || svg == null) return;
    const words = about();
    const { pngBlob, svgBlob } = await import("../on_demand.ts");
    const drawn = svgBlob({ card, svg }, words);
    const blob = ending === "svg" ? drawn : await pngBlob(drawn);
    if (blob !== null) save(blob, `${words.stem}-${name}.${ending}`);
  };
  return (
    <p class="save-picture">
      Save picture
      <button type="button" class="quiet" onClick={(event) => saveAs(event, "svg")}>
        SVG
      </button>
      <button type="button" class="quiet" onClick={(event) => saveAs(event, "png")}>
        PNG
      </button>
    </p>
  );
}
