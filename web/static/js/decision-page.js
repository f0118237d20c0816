// <div data-decisions data-source-url data-draft-url data-lint-url data-name></div>; needs studio.js and the decisions bundle.
(function () {
  'use strict';
  const Huiyin = window.Huiyin;

  async function open({ canvas }, xml, options, changed) {
    canvas.replaceChildren();
    const editor = Huiyin.decisions({ container: canvas, xml, lang: document.documentElement.lang || 'zh-CN', onChanged: changed });
    const warnings = await editor.ready;
    return { ...editor, text: editor.xml, warnings };
  }

  const kind = { type: 'application/xml', accept: '.dmn,.xml', open };
  for (const box of document.querySelectorAll('[data-decisions]')) Huiyin.studio(box, kind);
})();
