// A compensation that is thrown undoes one activity of its level, or all of them.
import { Change, getBusinessObject, is } from './model.js';
import { select } from './entries.jsx';

const COMPENSATION = 'bpmn:CompensateEventDefinition';

export function compensationEntries(element, injector, definition) {
  if (!is(element, 'bpmn:ThrowEvent')) return [];
  return [select({
    id: 'activityRef',
    label: 'What is undone',
    none: 'All completed activities of this level',
    hint: 'Only what has a compensation event at its border can be undone',
    options: () => levels(getBusinessObject(element)).flatMap(undoable).map(({ id, name }) => ({ value: id, label: name || id })),
    get: () => definition.get('activityRef')?.get('id'),
    set: (_, id) => {
      const chosen = levels(getBusinessObject(element)).flatMap(undoable).find((each) => each.get('id') === id);
      new Change(injector, element).set(definition, { activityRef: chosen }).run();
    },
  })];
}

// In an event subprocess the level around it is undone as well.
function levels(node) {
  const level = node.$parent;
  return level.get('triggeredByEvent') ? [level, level.$parent] : [level];
}

const undoable = (level) => level.get('flowElements').filter((node) => is(node, 'bpmn:Activity') && canBeUndone(node));

// By a handler at its border, or by what stands in it.
function canBeUndone(activity) {
  const beside = activity.$parent.get('flowElements');
  if (beside.some((node) => is(node, 'bpmn:BoundaryEvent') && node.get('attachedToRef') === activity && isCompensation(node))) return true;
  if (!is(activity, 'bpmn:SubProcess') || activity.get('triggeredByEvent')) return false;
  return undoable(activity).length > 0 || activity.get('flowElements').some(undoesAround);
}

const undoesAround = (node) => is(node, 'bpmn:SubProcess') && node.get('triggeredByEvent')
  && node.get('flowElements').some((start) => is(start, 'bpmn:StartEvent') && isCompensation(start));

const isCompensation = (event) => event.get('eventDefinitions').some((definition) => is(definition, COMPENSATION));
