// THIRD_PARTY_NOTICES.md at the root: whose work is inside what we ship to browsers.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { FRONTEND } from './packages.mjs';

const HEAD = `# Third-party notices

Written by \`frontend/build.mjs\`; do not edit by hand.

Huiyin is licensed under the Apache License 2.0. It ships the browser libraries below, built files under
\`web/static/vendor/\`; the licence texts stand beside them (\`LICENSE.txt\`, \`LICENSES.txt\`). Python libraries are
installed as dependencies, not shipped; their licences are in their own packages.

## The bpmn.io mark

bpmn-js, dmn-js and form-js come under the bpmn.io licence (\`LicenseRef-bpmn.io\`): the MIT licence with one more condition.
The code that shows the bpmn.io mark in diagrams and editors must not be removed or changed, and the mark must stay fully
visible and must not be overlapped. Nothing in Huiyin hides or covers it; keep it so. Pictures exported from a diagram need no mark.

## Libraries

| package | version | licence | shipped in |
|---|---|---|---|
`;

export function writeNotices(rows) {
  const packages = new Map();
  const note = (name, version, licence, folder) => {
    const key = `| ${name} | ${version} | ${licence} |`;
    packages.set(key, (packages.get(key) || new Set()).add(folder));
  };
  for (const { file, package: name, version, licence, contains = [] } of rows) {
    const folder = file.split('/')[0];
    if (name !== 'huiyin') note(name, version, licence, folder);
    for (const each of contains) note(...each.match(/^(\S+) (\S+) \((.*)\)$/).slice(1), folder);
  }
  const lines = [...packages].sort(([one], [other]) => (one < other ? -1 : 1)).map(([key, folders]) => `${key} ${[...folders].sort().join(', ')} |`);
  writeFileSync(join(FRONTEND, '../THIRD_PARTY_NOTICES.md'), `${HEAD}${lines.join('\n')}\n`);
}
