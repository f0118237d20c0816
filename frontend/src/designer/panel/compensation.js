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
  return [level, ...(level.get('triggeredByEvent') ? levels(level) : [])];
}

const undoable = (level) => level.get('flowElements').filter((node) => is(node, 'bpmn:Activity') && canBeUndone(node));

function canBeUndone(activity) {
  const handled = activity.$parent.get('flowElements').some((node) => is(node, 'bpmn:BoundaryEvent')
    && node.get('attachedToRef') === activity && isCompensation(node));
  return handled || (is(activity, 'bpmn:SubProcess') && !activity.get('triggeredByEvent') && undoable(activity).length > 0);
}

const isCompensation = (event) => event.get('eventDefinitions').some((definition) => is(definition, COMPENSATION));
