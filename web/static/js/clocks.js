// <time datetime="…" data-due="2026-03-02T09:00:00Z"> becomes 剩 3小时 20分 or 逾期 2天, with a colour class.
//   data-start="…"     when the clock began: colours by share of natural time (50 % amber, 80 % orange, 100 % red)
//   data-level="…"     reminder | urge | supervise: the server's own level, computed in working minutes, wins
//   data-stopped       the clock stands: its text is left as the server wrote it
// <html data-now="…"> is the server's clock; a demonstration with travelled time stays right.
(function () {
  'use strict';
  const { say } = window.Huiyin;
  const LEVELS = ['reminder', 'urge', 'supervise'];
  const MINUTE = 60000;
  const told = Date.parse(document.documentElement.dataset.now || '');
  const offset = Number.isNaN(told) ? 0 : told - Date.now();
  const now = () => Date.now() + offset;

  function span(milliseconds) {
    const minutes = Math.floor(Math.abs(milliseconds) / MINUTE);
    const [d, h, m] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60];
    if (d) return h && d < 4 ? say('{d}d {h}h', { d, h }) : say('{d}d', { d });
    if (h) return m ? say('{h}h {m}min', { h, m }) : say('{h}h', { h });
    return say('{m}min', { m });
  }

  function level(element, due, at) {
    if (LEVELS.includes(element.dataset.level)) return element.dataset.level;
    if (at >= due) return 'supervise';
    const start = Date.parse(element.dataset.start || '');
    if (Number.isNaN(start) || due <= start) return '';
    const share = (at - start) / (due - start);
    return share >= 0.8 ? 'urge' : share >= 0.5 ? 'reminder' : '';
  }

  function show(element, at) {
    const due = Date.parse(element.dataset.due);
    if (Number.isNaN(due) || element.dataset.stopped !== undefined) return;
    const text = say(at >= due ? 'overdue {span}' : 'left {span}', { span: span(due - at) });
    if (element.textContent !== text) element.textContent = text;
    const reached = level(element, due, at);
    for (const name of LEVELS) element.classList.toggle(`level-${name}`, name === reached);
    element.classList.toggle('is-overdue', at >= due);
    if (!element.title) element.title = say('due') + ' ' + new Date(due).toLocaleString(document.documentElement.lang || 'zh-CN');
  }

  function showAll(root = document) {
    const at = now();
    for (const element of root.querySelectorAll('[data-due]')) show(element, at);
  }

  window.Huiyin.clocks = { now, showAll };
  showAll();
  setInterval(showAll, 30000);
  document.addEventListener('htmx:load', (event) => showAll(event.target.parentNode || document));
})();
