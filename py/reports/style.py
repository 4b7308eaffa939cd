"""How the page looks: light and dark, narrow and wide. Text reaches 4.5:1 on its ground."""

STYLE = """
:root { color-scheme: light dark; --ground: #f6f7f9; --panel: #fff; --line: #d9dde3;
  --text: #1b2027; --soft: #59626e; --accent: #1f5fa8; --worst: #b3401a; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #13161b; --panel: #1a1e25; --line: #343b47;
    --text: #e4e8ee; --soft: #a2acb9; --accent: #7db4ee; --worst: #ffa27a; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1180px; padding: 20px 16px 48px; background: var(--ground);
  color: var(--text); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto,
  "Helvetica Neue", "Noto Sans", Arial, sans-serif; font-variant-numeric: tabular-nums;
  -webkit-text-size-adjust: 100%; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 0 0 4px; }
h3 { font-size: 1.05rem; margin: 28px 0 8px; padding-top: 12px; border-top: 2px solid var(--line); }
p { margin: 10px 0; max-width: 78ch; overflow-wrap: anywhere; }
nav { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 12px 0 0; }
a { color: var(--accent); }
section { background: var(--panel); border: 1px solid var(--line); border-radius: 6px;
  margin-top: 16px; padding: 16px; }
.soft, figcaption, .note { color: var(--soft); }
.note, figcaption { font-size: 0.87rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; margin: 8px 0; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; max-width: 78ch; }
.tables { display: flex; flex-wrap: wrap; gap: 0 48px; }
.table { max-width: 100%; }
.table .note { contain: inline-size; max-width: 62ch; margin-top: 6px; }
.scroll { overflow-x: auto; margin: 18px 0 4px; }
table { border-collapse: collapse; font-size: 0.93rem; }
caption { text-align: left; font-weight: 650; padding-bottom: 4px; }
th, td { text-align: right; padding: 3px 0 3px 18px; border-bottom: 1px solid var(--line);
  vertical-align: top; white-space: nowrap; }
th.word, td.word { text-align: left; }
th { color: var(--soft); font-weight: 500; white-space: normal; vertical-align: bottom; }
th:first-child, td:first-child { padding-left: 0; }
td.long { white-space: normal; overflow-wrap: anywhere; min-width: 16ch; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr));
  gap: 16px 24px; }
figure { margin: 0; max-width: 560px; }
svg { display: block; width: 100%; height: auto; }
svg text { fill: var(--soft); font-size: 13px; }
svg .axis { fill: var(--text); }
svg .middle { text-anchor: middle; }
svg .end { text-anchor: end; }
svg .grid { stroke: var(--line); fill: none; }
svg .same { stroke: var(--soft); fill: none; stroke-width: 1.4; stroke-dasharray: 5 4; }
svg .band { fill: var(--accent); fill-opacity: 0.16; }
svg .dots { stroke: var(--accent); stroke-width: 3.2; stroke-linecap: round; fill: none;
  stroke-opacity: 0.55; }
svg .few { stroke-width: 5; stroke-opacity: 0.75; }
svg .worst { fill: transparent; stroke: var(--worst); stroke-width: 1.5; }
svg .dot { fill: var(--accent); fill-opacity: 0.5; }
svg .many { fill: var(--accent); fill-opacity: 0.9; }
svg .stem { stroke: var(--line); stroke-width: 2; fill: none; }
svg .most { fill: var(--worst); }
svg .curve { fill: none; stroke: var(--accent); stroke-width: 2; }
svg .ring { fill: transparent; stroke: var(--text); stroke-width: 1.8; }
svg .name { fill: var(--text); paint-order: stroke; stroke: var(--panel); stroke-width: 3px; }
svg .pair { fill: none; stroke: var(--text); stroke-width: 1.4; }
@media (max-width: 520px) {
  body { padding: 14px 10px 32px; }
  section { padding: 12px; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: 8px; }
  th, td { padding-left: 12px; }
  svg text { font-size: 16px; }
}
@media (forced-colors: active) {
  :root { --ground: Canvas; --panel: Canvas; --line: GrayText; --text: CanvasText;
    --soft: CanvasText; --accent: LinkText; --worst: CanvasText; }
  svg .grid, svg .stem { stroke-opacity: 0.4; }
}
@media print {
  :root { color-scheme: light; --ground: #fff; --panel: #fff; --line: #bbb; --text: #000;
    --soft: #444; --accent: #1f5fa8; --worst: #b3401a; }
  body { font-size: 12px; max-width: none; padding: 0; }
  nav { display: none; }
  section { break-inside: auto; border: 0; padding: 0; }
  figure, tr { break-inside: avoid; }
  .scroll { overflow: visible; }
  svg { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""
