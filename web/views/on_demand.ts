/**
 * What of the page is loaded when the first of it is needed: panels, other pictures, their files.
 *
 * All of it together: the parts share so much that apart they would weigh more.
 */
export { Everyday } from "./everyday.tsx";
export { Compare } from "./panels/compare.tsx";
export { Platforms } from "./panels/platforms.tsx";
export { Proxies } from "./panels/proxies.tsx";
export { TrainingPanel as Training } from "./panels/training.tsx";
export { WhatIf } from "./panels/what_if.tsx";
export { OtherPicture } from "./pictures/others.tsx";
export { pngBlob, svgBlob } from "./pictures/picture_blobs.ts";
