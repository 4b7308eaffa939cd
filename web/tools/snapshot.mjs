/**
 * Makes the engine's memory snapshot: node snapshot.mjs PYODIDE_FOLDER ENGINE.zip OUTPUT MODULES
 *
 * Python is started from the very files that ship, imports MODULES (comma-separated) from the
 * archive, and its memory is written to OUTPUT. Clocks and random numbers are pinned, so that the
 * same input makes the same bytes; the worker seeds the generator again when it boots.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder, archive, output, modules] = process.argv.slice(2);

Date.now = () => Date.UTC(2026, 0, 1);
performance.now = () => 0;
Math.random = () => 0.5;
globalThis.crypto.getRandomValues = (array) => array.fill(7);

/** Writes zeros over what the allocator has free, as far up as memory has been used. */
function wipeFreeMemory({ HEAPU8, _malloc, _free }) {
  const end = HEAPU8.findLastIndex((byte) => byte !== 0);
  const taken = [];
  // From large to small: a small block would break a large free one up.
  for (let size = 1 << 18; size >= 16; size >>= 1) {
    for (;;) {
      const place = _malloc(size);
      taken.push(place);
      if (place + size > end) break;
      HEAPU8.fill(0, place, place + size);
    }
  }
  for (const place of taken) _free(place);
}

try {
  const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`).href);
  const python = await loadPyodide({
    _makeSnapshot: true,
    indexURL: folder,
    env: { HOME: "/home/pyodide", PYTHONHASHSEED: "0" },
  });
  const room = python._module.HEAP8.length;
  python.FS.writeFile("/engine.zip", readFileSync(archive));
  python.runPython(`
import gc, importlib, random, sys, zipimport
sys.path.insert(0, "/engine.zip")
for name in ${JSON.stringify(modules)}.split(","):
    importlib.import_module(name)
random.seed(0)
# What the import machinery knows of an archive that is not there afterwards.
sys.path.remove("/engine.zip")
sys.path_importer_cache.clear()
zipimport._zip_directory_cache.pop("/engine.zip")
gc.collect()
`);
  const taken = python._module.HEAP8.length;
  if (taken > room) {
    // Python starts with so much memory, and a snapshot is copied into that as it is.
    const said = `the imported engine takes ${taken} bytes of memory, Python starts with ${room}`;
    throw new Error(`${said}: a snapshot of it would not load`);
  }
  wipeFreeMemory(python._module);
  writeFileSync(output, python.makeMemorySnapshot());
} catch (error) {
  // Left to Node, the error would come with the line it was thrown on: all of Pyodide.
  console.error(`snapshot.mjs: ${error.message}`);
  process.exitCode = 1;
}
