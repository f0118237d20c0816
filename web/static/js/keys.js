// Keyboard: any link, button or field with data-key="g i" (keys one after the other) is activated by it and listed in the
// help (text: data-key-label, aria-label or its own text). j / k walk [data-rows] > [data-row], Enter opens, / searches.
(function () {
  'use strict';
  const { say } = window.Huiyin;
  const PAUSE = 1200;
  let typed = [];
  let last = 0;

  const isWriting = (element) => element.closest('input, textarea, select, [contenteditable], .djs-container, dialog') !== null;
  const label = (element) => element.dataset.keyLabel || element.getAttribute('aria-label') || element.textContent.trim();
  const isVisible = (element) => element.getClientRects().length > 0;

  function activate(element) {
    if (element.matches('input, textarea, select')) element.focus();
    else element.click();
  }

  function rows() {
    return [...document.querySelectorAll('[data-rows] [data-row]')].filter(isVisible);
  }

  function walk(step) {
    const all = rows();
    if (!all.length) return;
    const at = all.findIndex((row) => row.classList.contains('is-current'));
    const next = all[Math.min(all.length - 1, Math.max(0, at < 0 ? 0 : at + step))];
    for (const row of all) row.classList.toggle('is-current', row === next);
    const link = next.querySelector('a[href], button');
    (link || next).focus({ preventScroll: true });
    next.scrollIntoView({ block: 'nearest' });
  }

  function open(event) {
    const row = document.querySelector('[data-row].is-current');
    const link = row?.querySelector('a[href]');
    if (!link || document.activeElement === link || event.target.closest('a, button')) return false;
    link.click();
    return true;
  }

  const BUILT_IN = {
    j: () => walk(1),
    k: () => walk(-1),
    '/': () => document.querySelector('[data-search]')?.focus(),
    '?': () => help(),
  };

  function bound(sequence) {
    return [...document.querySelectorAll('[data-key]')].find((element) => element.dataset.key === sequence);
  }

  function help() {
    if (document.querySelector('dialog[open]')) return;
    const lines = [['?', say('Show this help')]];
    if (document.querySelector('[data-search]')) lines.push(['/', say('Search')]);
    if (rows().length) lines.push(['j', say('Next row')], ['k', say('Previous row')], ['Enter', say('Open the selected row')]);
    for (const element of document.querySelectorAll('[data-key]')) lines.push([element.dataset.key, label(element)]);
    const dialog = document.createElement('dialog');
    dialog.className = 'huiyin-dialog';
    dialog.append(heading(say('Keyboard shortcuts')), list(lines), closing());
    dialog.addEventListener('close', () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }

  function heading(text) {
    const made = document.createElement('h2');
    made.className = 'h3';
    made.textContent = text;
    return made;
  }

  function list(lines) {
    const made = document.createElement('dl');
    made.className = 'huiyin-keys';
    for (const [keys, text] of lines) {
      const term = document.createElement('dt');
      for (const key of keys.split(' ')) term.append(Object.assign(document.createElement('kbd'), { textContent: key }), ' ');
      made.append(term, Object.assign(document.createElement('dd'), { textContent: text }));
    }
    return made;
  }

  function closing() {
    const form = Object.assign(document.createElement('form'), { method: 'dialog', className: 'text-end' });
    form.append(Object.assign(document.createElement('button'), { className: 'btn', textContent: say('Close') }));
    return form;
  }

  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
    if (event.key === 'Enter') {
      if (open(event)) event.preventDefault();
      return;
    }
    if (event.key.length !== 1) return;
    typed = event.timeStamp - last > PAUSE ? [event.key] : [...typed.slice(-1), event.key];
    last = event.timeStamp;
    const target = bound(typed.join(' ')) || bound(event.key);
    const action = target ? () => activate(target) : BUILT_IN[event.key];
    if (!action) return;
    event.preventDefault();
    typed = [];
    action();
  });
  document.addEventListener('click', (event) => {
    if (event.target.closest('[data-keys-help]')) help();
  });
})();
