// Our own scripts with the libraries they use, one file each. The licences of all that is inside are written beside them.
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import esbuild from 'esbuild';

import { chineseForms } from './chinese-forms.mjs';
import { woff2Only } from './copies.mjs';
import { FRONTEND, describe, put, section } from './packages.mjs';

const OURS = { package: 'huiyin', licence: 'Apache-2.0' };
const fontsOfToday = {
  name: 'fonts-of-today',
  setup(build) {
    build.onLoad({ filter: /-font[\\/]css[\\/].*\.css$/ }, ({ path }) => ({
      contents: woff2Only(readFileSync(path, 'utf8')).replace(/(\.woff2)\?\d+/g, '$1'),
      loader: 'css',
    }));
  },
};

// A megabyte of code editors, of which the designer's panel opens none.
const withoutEditors = {
  name: 'without-editors',
  setup(build) {
    const editors = /^(@codemirror\/.*|@bpmn-io\/(feel-editor|feelers-editor|extract-process-variables)(\/.*)?)$/;
    build.onResolve({ filter: editors }, () => ({ path: join(FRONTEND, 'src/designer/unused.cjs') }));
  },
};

const BUNDLES = [
  { name: 'designer', plugins: [fontsOfToday, withoutEditors] },
  { name: 'decisions', plugins: [fontsOfToday] },
  { name: 'layout' },
  { name: 'form-editor', plugins: [chineseForms], jsxImportSource: 'preact', inject: ['src/form-editor/say.js'] },
];

export async function bundles() {
  const rows = [];
  for (const each of BUNDLES) rows.push(...(await bundle(each)));
  return rows;
}

async function bundle({ name, ...own }) {
  const result = await esbuild.build({
    absWorkingDir: FRONTEND,
    entryPoints: { [name]: `src/${name}/index.js` },
    outdir: 'out',
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'iife',
    target: 'chrome111',
    charset: 'utf8',
    legalComments: 'none',
    jsx: 'automatic',
    jsxImportSource: '@bpmn-io/properties-panel/preact',
    define: { 'process.env.NODE_ENV': '"production"' },
    loader: { '.woff2': 'file' },
    assetNames: '[name]',
    logLevel: 'warning',
    ...own,
  });
  const about = { ...OURS, version: version() };
  const inside = packagesOf(result.metafile);
  const contains = [...new Set(inside.map((each) => `${each.package} ${each.version} (${each.licence})`))];
  const rows = result.outputFiles.map((output) => put(`${name}/${basename(output.path)}`, trimmed(output), { ...about, contains }));
  return [...rows, put(`${name}/LICENSES.txt`, inside.map(section).join('\n'), about)];
}

function version() {
  return JSON.parse(readFileSync(join(FRONTEND, 'package.json'), 'utf8')).version;
}

const trimmed = (output) => (/\.(js|css)$/.test(output.path) ? output.text.trimEnd() + '\n' : output.contents);

// What is really inside, by the files the bundler kept.
function packagesOf(metafile) {
  const folders = new Set();
  for (const output of Object.values(metafile.outputs)) {
    for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) if (bytesInOutput) folders.add(packageFolder(input));
  }
  folders.delete(null);
  return [...folders].sort().map((folder) => ({ ...describe(folder.split('node_modules/').pop(), folder), folder }));
}

function packageFolder(input) {
  const found = /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(input);
  return found && join(FRONTEND, found[0]);
}
