// What the three design pages share: toolbar, drafts, lint list, upload, download, Ctrl+S.
//   <div data-designer|data-decisions|data-form-editor data-source-url="…" [data-options-url] [data-draft-url] [data-lint-url] data-name="x.bpmn"></div>
// Without data-draft-url nothing is saved. PUT draft and POST lint send the file itself; lint answers {"findings": [{element,
// severity, rule, message, advice?, name?, href?}]}; `href` is the editor of another file that the finding is in. A page script calls Huiyin.studio(box, kind), where kind is
//   {type, accept, buttons: [{icon, label, run, enabled?}], open(places, text, options, changed) → Promise<editor>}
//   editor {text() → Promise<string>, warnings: [text], showFindings?(list), select?(id), undo?, redo?, canUndo?, canRedo?, destroy()}
(function () {
  'use strict';
  const Huiyin = window.Huiyin;
  const { say } = Huiyin;
  const SAVE_AFTER = 1500;
  const LINT_AFTER = 800;
  const SEVERITIES = ['error', 'warning', 'hint'];

  function node(tag, className, ...children) {
    const made = document.createElement(tag);
    made.className = className;
    made.append(...children);
    return made;
  }

  class Studio {
    constructor(box, kind) {
      Object.assign(this, { box, kind, editor: null, dirty: false, viewOnly: false, buttons: [] });
      this.status = node('span', 'studio-status');
      this.status.setAttribute('role', 'status');
      this.bar = node('div', 'studio-bar');
      this.canvas = node('div', 'studio-canvas');
      this.panel = node('aside', 'studio-panel');
      this.list = node('div', 'studio-findings');
      box.classList.add('studio');
      box.replaceChildren(this.bar, node('div', 'studio-body', this.canvas, this.panel), this.list);
      this.tools();
    }

    async start() {
      const { xmlUrl, sourceUrl = xmlUrl, optionsUrl } = this.box.dataset;
      try {
        const [text, options] = await Promise.all([
          Huiyin.request(sourceUrl).then((answer) => answer.text()),
          optionsUrl ? Huiyin.request(optionsUrl).then((answer) => answer.json()) : {},
        ]);
        this.options = options;
        await this.open(text);
      } catch (error) {
        this.canvas.replaceChildren(node('div', 'alert alert-danger m-3', say('The file could not be opened: {reason}', { reason: error.message })));
        return;
      }
      this.box.dataset.ready = 'true';
      if (location.hash) this.editor.select?.(decodeURIComponent(location.hash.slice(1)));
    }

    async open(text) {
      const before = this.opened;
      if (this.editor) this.editor.destroy();
      this.editor = null;
      try {
        this.editor = await this.kind.open({ canvas: this.canvas, panel: this.panel }, text, this.options, () => this.changed());
      } catch (error) {
        if (before === undefined || before === text) throw error;
        await this.open(before);
        throw error;
      }
      this.opened = text;
      this.box.huiyinEditor = this.editor;
      this.update();
      if (this.editor.warnings?.length) await this.ask(this.editor.warnings);
      this.lint();
    }

    // What the editor could not read would be gone after saving: nothing is saved before a person has decided.
    async ask(warnings) {
      this.viewOnly = true;
      const question = say('{count} parts of this file are not understood and would be lost on saving. Edit nevertheless?', { count: warnings.length });
      this.viewOnly = !(await Huiyin.confirm(`${question}\n\n${warnings.slice(0, 8).join('\n')}`));
      if (this.viewOnly) this.tell(say('Only to look at: nothing is saved'));
    }

    // ---- changes ----------------------------------------------------------------------------------------------
    changed() {
      this.dirty = true;
      this.update();
      clearTimeout(this.saveTimer);
      clearTimeout(this.lintTimer);
      this.lintTimer = setTimeout(() => this.lint(), LINT_AFTER);
      if (!this.saves()) return;
      this.tell(say('Not saved'));
      this.saveTimer = setTimeout(() => this.save(), SAVE_AFTER);
    }

    saves() {
      return Boolean(this.box.dataset.draftUrl) && !this.viewOnly;
    }

    async save() {
      if (!this.saves() || !this.editor) return;
      clearTimeout(this.saveTimer);
      this.tell(say('Saving…'));
      try {
        const body = await this.editor.text();
        this.dirty = false;
        await Huiyin.request(this.box.dataset.draftUrl, { method: 'PUT', body, headers: { 'Content-Type': this.kind.type } });
        const time = new Date().toLocaleTimeString(document.documentElement.lang || 'zh-CN');
        if (!this.dirty) this.tell(say('Saved {time}', { time }));
        this.box.dispatchEvent(new CustomEvent('huiyin:saved', { bubbles: true }));
      } catch (error) {
        this.dirty = true;
        this.tell(`${say('Draft could not be saved')}: ${error.message}`, true);
      }
    }

    // ---- lint -------------------------------------------------------------------------------------------------
    async lint() {
      if (!this.box.dataset.lintUrl || !this.editor) return;
      const asked = (this.asked = (this.asked || 0) + 1);
      try {
        const body = await this.editor.text();
        const answer = await Huiyin.request(this.box.dataset.lintUrl, { method: 'POST', body, headers: { 'Content-Type': this.kind.type } });
        const found = await answer.json();
        if (asked === this.asked) this.showFindings(found.findings || found);
      } catch (error) {
        if (asked === this.asked) this.list.replaceChildren(node('p', 'studio-findings-head text-danger', error.message));
      }
    }

    showFindings(findings) {
      const rank = ({ href, severity }) => (href ? SEVERITIES.length : 0) + SEVERITIES.indexOf(severity); // those of this file first
      const ranked = [...findings].sort((one, other) => rank(one) - rank(other));
      const head = findings.length ? say('{count} findings', { count: findings.length }) : say('No findings');
      this.list.replaceChildren(node('p', 'studio-findings-head', head), node('ul', 'studio-findings-list', ...ranked.map((each) => this.finding(each))));
      this.list.dataset.errors = String(findings.filter((each) => each.severity === 'error').length);
      this.editor.showFindings?.(findings);
    }

    finding({ element, name, severity, rule, message, advice, href }) {
      const badge = node('span', `badge finding-${severity}`, say(severity));
      const where = node('span', 'studio-finding-where', name || element || '');
      const told = node('span', 'studio-finding-text', node('span', '', message));
      if (advice) told.append(node('span', 'studio-finding-advice', advice));
      const line = node(href ? 'a' : 'button', 'studio-finding', badge, where, told, node('code', 'studio-finding-rule', rule || ''));
      if (href) {
        line.href = href;
      } else {
        line.type = 'button';
        line.addEventListener('click', () => element && this.editor.select?.(element));
      }
      return node('li', '', line);
    }

    // ---- toolbar ----------------------------------------------------------------------------------------------
    tools() {
      const own = [
        { icon: 'arrow-back-up', label: say('Undo'), run: () => this.editor.undo(), enabled: () => this.editor.canUndo?.(), needs: 'undo' },
        { icon: 'arrow-forward-up', label: say('Redo'), run: () => this.editor.redo(), enabled: () => this.editor.canRedo?.(), needs: 'redo' },
        ...(this.kind.buttons || []).map((each) => ({ ...each, run: () => each.run(this.editor) })),
        { icon: 'download', label: say('Download'), run: () => this.download() },
      ];
      if (this.box.dataset.draftUrl) {
        own.push({ icon: 'upload', label: say('Upload'), run: () => this.file.click() });
        own.push({ icon: 'device-floppy', label: say('Save'), run: () => this.save() });
      }
      this.file = node('input', 'd-none');
      this.file.type = 'file';
      this.file.accept = this.kind.accept;
      this.file.setAttribute('aria-label', say('Upload'));
      this.file.addEventListener('change', () => this.upload());
      this.buttons = own.map((each) => ({ ...each, element: this.button(each) }));
      this.bar.append(...this.buttons.map((each) => each.element), this.file, this.status);
      document.addEventListener('keydown', (event) => {
        if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 's') return;
        event.preventDefault();
        this.save();
      });
      window.addEventListener('beforeunload', (event) => {
        if (this.dirty && this.saves()) event.preventDefault();
      });
    }

    button({ icon, label, run }) {
      const made = node('button', 'btn btn-icon', Huiyin.icon(icon));
      made.type = 'button';
      made.title = label;
      made.setAttribute('aria-label', label);
      made.addEventListener('click', () => this.editor && run());
      return made;
    }

    update() {
      for (const { element, enabled, needs } of this.buttons) {
        element.hidden = Boolean(needs && this.editor && !this.editor[needs]);
        element.disabled = Boolean(enabled && !enabled());
      }
    }

    tell(text, isBad = false) {
      this.status.textContent = text;
      this.status.classList.toggle('text-danger', isBad);
    }

    async download() {
      Huiyin.download(this.box.dataset.name || 'file', await this.editor.text(), this.kind.type);
    }

    async upload() {
      const [chosen] = this.file.files;
      this.file.value = '';
      if (!chosen) return;
      try {
        await this.open(await chosen.text());
        this.changed();
      } catch (error) {
        Huiyin.toast(say('The file could not be opened: {reason}', { reason: error.message }), 'danger');
      }
    }
  }

  Huiyin.studio = function (box, kind) {
    const studio = new Studio(box, kind);
    box.huiyinStudio = studio;
    studio.start();
    return studio;
  };
})();
