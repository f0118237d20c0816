// One SVG sprite of the tabler icons the pages use: <svg class="icon"><use href="…/icons.svg#inbox"/></svg>
import { readFileSync } from 'node:fs';

import { describe, file, folderOf, licenceText, put } from './packages.mjs';

const ICONS = `
  adjustments alert-circle alert-triangle archive arrow-back-up arrow-forward-up arrow-left arrow-right arrows-maximize
  bell bolt building building-bank calendar calendar-due certificate chart-bar check checks chevron-down chevron-left
  chevron-right circle-check circle-x clipboard-check clipboard-list clock clock-exclamation copy device-floppy dots
  dots-vertical download edit external-link eye eye-off file file-export file-plus file-text files filter flag forms gauge git-compare
  git-pull-request help hierarchy-2 history home id inbox info-circle key link list list-check loader-2 lock lock-open login
  logout mail map-2 menu-2 message message-circle messages minus moon note paperclip phone phone-call player-pause
  player-play player-stop plus point printer refresh report rotate route search send settings shield shield-check sitemap
  sort-ascending sort-descending star sun table tag transfer trash upload user user-check user-plus users world x
  zoom-in zoom-out
`.trim().split(/\s+/);

export function sprite() {
  const about = describe('@tabler/icons');
  const folder = `tabler-icons-${about.version}`;
  const text = `<svg xmlns="http://www.w3.org/2000/svg">\n${ICONS.map(symbol).join('\n')}\n</svg>\n`;
  return [
    put(`${folder}/icons.svg`, text, about),
    put(`${folder}/LICENSE.txt`, licenceText(folderOf('@tabler/icons')), about),
  ];
}

function symbol(name) {
  const svg = readFileSync(file('@tabler/icons', `icons/outline/${name}.svg`), 'utf8');
  const shapes = svg.replace(/^[\s\S]*?<svg[^>]*>/, '').replace('</svg>', '')
    .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none" \/>/, '').replace(/\s+/g, ' ').trim();
  return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" ` +
    `stroke-linecap="round" stroke-linejoin="round">${shapes}</symbol>`;
}
