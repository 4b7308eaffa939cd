/** The pictures besides the first: loaded when one of them is chosen. */
import { useMemo } from "preact/hooks";
import type { Picture } from "../../lib/breakdown_view.ts";
import { moduleTree } from "../../lib/pictures/modules.ts";
import { Depth } from "./depth.tsx";
import type { PictureProps } from "./frame.tsx";
import { Hotspots } from "./hotspots.tsx";
import { ModuleMap } from "./map.tsx";
import { Roofline } from "./roofline.tsx";

interface Props extends PictureProps {
  readonly picture: Picture;
  /** The path of the module that the map shows. */
  readonly module: string;
  readonly onModule: (path: string) => void;
}

export function OtherPicture(props: Props) {
  const tree = useMemo(() => moduleTree(props.rows), [props.rows]);
  switch (props.picture) {
    case "depth":
      return <Depth {...props} />;
    case "kinds":
      return <Hotspots {...props} />;
    case "roofline":
      return <Roofline {...props} />;
    default:
      return <ModuleMap {...props} tree={tree} />;
  }
}
