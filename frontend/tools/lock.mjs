// vendor.lock.json: what every committed file is, so that a bank can check what it installs.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { VENDOR } from './packages.mjs';

export function writeLock(rows) {
  const files = rows
    .map((row) => ({ ...row, sha256: createHash('sha256').update(readFileSync(join(VENDOR, row.file))).digest('hex') }))
    .sort((a, b) => (a.file < b.file ? -1 : 1));
  writeFileSync(join(VENDOR, 'vendor.lock.json'), JSON.stringify({ files }, null, 2) + '\n');
  return files.length;
}
