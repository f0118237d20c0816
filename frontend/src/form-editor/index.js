// Huiyin.formEditor({container, schema, onChanged}): the editor of forms.
//   returns {ready, text(), undo(), redo(), canUndo(), canRedo(), select(id or key), destroy()}
import '@bpmn-io/form-js-viewer/dist/assets/form-js.css';
import '@bpmn-io/form-js-editor/dist/assets/form-js-editor.css';
import '@bpmn-io/form-js-editor/dist/assets/properties-panel.css';
import './form-editor.css';

import { FormEditor } from '@bpmn-io/form-js-editor';

import { OwnFields } from './fields.jsx';
import { Palette } from './palette.js';

window.Huiyin = window.Huiyin || {};

window.Huiyin.formEditor = function ({ container, schema, onChanged = () => {} }) {
  const editor = new FormEditor({
    container,
    additionalModules: [{
      __init__: ['ownPalette', 'ownFields'],
      ownPalette: ['type', Palette],
      ownFields: ['type', OwnFields],
    }],
  });
  const stack = editor.get('commandStack');
  const read = JSON.parse(schema);

  const ready = editor.importSchema(read).then(({ warnings }) => {
    editor.get('eventBus').on('commandStack.changed', () => onChanged());
    return warnings.map((warning) => warning.message || String(warning));
  });

  return {
    ready,
    text: async () => {
      if (container.contains(document.activeElement)) document.activeElement.blur();
      return `${JSON.stringify(saved(editor.saveSchema(), read), null, 2)}\n`;
    },
    undo: () => stack.undo(),
    redo: () => stack.redo(),
    canUndo: () => stack.canUndo(),
    canRedo: () => stack.canRedo(),
    select: (id) => select(editor, id),
    destroy: () => editor.destroy(),
    editor,
  };
};

// The library would stamp its own name and version into each file that is merely opened and saved.
function saved({ exporter, ...schema }, before) {
  const after = { ...schema, ...(before.exporter && { exporter }), schemaVersion: before.schemaVersion || schema.schemaVersion };
  return ordered(after, before);
}

// Keys in the order of the file, so that a comparison of two versions shows what a person changed and nothing else.
function ordered(after, before) {
  if (Array.isArray(after)) {
    const known = new Map((Array.isArray(before) ? before : []).map((each) => [each?.id, each]));
    return after.map((each) => ordered(each, known.get(each?.id)));
  }
  if (!after || typeof after !== 'object') return after;
  const keys = new Set([...Object.keys(before || {}).filter((key) => key in after), ...Object.keys(after)]);
  return Object.fromEntries([...keys].map((key) => [key, ordered(after[key], before?.[key])]));
}

function select(editor, id) {
  const fields = editor.get('formFieldRegistry').getAll();
  const found = fields.find((field) => field.id === id) || fields.find((field) => field.key === id || field.path === id);
  if (found) editor.get('selection').set(found);
  return Boolean(found);
}
