// <div data-form-editor data-source-url data-draft-url data-lint-url data-name></div>; needs studio.js and the form editor bundle.
(function () {
  'use strict';
  const Huiyin = window.Huiyin;

  async function open({ canvas }, schema, options, changed) {
    canvas.replaceChildren();
    const editor = Huiyin.formEditor({ container: canvas, schema, onChanged: changed });
    return { ...editor, warnings: await editor.ready };
  }

  const kind = { type: 'application/json', accept: '.form,.json', open };
  for (const box of document.querySelectorAll('[data-form-editor]')) Huiyin.studio(box, kind);
})();
