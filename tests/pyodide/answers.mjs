/**
 * Answers requests with the engine inside Pyodide: node answers.mjs DIST FOLDER WAY
 *
 * WAY is `snapshot`, as the page boots, or `archive`, as it boots when the snapshot does not fit.
 * FOLDER holds requests.json, a list of request texts, and what they name, which Python finds in
 * /upload; the answers are written to FOLDER/answers.json, the milliseconds of processor time that
 * each took to FOLDER/times.json.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";

const [dist, folder, way] = process.argv.slice(2);

try {
  const { loadPyodide } = await import(pathToFileURL(`${dist}/pyodide/pyodide.mjs`).href);
  const settings = { indexURL: `${dist}/pyodide/` };
  if (way === "snapshot")
    settings._loadSnapshot = gunzipSync(readFileSync(`${dist}/engine.snapshot`));
  const python = await loadPyodide(settings);
  if (way === "archive") {
    python.FS.writeFile("/engine.zip", readFileSync(`${dist}/engine.zip`));
    python.runPython("import sys; sys.path.insert(0, '/engine.zip')");
  }
  python.FS.mkdirTree("/upload");
  python.FS.mount(python.FS.filesystems.NODEFS, { root: folder }, "/upload");
  const { handle } = python.pyimport("py.page");
  const requests = JSON.parse(readFileSync(`${folder}/requests.json`, "utf8"));
  const times = [];
  const answers = requests.map((request) => {
    const before = process.cpuUsage();
    const answer = handle(request);
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1000);
    return answer;
  });
  writeFileSync(`${folder}/answers.json`, JSON.stringify(answers));
  writeFileSync(`${folder}/times.json`, JSON.stringify(times));
} catch (error) {
  // Left to Node, the error would come with the line it was thrown on: all of Pyodide.
  console.error(`answers.mjs: ${error.message}`);
  process.exitCode = 1;
}
