// Builds everything under web/static/vendor from the packages pinned in package-lock.json.
// The output is committed, so running the product needs no Node. The same input gives the same bytes.
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { bundles } from './tools/bundles.mjs';
import { copies } from './tools/copies.mjs';
import { writeLock } from './tools/lock.mjs';
import { writeNotices } from './tools/notices.mjs';
import { VENDOR } from './tools/packages.mjs';
import { sprite } from './tools/sprite.mjs';

mkdirSync(VENDOR, { recursive: true });
for (const name of readdirSync(VENDOR)) {
  const path = join(VENDOR, name);
  if (statSync(path).isDirectory()) rmSync(path, { recursive: true });
}
const written = [...copies(), ...sprite(), ...(await bundles())];
const count = writeLock(written);
writeNotices(written);
console.log(`${count} files written`);
