import { Change, getBusinessObject, is } from './model.js';
import { attribute, options } from './common.js';
import { feel, select, text } from './entries.jsx';

const SHAPES = [
  { value: 'singleEntry', label: 'One value' },
  { value: 'singleResult', label: 'One row of values' },
  { value: 'collectEntries', label: 'A list of values' },
  { value: 'resultList', label: 'A list of rows' },
];

export function decisionGroups(element, injector) {
  if (is(element, 'bpmn:BusinessRuleTask')) return [decision(injector)];
  if (is(element, 'bpmn:ScriptTask')) return [script(element, injector)];
  return [];
}

function decision(injector) {
  return {
    id: 'decision',
    label: 'Decision',
    shouldOpen: true,
    entries: [
      select({ id: 'decisionRef', label: 'Decision table', options: () => options(injector).decisions, ...attribute(injector, 'camunda:decisionRef') }),
      text({ id: 'resultVariable', label: 'Result goes to variable', ...attribute(injector, 'camunda:resultVariable') }),
      select({ id: 'mapDecisionResult', label: 'Result is', translated: true, options: () => SHAPES, ...attribute(injector, 'camunda:mapDecisionResult') }),
    ],
  };
}

function script(element, injector) {
  return {
    id: 'script',
    label: 'Computation',
    shouldOpen: true,
    entries: [
      feel({
        id: 'script',
        label: 'FEEL expression',
        rows: 3,
        get: () => getBusinessObject(element).get('script'),
        set: (_, value) => new Change(injector, element).attributes({ script: value, scriptFormat: 'feel' }).run(),
      }),
      text({ id: 'resultVariable', label: 'Result goes to variable', ...attribute(injector, 'camunda:resultVariable') }),
    ],
  };
}
