// Messages, signals and errors are named once in the file and referred to; the panel shows the name and keeps the reference.
import { Change, definitionsOf, eventDefinition, getBusinessObject, is, rootElements } from './model.js';
import { customProperty, inner } from './common.js';
import { feel, select, text } from './entries.jsx';

const NEW = '+';
const KINDS = [
  { type: 'bpmn:Message', definition: 'bpmn:MessageEventDefinition', reference: 'messageRef', id: 'message', label: 'Message', naming: 'Name of the message' },
  { type: 'bpmn:Signal', definition: 'bpmn:SignalEventDefinition', reference: 'signalRef', id: 'signal', label: 'Signal', naming: 'Name of the signal' },
  { type: 'bpmn:Error', definition: 'bpmn:ErrorEventDefinition', reference: 'errorRef', id: 'error', label: 'Error', naming: 'Name of the error' },
];

export function eventGroups(element, injector) {
  const receives = is(element, 'bpmn:ReceiveTask') ? getBusinessObject(element) : null;
  return KINDS.flatMap((kind) => {
    const owner = eventDefinition(element, kind.definition) || (kind.id === 'message' ? receives : null);
    return owner ? [group(element, injector, kind, owner)] : [];
  });
}

function group(element, injector, kind, owner) {
  const referred = owner.get(kind.reference);
  const entries = [select({
    id: `${kind.id}Ref`,
    label: kind.label,
    options: () => known(element, kind, injector),
    get: () => referred?.get('id'),
    set: (_, id) => refer(element, injector, kind, owner, id),
  })];
  if (referred) entries.push(text({ id: `${kind.id}Name`, label: kind.naming, ...inner(injector, referred, 'name') }));
  if (referred && kind.id === 'error') {
    entries.push(text({ id: 'errorCode', label: 'Error code', ...inner(injector, referred, 'errorCode') }));
  }
  if (kind.id === 'message') {
    entries.push(feel({ id: 'correlationKey', label: 'Correlation key', rows: 1, hint: 'Empty: the business key', ...customProperty(injector, 'correlationKey') }));
  }
  return { id: kind.id, label: kind.label, shouldOpen: true, entries };
}

function known(element, kind, injector) {
  const translate = injector.get('translate');
  const listed = rootElements(element, kind.type).map((each) => ({ value: each.get('id'), label: each.get('name') || each.get('id') }));
  return [...listed, { value: NEW, label: translate('New …') }];
}

function refer(element, injector, kind, owner, id) {
  const change = new Change(injector, element);
  if (id !== NEW) {
    const chosen = rootElements(element, kind.type).find((each) => each.get('id') === id);
    change.set(owner, { [kind.reference]: chosen }).run();
    return;
  }
  const definitions = definitionsOf(element);
  const made = change.create(kind.type, {}, definitions);
  made.set('name', made.get('id'));
  if (kind.id === 'error') made.set('errorCode', made.get('id'));
  change.set(definitions, { rootElements: [...definitions.get('rootElements'), made] });
  change.set(owner, { [kind.reference]: made }).run();
}
