// What every page needs: htmx under a strict CSP, CSRF, theme button, confirmations, toasts, printing.
(function () {
  'use strict';
  const Huiyin = window.Huiyin;
  const { say } = Huiyin;

  if (window.htmx) {
    Object.assign(window.htmx.config, {
      allowEval: false,
      allowScriptTags: false,
      selfRequestsOnly: true,
      includeIndicatorStyles: false,
      historyCacheSize: 0, // pages of a case must not stay in the browser's storage
    });
  }

  Huiyin.csrf = () => document.querySelector('meta[name="csrf-token"]')?.content || '';

  // Same-origin request with the CSRF token; resolves to the response, rejects with a sentence a person can read.
  Huiyin.request = async function (url, options = {}) {
    const headers = { 'X-CSRFToken': Huiyin.csrf(), 'X-Requested-With': 'fetch', ...options.headers };
    let response;
    try {
      response = await fetch(url, { credentials: 'same-origin', ...options, headers });
    } catch (error) {
      throw new Error(say('The server did not answer; please try again'));
    }
    if (response.status === 401 || (response.redirected && /login|sign-in/.test(response.url))) {
      throw new Error(say('Sign in again; your session has ended'));
    }
    if (!response.ok) throw new Error(await reason(response));
    return response;
  };

  async function reason(response) {
    const text = await response.text();
    if (!(response.headers.get('content-type') || '').includes('json')) return `${response.status} ${response.statusText}`;
    const body = JSON.parse(text);
    return body.message || body.error || body.detail || text;
  }

  Huiyin.icon = function (name) {
    const sprite = document.querySelector('meta[name="icons"]')?.content || '';
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
    svg.setAttribute('class', 'icon');
    svg.setAttribute('aria-hidden', 'true');
    use.setAttribute('href', `${sprite}#${name}`);
    svg.append(use);
    return svg;
  };

  // ---- toasts -------------------------------------------------------------------------------------------------
  function toasts() {
    let box = document.getElementById('toasts');
    if (!box) {
      box = document.createElement('div');
      box.id = 'toasts';
      box.setAttribute('role', 'status');
      box.setAttribute('aria-live', 'polite');
      document.body.append(box);
    }
    return box;
  }

  // What bpmn-js says of a file in which it finds nothing to draw.
  Huiyin.undrawable = function (error) {
    const nothing = /no (diagram|process or collaboration) to display/.test(error.message);
    return nothing ? new Error(say('There is nothing to draw in this file: it has no process. Upload another file, or remove it.')) : error;
  };

  Huiyin.toast = function (text, level = 'info') {
    const note = document.createElement('div');
    note.className = `toast show huiyin-toast huiyin-toast-${level}`;
    const body = document.createElement('div');
    body.className = 'toast-body';
    body.textContent = text;
    const close = document.createElement('button');
    close.type = 'button';
    close.className = 'btn-close ms-2';
    close.setAttribute('aria-label', say('Close'));
    close.addEventListener('click', () => note.remove());
    body.append(close);
    note.append(body);
    toasts().append(note);
    if (level !== 'danger') setTimeout(() => note.remove(), 6000);
  };

  // ---- confirmation -------------------------------------------------------------------------------------------
  Huiyin.confirm = function (question) {
    return new Promise((resolve) => {
      const dialog = document.createElement('dialog');
      dialog.className = 'huiyin-dialog';
      const form = document.createElement('form');
      form.method = 'dialog';
      const text = document.createElement('p');
      text.textContent = question || say('Are you sure?');
      const buttons = document.createElement('div');
      buttons.className = 'btn-list justify-content-end';
      buttons.append(button('cancel', say('Cancel'), 'btn'), button('ok', say('Confirm'), 'btn btn-primary'));
      form.append(text, buttons);
      dialog.append(form);
      dialog.addEventListener('close', () => {
        dialog.remove();
        resolve(dialog.returnValue === 'ok');
      });
      document.body.append(dialog);
      dialog.showModal();
      dialog.querySelector('[value="ok"]').focus();
    });
  };

  function button(value, label, className) {
    const made = document.createElement('button');
    made.value = value;
    made.className = className;
    made.textContent = label;
    return made;
  }

  const confirmed = new WeakSet();

  document.addEventListener('click', async (event) => {
    const asked = event.target.closest('[data-confirm]');
    if (!asked || asked.tagName === 'FORM' || confirmed.delete(asked)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (await Huiyin.confirm(asked.dataset.confirm)) {
      confirmed.add(asked);
      asked.click();
    }
  }, true);

  document.addEventListener('submit', async (event) => {
    const form = event.target;
    if (!form.dataset || form.dataset.confirm === undefined || confirmed.delete(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (await Huiyin.confirm(form.dataset.confirm)) {
      confirmed.add(form);
      form.requestSubmit(event.submitter);
    }
  }, true);

  document.addEventListener('htmx:confirm', async (event) => {
    if (!event.detail.question) return;
    event.preventDefault();
    if (await Huiyin.confirm(event.detail.question)) event.detail.issueRequest(true);
  });

  // ---- htmx ---------------------------------------------------------------------------------------------------
  document.addEventListener('htmx:configRequest', (event) => {
    event.detail.headers['X-CSRFToken'] = Huiyin.csrf();
  });
  document.addEventListener('htmx:sendError', () => {
    Huiyin.toast(say('The server did not answer; please try again'), 'danger');
  });
  document.addEventListener('htmx:beforeSwap', (event) => {
    // Pages of rejection (409, 422 …) are worth showing: they say who was faster or what is wrong.
    const { status } = event.detail.xhr;
    if (status === 409 || status === 422 || status === 403) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });
  document.addEventListener('toast', (event) => Huiyin.toast(event.detail.message, event.detail.level));

  // ---- theme, print, files ------------------------------------------------------------------------------------
  document.addEventListener('click', (event) => {
    const target = event.target.closest('[data-theme-toggle], [data-print]');
    if (!target) return;
    event.preventDefault();
    if (target.matches('[data-print]')) window.print();
    else toggleTheme();
  });

  function toggleTheme() {
    const root = document.documentElement;
    root.dataset.bsTheme = root.dataset.bsTheme === 'dark' ? 'light' : 'dark';
    try {
      localStorage.setItem('huiyin-theme', root.dataset.bsTheme);
    } catch (error) {
      Huiyin.toast(error.message, 'warning'); // storage refused: the theme holds for this page only
    }
  }

  Huiyin.download = function (name, text, type) {
    const url = URL.createObjectURL(new Blob([text], { type }));
    const link = document.createElement('a');
    link.href = url;
    link.download = name;
    link.click();
    URL.revokeObjectURL(url);
  };

  // Where the row of tabs is longer than the screen, the tab of this page comes into sight.
  for (const tab of document.querySelectorAll('[data-tabs] .nav-link.active')) {
    const row = tab.closest('[data-tabs]');
    const [outer, inner] = [row.getBoundingClientRect(), tab.getBoundingClientRect()];
    row.scrollLeft += inner.left + inner.width / 2 - outer.left - outer.width / 2;
  }

  for (const shown of document.querySelectorAll('[data-toast]')) {
    Huiyin.toast(shown.textContent.trim(), shown.dataset.toast || 'info');
    shown.remove();
  }
})();
