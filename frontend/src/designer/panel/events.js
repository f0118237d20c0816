// The fields of an event: those of its first definition, and a list of further ones (multiple and parallel multiple events).
import { ListGroup } from '@bpmn-io/properties-panel';
import { canBeNonInterrupting, getInterruptingProperty } from 'bpmn-js/lib/features/modeling/behavior/util/NonInterruptingUtil';
import { isEventSubProcess } from 'bpmn-js/lib/util/DiUtil';

import { Change, eventDefinitions, getBusinessObject, is } from './model.js';
import { attribute } from './common.js';
import { KINDS, TOGETHER, WAITED } from './definitions.js';
import { checkbox, prefixed, select } from './entries.jsx';
import { ordered } from '../order.js';

export function eventGroups(element, injector) {
  if (namesMessage(element)) return [group(element, injector, MESSAGE, getBusinessObject(element))];
  const [first, ...further] = eventDefinitions(element);
  const kind = KINDS[first?.$type];
  if (!kind) return [];
  const main = group(element, injector, kind, first);
  main.entries.push(...interruption(element, injector));
  const allowed = together(element);
  if (!allowed.includes(first.$type)) return main.entries.length ? [main] : [];
  return [main, list(element, injector, allowed, further)];
}

const MESSAGE = KINDS['bpmn:MessageEventDefinition'];

// A send task sends a message, or it calls an operation that does.
function namesMessage(element) {
  const task = getBusinessObject(element);
  return is(element, 'bpmn:ReceiveTask') || (is(element, 'bpmn:SendTask') && Boolean(task.get('messageRef') || !task.get('camunda:topic')));
}

function group(element, injector, { id, label, fields }, owner) {
  return { id, label, shouldOpen: true, entries: fields(element, injector, owner) };
}

function interruption(element, injector) {
  if (!canBeNonInterrupting(element)) return [];
  return [checkbox({
    id: 'interrupting',
    label: 'Interrupts',
    hint: 'Ticked: what runs there is cancelled; otherwise both go on',
    ...attribute(injector, getInterruptingProperty(element)),
  })];
}

function together(element) {
  return beginsProcess(element) ? WAITED : TOGETHER[getBusinessObject(element).$type] || [];
}

const beginsProcess = (element) => is(element, 'bpmn:StartEvent') && !isEventSubProcess(getBusinessObject(element).$parent);

function list(element, injector, allowed, further) {
  const write = (change, definitions) => change.attributes({ eventDefinitions: ordered(definitions) }).run();
  return {
    id: 'furtherEvents',
    component: ListGroup,
    label: is(element, 'bpmn:ThrowEvent') ? 'Thrown as well' : 'Waits for this as well',
    add: (event) => {
      event.stopPropagation();
      const change = new Change(injector, element);
      write(change, [...eventDefinitions(element), change.create(allowed[0], {}, change.object)]);
    },
    items: further.map((definition, index) => item(element, injector, allowed, definition, index, write)),
  };
}

function item(element, injector, allowed, definition, index, write) {
  const translate = injector.get('translate');
  const id = `further-${index}`;
  const { label, fields } = KINDS[definition.$type] || { label: definition.$type, fields: () => [] };
  const others = () => eventDefinitions(element).filter((each) => each !== definition);
  const kind = select({
    id: 'kind',
    label: 'Kind of event',
    required: true,
    translated: true,
    options: () => allowed.map((type) => ({ value: type, label: KINDS[type].label })),
    get: () => definition.$type,
    set: (_, type) => {
      const change = new Change(injector, element);
      const made = change.create(type, {}, change.object);
      write(change, eventDefinitions(element).map((each) => (each === definition ? made : each)));
    },
  });
  return {
    id,
    label: translate(label),
    entries: prefixed([kind, ...fields(element, injector, definition), ...all(element, injector, index)], `${id}-`),
    autoFocusEntry: `${id}-kind`,
    remove: (event) => {
      event.stopPropagation();
      write(new Change(injector, element), others());
    },
  };
}

// Asked once, at the first of the further ones: does one of the events suffice, or must all have happened?
function all(element, injector, index) {
  if (index || !is(element, 'bpmn:CatchEvent') || beginsProcess(element)) return [];
  return [checkbox({
    id: 'parallelMultiple',
    label: 'All of them must happen',
    hint: 'In any order; otherwise the first one suffices',
    ...attribute(injector, 'parallelMultiple'),
  })];
}
