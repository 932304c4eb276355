// Bundle the editor into the folder that pages load it from, or into another one that is named.
// File names hold a digest of their content; the manifest, which pages read, is written last.
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const target = resolve(process.argv[2] ?? join(here, "../src/erqi_kg/web/static/assets"));

const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: ["src/editor.js", "src/editor.css"],
  outdir: target,
  entryNames: "[name]-[hash]",
  chunkNames: "part-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  target: ["es2022", "chrome105", "firefox110", "safari16"],
  minify: true,
  legalComments: "linked",
  charset: "utf8",
  define: { "process.env.NODE_ENV": '"production"' },
  metafile: true,
  logLevel: "warning",
});

const made = Object.keys(metafile.outputs).map((path) => basename(path));
const entry = (source) => basename(
  Object.entries(metafile.outputs).find(([, output]) => output.entryPoint === source)[0],
);
const manifest = { script: entry("src/editor.js"), style: entry("src/editor.css"), files: made.sort() };
await mkdir(target, { recursive: true });
await writeFile(join(target, "manifest.json.new"), `${JSON.stringify(manifest, null, 1)}\n`);
await rename(join(target, "manifest.json.new"), join(target, "manifest.json"));
for (const name of await readdir(target)) {
  if (!made.includes(name) && name !== "manifest.json") await rm(join(target, name));
}
