// Task forms: <form data-draft-url="…"> is sent as a draft after two seconds of silence (PUT, url-encoded, no files, never
// validated). [data-draft-status] in the form tells the time of the last one. <form data-guard> only warns before leaving.
(function () {
  'use strict';
  const Huiyin = window.Huiyin;
  const { say } = Huiyin;
  const SILENCE = 2000;
  const dirty = new Set();

  function body(form) {
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === 'string') fields.append(name, value);
    return fields;
  }

  function tell(form, text) {
    const status = form.querySelector('[data-draft-status]');
    if (status) status.textContent = text;
  }

  async function save(form, keepalive = false) {
    clearTimeout(form.draftTimer);
    const sent = body(form);
    dirty.delete(form);
    tell(form, say('Saving…'));
    try {
      await Huiyin.request(form.dataset.draftUrl, { method: 'PUT', body: sent, keepalive });
      const time = new Date().toLocaleTimeString(document.documentElement.lang || 'zh-CN', { hour: '2-digit', minute: '2-digit' });
      if (!dirty.has(form)) tell(form, say('Draft saved {time}', { time }));
    } catch (error) {
      dirty.add(form);
      tell(form, `${say('Draft could not be saved')}: ${error.message}`);
    }
  }

  function changed(event) {
    const form = event.target.form || event.target.closest?.('form');
    if (!form || !form.matches('[data-draft-url], [data-guard]')) return;
    dirty.add(form);
    if (!form.dataset.draftUrl) return;
    tell(form, say('Not saved'));
    clearTimeout(form.draftTimer);
    form.draftTimer = setTimeout(() => save(form), SILENCE);
  }

  document.addEventListener('input', changed);
  document.addEventListener('change', changed);
  document.addEventListener('submit', (event) => {
    clearTimeout(event.target.draftTimer);
    dirty.delete(event.target);
  });
  // A closing window gives no time to wait for the two seconds.
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'hidden') return;
    for (const form of [...dirty]) if (form.dataset.draftUrl && form.isConnected) save(form, true);
  });
  window.addEventListener('beforeunload', (event) => {
    for (const form of dirty) if (form.isConnected) event.preventDefault();
  });

  Huiyin.drafts = { save, isDirty: (form) => dirty.has(form) };
})();
