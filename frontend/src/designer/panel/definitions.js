// What an event waits for or throws: the kinds of definitions, with the fields of each.
import { expression } from './common.js';
import { compensationEntries } from './compensation.js';
import { feel } from './entries.jsx';
import { linkEntries } from './link.js';
import { namedEntries } from './named.js';
import { timerEntries } from './timer.js';

const conditionEntries = (element, injector, definition) => [feel({
  id: 'eventCondition',
  label: 'Happens when',
  rows: 2,
  hint: 'e.g. amount > 1000; looked at when a variable changes, so for times use a timer',
  ...expression(injector, definition, 'condition'),
})];

export const KINDS = {
  'bpmn:MessageEventDefinition': { id: 'message', label: 'Message', fields: namedEntries('message') },
  'bpmn:TimerEventDefinition': { id: 'timer', label: 'Timer', fields: timerEntries },
  'bpmn:SignalEventDefinition': { id: 'signal', label: 'Signal', fields: namedEntries('signal') },
  'bpmn:ConditionalEventDefinition': { id: 'eventCondition', label: 'Conditional event', fields: conditionEntries },
  'bpmn:ErrorEventDefinition': { id: 'error', label: 'Error', fields: namedEntries('error') },
  'bpmn:EscalationEventDefinition': { id: 'escalation', label: 'Escalation', fields: namedEntries('escalation') },
  'bpmn:CompensateEventDefinition': { id: 'compensation', label: 'Compensation', fields: compensationEntries },
  'bpmn:LinkEventDefinition': { id: 'link', label: 'Link', fields: linkEntries },
};

export const WAITED = ['bpmn:TimerEventDefinition', 'bpmn:MessageEventDefinition', 'bpmn:SignalEventDefinition', 'bpmn:ConditionalEventDefinition'];
const CAUGHT = [...WAITED, 'bpmn:ErrorEventDefinition', 'bpmn:EscalationEventDefinition'];
const THROWN = ['bpmn:MessageEventDefinition', 'bpmn:SignalEventDefinition', 'bpmn:EscalationEventDefinition'];

// Of which kinds an event may have several definitions (the same table as lint's rule `unsupported-event`).
export const TOGETHER = {
  'bpmn:IntermediateCatchEvent': WAITED,
  'bpmn:BoundaryEvent': CAUGHT,
  'bpmn:StartEvent': CAUGHT,
  'bpmn:IntermediateThrowEvent': THROWN,
  'bpmn:EndEvent': THROWN,
};
