// What is known about an installed package: version, licence, licence text.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const FRONTEND = join(dirname(fileURLToPath(import.meta.url)), '..');
export const VENDOR = join(FRONTEND, '../web/static/vendor');
const MODULES = join(FRONTEND, 'node_modules');

// Packages whose package.json names no SPDX licence; the texts were read by hand.
const READ_BY_HAND = { 'component-props': 'MIT' };

export function file(name, path) {
  return join(MODULES, name, path);
}

export function describe(name, folder = join(MODULES, name)) {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return { package: name, version: manifest.version, licence: licence(name, manifest, folder) };
}

function licence(name, manifest, folder) {
  if (manifest.license && !manifest.license.startsWith('SEE ')) return manifest.license.replace(/[()]/g, '');
  if (READ_BY_HAND[name]) return READ_BY_HAND[name];
  if (/bpmn\.io/.test(licenceText(folder))) return 'LicenseRef-bpmn.io';
  throw new Error(`${name} has no known licence`);
}

// MIT packages published without the licence file; holders as their readme or file headers name them.
const HOLDERS = {
  'bootstrap': '2011-2025 The Bootstrap Authors',
  '@tabler/core': '2018-2026 The Tabler Authors, codecalm.net Paweł Kuna',
  '@bpmn-io/semver-compat': 'Camunda Services GmbH',
  'component-props': 'the component/props contributors',
  'component-xor': 'Matthew Mueller',
  'dom-iterator': 'Matthew Mueller',
};

export function licenceText(folder) {
  const found = !existsSync(folder) ? [] : readdirSync(folder).filter((entry) => /^licen[sc]e/i.test(entry)).sort();
  if (!found.length) return standardMit(relative(MODULES, folder));
  return readFileSync(join(folder, found[0]), 'utf8').replace(/\r\n/g, '\n').replace(/[ \t]+$/gm, '').trim() + '\n';
}

// One library's part of a LICENSES.txt.
export function section({ package: name, version: of, licence, folder }) {
  return `${'='.repeat(80)}\n${name} ${of} (${licence})\n${'='.repeat(80)}\n${licenceText(folder)}`;
}

function standardMit(name) {
  if (!HOLDERS[name]) throw new Error(`${name} comes without a licence text`);
  return readFileSync(join(FRONTEND, 'licences/MIT.txt'), 'utf8').replace('{holder}', HOLDERS[name]);
}

export function folderOf(name) {
  return join(MODULES, name);
}

// `path` is relative to the vendor folder; the return value is one row of vendor.lock.json without its hash.
export function put(path, contents, about) {
  const target = join(VENDOR, path);
  mkdirSync(dirname(target), { recursive: true });
  if (existsSync(target)) throw new Error(`${path} is written twice`);
  writeFileSync(target, contents);
  return { file: path, ...about };
}

// A package with everything it needs at run time, for files that publish a whole tree as one.
export function tree(name, found = new Map()) {
  if (found.has(name)) return [];
  const folder = folderOf(name);
  found.set(name, { ...describe(name, folder), folder });
  const { dependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  for (const each of Object.keys(dependencies)) tree(each, found);
  return [...found.values()];
}
