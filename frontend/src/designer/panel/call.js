import { ListGroup } from '@bpmn-io/properties-panel';

import { Change, extensions, is } from './model.js';
import { attribute, inner, isFeel, options } from './common.js';
import { select, text } from './entries.jsx';
import { freeName } from './operation.js';

const LISTS = {
  'camunda:In': { id: 'in', label: 'Handed in', from: 'From (here)', to: 'To (called process)' },
  'camunda:Out': { id: 'out', label: 'Handed back', from: 'From (called process)', to: 'To (here)' },
};

export function callGroups(element, injector) {
  if (!is(element, 'bpmn:CallActivity')) return [];
  const called = select({ id: 'calledElement', label: 'Called process', options: () => options(injector).processes, ...attribute(injector, 'calledElement') });
  return [
    { id: 'call', label: 'Called process', shouldOpen: true, entries: [called, ...version(element, injector)] },
    ...Object.keys(LISTS).map((type) => mappings(element, injector, type)),
  ];
}

const BINDINGS = [
  { value: 'deployment', label: 'Deployed with this one' },
  { value: 'latest', label: 'The latest' },
  { value: 'version', label: 'A certain one' },
];

function version(element, injector) {
  const names = { binding: 'camunda:calledElementBinding', number: 'camunda:calledElementVersion' };
  const binding = attribute(injector, names.binding).get(element);
  const kind = select({
    id: 'calledElementBinding',
    label: 'Which version',
    required: true,
    translated: true,
    options: () => BINDINGS,
    get: () => binding || 'deployment',
    set: (_, value) => new Change(injector, element)
      .attributes({ [names.binding]: value === 'deployment' ? undefined : value, [names.number]: undefined }).run(),
  });
  return binding === 'version' ? [kind, text({ id: 'calledElementVersion', label: 'Version', ...attribute(injector, names.number) })] : [kind];
}

// Only variable mappings are edited; the business key is handed on by itself and its element is left alone.
function mappings(element, injector, type) {
  const present = extensions(element).filter((value) => is(value, type) && value.get('target'));
  const { id, label } = LISTS[type];
  return {
    id: `call-${id}`,
    component: ListGroup,
    label,
    add: (event) => {
      event.stopPropagation();
      const change = new Change(injector, element);
      const target = freeName(present, 'variable');
      change.extensionValues([...extensions(element), change.create(type, { source: target, target }, null)]).run();
    },
    items: present.map((mapping, index) => item(element, injector, mapping, `${id}-${index}`, LISTS[type])),
  };
}

function item(element, injector, mapping, id, { from, to }) {
  const source = {
    get: () => (mapping.get('sourceExpression') ? asFeel(mapping.get('sourceExpression')) : mapping.get('source')),
    set: (_, value) => new Change(injector, element).set(mapping, {
      source: isFeel(value) ? undefined : value,
      sourceExpression: isFeel(value) ? value : undefined,
    }).run(),
  };
  return {
    id,
    label: mapping.get('target'),
    entries: [
      text({ id: `${id}-source`, label: from, hint: 'A variable, or an expression with "="', ...source }),
      text({ id: `${id}-target`, label: to, ...inner(injector, mapping, 'target'), validate: (value) => (value ? null : injector.get('translate')('The name must not be empty')) }),
    ],
    autoFocusEntry: `${id}-source`,
    remove: (event) => {
      event.stopPropagation();
      new Change(injector, element).extensionValues(extensions(element).filter((value) => value !== mapping)).run();
    },
  };
}

const asFeel = (value) => (isFeel(value) ? value : `=${value}`);
