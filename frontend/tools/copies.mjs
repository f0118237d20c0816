// Files taken as the packages publish them; only source map pointers and outdated font formats are dropped.
import { readFileSync } from 'node:fs';

import { describe, file, folderOf, licenceText, put, section, tree } from './packages.mjs';

const COPIES = [
  ['@tabler/core', 'tabler', { 'dist/css/tabler.min.css': 'tabler.min.css', 'dist/js/tabler.min.js': 'tabler.min.js' }],
  ['htmx.org', 'htmx', { 'dist/htmx.min.js': 'htmx.min.js' }],
  ['bpmn-js', 'bpmn-js', {
    'dist/bpmn-navigated-viewer.production.min.js': 'bpmn-navigated-viewer.min.js',
    'dist/assets/bpmn-js.css': 'bpmn-js.css',
    'dist/assets/diagram-js.css': 'diagram-js.css',
    'dist/assets/bpmn-font/css/bpmn.css': 'bpmn-font/css/bpmn.css',
    'dist/assets/bpmn-font/font/bpmn.woff2': 'bpmn-font/font/bpmn.woff2',
  }],
];

// Built into a published file without being a dependency of its package.
const BUILT_IN = {
  '@tabler/core': [{ package: 'bootstrap', version: '5.3.8', licence: 'MIT', folder: folderOf('bootstrap') }],
};

export function copies() {
  return COPIES.flatMap(([name, folder, files]) => copyPackage(name, folder, files));
}

function copyPackage(name, folder, files) {
  const about = describe(name);
  const target = `${folder}-${about.version}`;
  const inside = [...tree(name).filter((each) => each.package !== name), ...(BUILT_IN[name] || [])];
  const contains = inside.map((each) => `${each.package} ${each.version} (${each.licence})`);
  const more = (to) => (to.endsWith('.js') && inside.length ? { ...about, contains } : about);
  const rows = Object.entries(files).map(([from, to]) => put(`${target}/${to}`, contents(name, from), more(to)));
  rows.push(put(`${target}/LICENSE.txt`, licenceText(folderOf(name)), about));
  if (inside.length) rows.push(put(`${target}/LICENSES.txt`, inside.map(section).join('\n'), about));
  return rows;
}

function contents(name, from) {
  if (!/\.(css|js)$/.test(from)) return readFileSync(file(name, from));
  const text = readFileSync(file(name, from), 'utf8').replace(/\r\n/g, '\n');
  return woff2Only(text).replace(/^\/[/*]# sourceMappingURL=.*$/gm, '').trimEnd() + '\n';
}

// woff2 is read by every browser we support; eot makes Chromium warn, and the rest is weight.
export function woff2Only(css) {
  return css.replace(/src: url\([^;]*\.eot[^;]*\);\s*src: ([^;]*);/g, (_, sources) => {
    const kept = sources.split(/,\s*(?=url)/).filter((source) => source.includes("format('woff2')"));
    return `src: ${kept.join(', ')};`;
  });
}
