// Puts the editor, what starts it, and the licences of all its parts where the service hands them out.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

const target = "../static/editor";
const build = "node_modules/@zazuko/yasqe/build";
const files = [`${build}/yasqe.min.js`, `${build}/yasqe.min.css`, "start.js", "editor.css"];

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
for (const file of files) copyFileSync(file, join(target, basename(file)));

const parts = readdirSync("node_modules", { recursive: true })
  .filter((file) => /^(@[^/]+\/)?[^/]+\/package\.json$/.test(file))
  .map((file) => join("node_modules", dirname(file)))
  .sort();
writeFileSync(join(target, "LICENSES.txt"), parts.map(licence).join("\n\n"));

function licence(part) {
  const about = JSON.parse(readFileSync(join(part, "package.json"), "utf-8"));
  const text = readdirSync(part).find((name) => /^licen[cs]e(\.\w+)?$/i.test(name));
  const head = `${about.name} ${about.version}: ${about.license}`;
  return text ? `${head}\n\n${readFileSync(join(part, text), "utf-8").trim()}` : head;
}
