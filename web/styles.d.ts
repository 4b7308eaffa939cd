/** Styles are imported for their effect: esbuild gathers them in main.css. */
declare module "*.css";
