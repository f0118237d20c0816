// bpmn-js looks for the message, signal, error or escalation of an event in its first definition (RootElementReferenceBehavior)
// and fails when that is a timer or condition with one of these behind it. So they stand first; to an event that waits the
// order means nothing, and one that throws has no others.
import { isAny } from 'bpmn-js/lib/util/ModelUtil';

const NAMED = ['bpmn:MessageEventDefinition', 'bpmn:SignalEventDefinition', 'bpmn:ErrorEventDefinition', 'bpmn:EscalationEventDefinition'];

const isNamed = (definition) => (isAny(definition, NAMED) ? 0 : 1);

export const ordered = (definitions) => [...definitions].sort((one, other) => isNamed(one) - isNamed(other));

// The same for a file that somebody else has written.
export function orderOnImport(modeler) {
  modeler.on('import.parse.complete', ({ elementsById = {} }) => {
    for (const event of Object.values(elementsById)) {
      if (event.eventDefinitions?.length > 1) event.eventDefinitions = ordered(event.eventDefinitions);
    }
  });
}
