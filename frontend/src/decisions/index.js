// Huiyin.decisions({container, xml, lang, onChanged}): the editor of decision tables.
//   returns {ready, xml(), undo(), redo(), canUndo(), canRedo(), select(id), destroy()}; `ready` gives the import warnings.
import 'dmn-js/dist/assets/diagram-js.css';
import 'dmn-js/dist/assets/dmn-js-shared.css';
import 'dmn-js/dist/assets/dmn-js-drd.css';
import 'dmn-js/dist/assets/dmn-js-decision-table.css';
import 'dmn-js/dist/assets/dmn-js-decision-table-controls.css';
import 'dmn-js/dist/assets/dmn-js-literal-expression.css';
import 'dmn-js/dist/assets/dmn-js-boxed-expression.css';
import 'dmn-js/dist/assets/dmn-js-boxed-expression-controls.css';
import 'dmn-js/dist/assets/dmn-font/css/dmn.css';
import './decisions.css';

import Modeler from 'dmn-js/lib/Modeler';

import translator from '../shared/translate.js';
import { tabs } from './tabs.js';
import chinese from './zh.js';

window.Huiyin = window.Huiyin || {};

window.Huiyin.decisions = function ({ container, xml, lang = 'zh-CN', onChanged = () => {} }) {
  const translate = translator(chinese, lang);
  const place = document.createElement('div');
  place.className = 'decisions-place';
  const additionalModules = [{ translate: ['value', translate] }];
  const view = { additionalModules };
  const modeler = new Modeler({
    container: place,
    drd: view,
    decisionTable: view,
    literalExpression: view,
    boxedExpression: view,
  });
  const stack = () => modeler.getActiveViewer()?.get('commandStack', false);
  container.append(tabs(modeler, translate), place);
  modeler.on('viewer.created', ({ viewer }) => viewer.on('commandStack.changed', () => onChanged()));

  const ready = modeler.importXML(xml).then(async ({ warnings }) => {
    await modeler.open(firstTable(modeler) || modeler.getActiveView());
    return warnings.map((warning) => warning.message);
  });

  return {
    ready,
    xml: async () => {
      leaveCell(place);
      return (await modeler.saveXML({ format: true })).xml;
    },
    undo: () => stack()?.undo(),
    redo: () => stack()?.redo(),
    canUndo: () => Boolean(stack()?.canUndo()),
    canRedo: () => Boolean(stack()?.canRedo()),
    select: (id) => select(modeler, place, id),
    destroy: () => {
      modeler.destroy();
      container.replaceChildren();
    },
    modeler,
  };
};

const firstTable = (modeler) => modeler.getViews().find((view) => view.type === 'decisionTable');

// A cell writes its text when it is left.
function leaveCell(place) {
  if (place.contains(document.activeElement)) document.activeElement.blur();
}

// Opens the decision that holds the element, and shows its row.
async function select(modeler, place, id) {
  const view = modeler.getViews().find(({ element }) => element.id === id || holds(element, id));
  if (!view) return false;
  if (view !== modeler.getActiveView()) await modeler.open(view);
  const cell = place.querySelector(`[data-row-id="${CSS.escape(id)}"], [data-element-id="${CSS.escape(id)}"]`);
  cell?.scrollIntoView({ block: 'center' });
  cell?.closest('tr')?.animate([{ background: '#ffd8a8' }, { background: 'transparent' }], 1500);
  return true;
}

function holds(decision, id) {
  const { rule = [], input = [], output = [] } = decision.decisionLogic || {};
  return [...rule, ...input, ...output, ...rule.flatMap((each) => [...(each.inputEntry || []), ...(each.outputEntry || [])])]
    .some((each) => each.id === id);
}
