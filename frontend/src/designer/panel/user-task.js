import { Change, getBusinessObject, is, property } from './model.js';
import { attribute, customProperty, fill, isFeel, options, units } from './common.js';
import { choices, feel, select, span, text } from './entries.jsx';

export function userTaskGroups(element, injector) {
  if (!is(element, 'bpmn:UserTask')) return [];
  return [
    { id: 'people', label: 'Who handles it', shouldOpen: true, entries: people(element, injector) },
    { id: 'limits', label: 'Time limit', shouldOpen: true, entries: limits(element, injector) },
    { id: 'form', label: 'Form', shouldOpen: true, entries: [form(injector)] },
  ];
}

function people(element, injector) {
  const groups = attribute(injector, 'camunda:candidateGroups');
  const byExpression = isFeel(groups.get(element));
  return [
    select({
      id: 'groupsKind',
      label: 'Candidate groups by',
      required: true,
      translated: true,
      options: () => [{ value: 'list', label: 'List of groups' }, { value: 'feel', label: 'Expression' }],
      get: () => (byExpression ? 'feel' : 'list'),
      set: (_, kind) => groups.set(element, kind === 'feel' ? '=' : undefined),
    }),
    byExpression
      ? feel({ id: 'candidateGroups', label: 'Groups (expression)', hint: 'Begins with "="; gives one group or a list', ...groups })
      : choices({ id: 'candidateGroups', label: 'Groups', options: () => options(injector).groups, ...groups }),
    text({ id: 'assignee', label: 'Assignee', hint: 'A user, or an expression with "="; empty: a member of the groups claims it', ...attribute(injector, 'camunda:assignee') }),
    choices({
      id: 'notSameAs',
      label: 'Not the same person as in',
      hint: 'Separation of duties: whoever did one of these may not do this one',
      other: 'Task of a calling process: type its ID, then Enter',
      options: () => otherTasks(element, injector),
      ...customProperty(injector, 'notSameAs'),
    }),
  ];
}

function otherTasks(element, injector) {
  return injector.get('elementRegistry')
    .filter((other) => is(other, 'bpmn:UserTask') && other !== element && !other.labelTarget)
    .map(getBusinessObject)
    .map((task) => ({ value: task.get('id'), label: task.get('name') || task.get('id') }));
}

function limits(element, injector) {
  return [
    feel({ id: 'dueDate', label: 'Due', hint: 'e.g. =clock due("internal") or =working days after(3)', ...attribute(injector, 'camunda:dueDate') }),
    span({
      id: 'dueHelper',
      label: 'Set the due time to',
      units: units(injector),
      write: (_, unit, number) => writeDue(element, injector, unit, number),
    }),
    text({ id: 'dueKey', label: 'Key of the due time', hint: 'e.g. clock:internal, so that the due time moves with that clock', ...customProperty(injector, 'dueKey') }),
    feel({ id: 'followUpDate', label: 'Follow up at', rows: 1, ...attribute(injector, 'camunda:followUpDate') }),
    text({ id: 'priority', label: 'Priority', ...attribute(injector, 'camunda:priority') }),
  ];
}

function writeDue(element, injector, unit, number) {
  const value = unit.feel ? `=${fill(unit.feel, number)}` : `=now() + duration("${fill(unit.duration, number)}")`;
  const change = new Change(injector, element).attributes({ 'camunda:dueDate': value });
  // The key said which clock moves this due time; a limit of its own follows no clock.
  if (property(element, 'dueKey').startsWith('clock:')) change.property('dueKey', undefined);
  change.run();
}

function form(injector) {
  return select({ id: 'formRef', label: 'Form to fill in', options: () => options(injector).forms, ...attribute(injector, 'camunda:formRef') });
}
