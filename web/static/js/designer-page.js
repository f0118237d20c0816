// <div data-designer data-source-url data-options-url data-draft-url data-lint-url data-name></div>; needs studio.js, the designer bundle and the layout bundle.
(function () {
  'use strict';
  const Huiyin = window.Huiyin;
  const { say } = Huiyin;
  const STEP = 1.25;

  async function open({ canvas, panel }, xml, options, changed) {
    canvas.replaceChildren();
    panel.replaceChildren();
    const lang = document.documentElement.lang || 'zh-CN';
    const laid = Huiyin.layout(xml);
    const designer = Huiyin.designer({ container: canvas, panel, xml: laid, options, lang, onChanged: changed });
    const warnings = await designer.ready.catch((error) => {
      throw Huiyin.undrawable(error);
    });
    if (laid !== xml) Huiyin.toast(say('The diagram had no layout: its elements have been arranged. Your next change saves this.'), 'info');
    return { ...designer, text: designer.xml, warnings };
  }

  const kind = {
    type: 'application/xml',
    accept: '.bpmn,.xml',
    open,
    buttons: [
      { icon: 'zoom-in', label: say('Zoom in'), run: (designer) => designer.zoom(STEP) },
      { icon: 'zoom-out', label: say('Zoom out'), run: (designer) => designer.zoom(1 / STEP) },
      { icon: 'arrows-maximize', label: say('Fit to view'), run: (designer) => designer.fit() },
      {
        icon: 'file-export',
        label: say('Download as picture'),
        run: async (designer) => Huiyin.download('diagram.svg', await designer.svg(), 'image/svg+xml'),
      },
    ],
  };

  for (const box of document.querySelectorAll('[data-designer]')) Huiyin.studio(box, kind);
})();
