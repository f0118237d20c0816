import { is, loop } from './model.js';
import { expression, inner } from './common.js';
import { checkbox, feel, text } from './entries.jsx';

export function repeatGroups(element, injector) {
  const each = is(element, 'bpmn:Activity') && loop(element);
  if (!each) return [];
  return [{
    id: 'repeat',
    label: 'For each',
    shouldOpen: true,
    entries: [
      feel({ id: 'collection', label: 'Of the list', rows: 1, hint: 'e.g. =units', ...inner(injector, each, 'camunda:collection') }),
      text({ id: 'elementVariable', label: 'Each one goes to variable', ...inner(injector, each, 'camunda:elementVariable') }),
      checkbox({ id: 'isSequential', label: 'One after the other', ...inner(injector, each, 'isSequential') }),
      feel({
        id: 'completionCondition',
        label: 'Finished early when',
        hint: 'Over nrOfInstances, nrOfCompletedInstances, nrOfActiveInstances',
        ...expression(injector, each, 'completionCondition'),
      }),
    ],
  }];
}
