// Huiyin.designer({container, panel, xml, options, lang, onChanged, onWarnings}): the process designer of the studio.
//   options   {groups, forms, decisions, operations, processes, timers?}: lists of {value, label, label_en?, …} for the panel
//   returns   {ready, xml(), svg(), undo(), redo(), canUndo(), canRedo(), showFindings(list), select(id), zoom(factor), fit(), destroy()}
// `ready` resolves to the import warnings and rejects when the file cannot be read. With warnings something of the file
// would be lost on saving, so the caller must not save before a person has looked at them.
import 'diagram-js/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn.css';
import '@bpmn-io/properties-panel/dist/assets/properties-panel.css';
import './designer.css';

import createModeler from './modeler.js';
import { begin, fit, zoom } from './view.js';

window.Huiyin = window.Huiyin || {};

window.Huiyin.designer = function (settings) {
  const modeler = createModeler(settings);
  const stack = modeler.get('commandStack');
  const { onChanged = () => {}, onWarnings = () => {} } = settings;

  const ready = modeler.importXML(settings.xml).then(({ warnings }) => {
    begin(modeler);
    const messages = warnings.map((warning) => warning.message);
    if (messages.length) onWarnings(messages);
    modeler.on('commandStack.changed', () => onChanged());
    return messages;
  });

  return {
    ready,
    xml: async () => {
      leaveField(settings.panel);
      return (await modeler.saveXML({ format: true })).xml;
    },
    svg: async () => (await modeler.saveSVG()).svg,
    undo: () => stack.undo(),
    redo: () => stack.redo(),
    canUndo: () => stack.canUndo(),
    canRedo: () => stack.canRedo(),
    showFindings: (findings) => modeler.get('findings').show(findings),
    select: (id) => modeler.get('findings').select(id),
    zoom: (factor) => zoom(modeler, factor),
    fit: () => fit(modeler),
    destroy: () => modeler.destroy(),
    modeler,
  };
};

// The panel writes a field a moment after the last key; leaving the field writes it at once.
function leaveField(panel) {
  if (panel && panel.contains(document.activeElement)) document.activeElement.blur();
}
