import { Change, getBusinessObject, is, isOneOf } from './model.js';
import { expression } from './common.js';
import { checkbox, feel, select } from './entries.jsx';

const CHOOSING = ['bpmn:ExclusiveGateway', 'bpmn:InclusiveGateway', 'bpmn:ComplexGateway'];
const FIRST_OR_LATER = 'waitingForStart: true when the gateway goes on, false when it has taken in the rest';

export function conditionGroups(element, injector) {
  if (is(element, 'bpmn:SequenceFlow') && isOneOf(element.source, [...CHOOSING, 'bpmn:Activity'])) return [ofFlow(element, injector)];
  const groups = is(element, 'bpmn:ComplexGateway') ? [activation(element, injector)] : [];
  return isOneOf(element, CHOOSING) && element.outgoing.length > 1 ? [...groups, ofGateway(element, injector)] : groups;
}

function activation(element, injector) {
  return {
    id: 'activation',
    label: 'Activation',
    shouldOpen: true,
    entries: [feel({
      id: 'activationCondition',
      label: 'Goes on when',
      rows: 1,
      hint: 'e.g. activationCount >= 2: two of the ways have arrived',
      ...expression(injector, getBusinessObject(element), 'activationCondition'),
    })],
  };
}

function ofFlow(element, injector) {
  const flow = getBusinessObject(element);
  const isDefault = getBusinessObject(element.source).get('default') === flow;
  const byDefault = checkbox({
    id: 'default',
    label: 'Default flow',
    hint: 'Taken when no other condition holds',
    get: () => isDefault,
    set: (_, value) => makeDefault(element.source, value ? flow : undefined, injector),
  });
  const condition = feel({
    id: 'condition',
    label: 'Condition',
    rows: 2,
    hint: is(element.source, 'bpmn:ComplexGateway') ? FIRST_OR_LATER : 'e.g. outcome = "ok" and amount > 1000',
    ...expression(injector, flow, 'conditionExpression'),
  });
  return { id: 'condition', label: 'Condition', shouldOpen: true, entries: isDefault ? [byDefault] : [condition, byDefault] };
}

function ofGateway(element, injector) {
  const flows = () => element.outgoing.map(getBusinessObject);
  const label = (flow) => flow.get('name') || flow.get('targetRef')?.get('name') || flow.get('id');
  return {
    id: 'default',
    label: 'Default flow',
    shouldOpen: true,
    entries: [select({
      id: 'defaultFlow',
      label: 'Taken when no condition holds',
      options: () => flows().map((flow) => ({ value: flow.get('id'), label: label(flow) })),
      get: () => getBusinessObject(element).get('default')?.get('id'),
      set: (_, id) => makeDefault(element, flows().find((flow) => flow.get('id') === id), injector),
    })],
  };
}

// A default flow has no condition of its own; both change in one step.
function makeDefault(source, flow, injector) {
  const change = new Change(injector, source).attributes({ default: flow });
  if (flow?.get('conditionExpression')) change.expression(flow, 'conditionExpression', undefined);
  change.run();
}
