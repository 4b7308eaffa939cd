/**
 * Compiles an archive of Python modules: node bytecode.mjs PYODIDE_FOLDER FUNCTION SOURCE.zip TARGET.zip
 *
 * FUNCTION is one of bytecode.py's, which runs inside Pyodide: only the Python that will run the
 * code can compile it. The same archive makes the same bytes.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder, work, source, target] = process.argv.slice(2);

try {
  const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`).href);
  // Lines are kept for whoever reports an error, columns are not.
  const env = { HOME: "/home/pyodide", PYTHONHASHSEED: "0", PYTHONNODEBUGRANGES: "1" };
  const { FS, pyimport } = await loadPyodide({ indexURL: folder, env });
  FS.writeFile("/home/pyodide/bytecode.py", readFileSync(new URL("bytecode.py", import.meta.url)));
  FS.writeFile("/source.zip", readFileSync(source));
  pyimport("bytecode")[work]("/source.zip", "/target.zip");
  writeFileSync(target, FS.readFile("/target.zip"));
} catch (error) {
  console.error(`bytecode.mjs: ${error.message}`);
  process.exitCode = 1;
}
