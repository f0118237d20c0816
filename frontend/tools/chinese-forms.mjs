// Puts formSay("…") around the English texts of form-js, which has no hook for translations in this version.
// Only texts of the dictionary, and only where a text can stand: as a label, title, … , a result, a child, an argument of translate.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { FRONTEND } from './packages.mjs';

const HOLDERS = 'label|title|name|placeholder|children|headline|description|groupName|typeLabel|text|tooltip|closeButtonTooltip|feelRequiredLabel|message|placeholderContent|emptyText';
const PLACES = [
  new RegExp(`(\\b(?:${HOLDERS})\\s*[:=]\\s*(?:\\[\\s*)?)(['"])((?:(?!\\2)[^\\\\\\n])+)\\2`, 'g'),
  /((?:\breturn|translate\(|[?]|children: \[[^'"\n]*?[,)] |\}\), |\bchildren: \[|canClaim \? null :|\|\| |: )\s*)(['"])((?:(?!\2)[^\\\n])+)\2(?=\s*[;,)\]:}\n])/g,
];
const TEMPLATES = [
  ['`Create ${getIndefiniteArticle(type)} ${label} element`', '`${formSay("Create")} ${label}`'],
  ['`Remove ${entry.label}`', '`${formSay("Remove")} ${entry.label}`'],
];

export const chineseForms = {
  name: 'chinese-forms',
  async setup(build) {
    const { default: chinese } = await import(pathToFileURL(join(FRONTEND, 'src/form-editor/zh.js')));
    const unsaid = new Set(Object.keys(chinese));
    build.onLoad({ filter: /form-js-(editor|viewer)[\\/]dist[\\/]index\.es\.js$/ }, ({ path }) => {
      let text = readFileSync(path, 'utf8');
      for (const [from, to] of TEMPLATES) text = text.replaceAll(from, to);
      for (const place of PLACES) text = text.replace(place, (whole, before, quote, said) => {
        if (!Object.hasOwn(chinese, said)) return whole;
        unsaid.delete(said);
        return `${before}formSay(${quote}${said}${quote})`;
      });
      return { contents: text, loader: 'js' };
    });
    build.onLoad({ filter: /src[\\/]form-editor[\\/].*\.jsx$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      for (const key of unsaid) if (text.includes(`'${key}'`)) unsaid.delete(key);
      return null;
    });
    build.onEnd(() => {
      for (const key of ['Remove', 'Create']) unsaid.delete(key);
      return { warnings: [...unsaid].map((key) => ({ text: `form-js no longer says "${key}"` })) };
    });
  },
};
