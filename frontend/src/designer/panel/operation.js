import { ListGroup } from '@bpmn-io/properties-panel';

import { Change, extension, getBusinessObject, isOneOf } from './model.js';
import { attribute, inner, options } from './common.js';
import { feel, select, text } from './entries.jsx';

const LISTS = {
  inputParameters: { type: 'camunda:InputParameter', label: 'Inputs', hint: 'Text, or an expression with "="' },
  outputParameters: { type: 'camunda:OutputParameter', label: 'Outputs', hint: 'e.g. =result.attempts' },
};

export function operationGroups(element, injector) {
  if (!isOneOf(element, ['bpmn:ServiceTask', 'bpmn:SendTask'])) return [];
  return [operation(element, injector), parameters(element, injector, 'inputParameters'), parameters(element, injector, 'outputParameters')];
}

function operation(element, injector) {
  const topic = getBusinessObject(element).get('camunda:topic');
  const chosen = (options(injector).operations || []).find((each) => each.value === topic);
  return {
    id: 'operation',
    label: 'Operation',
    shouldOpen: true,
    entries: [
      select({
        id: 'topic',
        label: 'What is done',
        hint: chosen?.description,
        options: () => options(injector).operations,
        get: () => topic,
        set: (_, value) => choose(element, injector, value),
      }),
      text({ id: 'resultVariable', label: 'Result goes to variable', ...attribute(injector, 'camunda:resultVariable') }),
    ],
  };
}

// Choosing an operation also lists the inputs it asks for, so that nobody has to know their names.
function choose(element, injector, topic) {
  const change = new Change(injector, element);
  change.attributes({ 'camunda:type': topic ? 'external' : undefined, 'camunda:topic': topic });
  const wanted = (options(injector).operations || []).find((each) => each.value === topic)?.inputs || [];
  const present = new Set(list(element, 'inputParameters').map((each) => each.get('name')));
  const missing = wanted.map((each) => each.name || each).filter((name) => !present.has(name));
  if (missing.length) write(change, element, 'inputParameters', (made) => [...made, ...missing.map((name) => ({ name, value: `=${name}` }))]);
  change.run();
}

function list(element, kind) {
  return extension(element, 'camunda:InputOutput')?.get(kind) || [];
}

// `update` gets the present parameters and gives the new ones; plain {name, value} are made into parameters.
function write(change, element, kind, update) {
  const holder = extension(element, 'camunda:InputOutput');
  const made = update(list(element, kind)).map((each) => (each.$type ? each : change.create(LISTS[kind].type, each, holder)));
  const other = Object.keys(LISTS).find((name) => name !== kind);
  if (!made.length && !list(element, other).length) return change.extension('camunda:InputOutput', null);
  if (holder) return change.set(holder, { [kind]: made });
  const created = change.create('camunda:InputOutput', { [kind]: made }, null);
  for (const each of made) each.$parent = created;
  return change.extension('camunda:InputOutput', created);
}

function parameters(element, injector, kind) {
  const present = list(element, kind);
  const update = (how) => write(new Change(injector, element), element, kind, how).run();
  const free = () => freeName(present, kind === 'inputParameters' ? 'input' : 'output');
  return {
    id: kind,
    component: ListGroup,
    label: LISTS[kind].label,
    add: (event) => {
      event.stopPropagation();
      update((all) => [...all, { name: free(), value: '' }]);
    },
    items: present.map((each, index) => item(injector, kind, each, index, () => update((all) => all.filter((other) => other !== each)))),
  };
}

function item(injector, kind, parameter, index, removeIt) {
  const id = `${kind}-${index}`;
  const fields = parameter.get('definition')
    ? []
    : [feel({ id: `${id}-value`, label: 'Value', hint: LISTS[kind].hint, ...inner(injector, parameter, 'value') })];
  return {
    id,
    label: parameter.get('name') || '',
    entries: [text({ id: `${id}-name`, label: 'Name', ...inner(injector, parameter, 'name') }), ...fields],
    autoFocusEntry: `${id}-name`,
    remove: (event) => {
      event.stopPropagation();
      removeIt();
    },
  };
}

export function freeName(present, stem) {
  const names = new Set(present.map((each) => each.get('name') || each.get('target')));
  let number = 1;
  while (names.has(`${stem}${number}`)) number += 1;
  return `${stem}${number}`;
}
