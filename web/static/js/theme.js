// Loaded in <head> without `defer`: the stored theme must be set before the first paint, or dark pages flash white.
(function () {
  'use strict';
  let stored = null;
  try {
    stored = localStorage.getItem('huiyin-theme');
  } catch (error) {
    stored = null; // storage is switched off in some bank browsers; the system's preference then decides
  }
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  document.documentElement.dataset.bsTheme = stored || (dark ? 'dark' : 'light');
})();
