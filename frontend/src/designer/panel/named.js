// Messages, signals, errors and escalations are named once in the file and referred to; the panel shows the name and
// keeps the reference.
import { Change, definitionsOf, is, rootElements } from './model.js';
import { customProperty, inner } from './common.js';
import { feel, select, text } from './entries.jsx';

const NEW = '+';
const KINDS = {
  message: { type: 'bpmn:Message', label: 'Message', naming: 'Name of the message' },
  signal: { type: 'bpmn:Signal', label: 'Signal', naming: 'Name of the signal' },
  error: { type: 'bpmn:Error', label: 'Error', naming: 'Name of the error', code: 'Error code' },
  escalation: { type: 'bpmn:Escalation', label: 'Escalation', naming: 'Name of the escalation', code: 'Escalation code' },
};

// The fields of an event definition, or of a task, that refers to a message, signal, error or escalation.
export const namedEntries = (id) => (element, injector, owner) => {
  const kind = { id, reference: `${id}Ref`, ...KINDS[id] };
  const referred = owner.get(kind.reference);
  const entries = [select({
    id: kind.reference,
    label: kind.label,
    none: kind.code && catches(element) ? 'Any' : undefined,
    options: () => known(element, kind, injector),
    get: () => referred?.get('id'),
    set: (_, chosen) => refer(element, injector, kind, owner, chosen),
  })];
  if (referred) entries.push(text({ id: `${id}Name`, label: kind.naming, ...inner(injector, referred, 'name') }));
  if (referred && kind.code) entries.push(text({ id: `${id}Code`, label: kind.code, ...inner(injector, referred, `${id}Code`) }));
  if (id === 'message') {
    entries.push(feel({ id: 'correlationKey', label: 'Correlation key', rows: 1, hint: 'Empty: the business key', ...customProperty(injector, 'correlationKey') }));
  }
  return entries;
};

const catches = (element) => is(element, 'bpmn:CatchEvent');

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
  if (kind.code) made.set(`${kind.id}Code`, made.get('id'));
  change.set(definitions, { rootElements: [...definitions.get('rootElements'), made] });
  change.set(owner, { [kind.reference]: made }).run();
}
