// Receive tasks and event-based gateways to which no flow leads may begin the process.
import { getBusinessObject, is, isOneOf } from './model.js';
import { attribute } from './common.js';
import { checkbox } from './entries.jsx';

export function beginGroups(element, injector) {
  const begins = getBusinessObject(element).get('instantiate');
  if (!isOneOf(element, ['bpmn:ReceiveTask', 'bpmn:EventBasedGateway']) || (element.incoming.length && !begins)) return [];
  const entries = [checkbox({ id: 'instantiate', label: 'Begins the process', hint: 'No flow leads to it', ...attribute(injector, 'instantiate') })];
  if (begins && is(element, 'bpmn:EventBasedGateway')) entries.push(together(injector));
  return [{ id: 'begin', label: 'Beginning', shouldOpen: true, entries }];
}

function together(injector) {
  const type = attribute(injector, 'eventGatewayType');
  return checkbox({
    id: 'eventGatewayType',
    label: 'All events must come',
    hint: 'Messages only; otherwise the first event suffices',
    get: (element) => type.get(element) === 'Parallel',
    set: (element, value) => type.set(element, value ? 'Parallel' : undefined),
  });
}
