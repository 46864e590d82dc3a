// Restores the files named in assets.lock.json: takes each package's tarball alone (no dependency is installed, no script
// is run), checks it against the locked integrity, and lays the chosen files under the folder given as the first argument.
// A package whose marker holds the locked integrity is left as it is, so a second run costs nothing.
import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const target = resolve(process.argv[2] ?? ".npm-assets");
const lock = JSON.parse(readFileSync(join(dirname(fileURLToPath(import.meta.url)), "assets.lock.json"), "utf8"));

for (const entry of lock.packages) {
  const marker = join(target, ".restored", entry.name.replaceAll("/", "__"));
  const stamp = JSON.stringify([entry.version, entry.integrity, entry.files]);
  const complete = Object.values(entry.files).every(file => existsSync(join(target, file)));
  if (complete && existsSync(marker) && readFileSync(marker, "utf8") === stamp) continue;
  restore(entry);
  mkdirSync(dirname(marker), { recursive: true });
  writeFileSync(marker, stamp);
  console.log(`restored ${entry.name} ${entry.version} (${entry.license})`);
}

function restore(entry) {
  const work = mkdtempSync(join(tmpdir(), "fewshotad-npm-"));
  try {
    // npm is a .cmd on Windows, which only a shell starts; every argument comes from the lock file.
    execFileSync("npm", ["pack", `${entry.name}@${entry.version}`, "--ignore-scripts", "--silent", "--pack-destination", work],
      { cwd: work, stdio: ["ignore", "ignore", "inherit"], shell: process.platform === "win32", timeout: 300_000 });
    const tarball = readdirSync(work).find(name => name.endsWith(".tgz"));
    const digest = "sha512-" + createHash("sha512").update(readFileSync(join(work, tarball))).digest("base64");
    if (digest !== entry.integrity)
      throw new Error(`${entry.name} ${entry.version} is not the locked package: expected ${entry.integrity}, got ${digest}`);
    execFileSync("tar", ["-xzf", tarball, ...Object.keys(entry.files)], { cwd: work, stdio: ["ignore", "ignore", "inherit"] });
    for (const [inside, outside] of Object.entries(entry.files)) {
      const destination = join(target, outside);
      mkdirSync(dirname(destination), { recursive: true });
      // Copy beside, then rename: a build that is stopped here never leaves half a file under the final name.
      cpSync(join(work, inside), destination + ".part");
      renameSync(destination + ".part", destination);
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
