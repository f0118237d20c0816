// Ad-hoc subprocess: what stands in it without a flow begins by itself; here is said in which order and until when.
import { getBusinessObject, is } from './model.js';
import { attribute, expression } from './common.js';
import { checkbox, feel, select } from './entries.jsx';

const ORDERS = [
  { value: 'Parallel', label: 'All side by side' },
  { value: 'Sequential', label: 'One after the other, as written' },
];

export function adhocGroups(element, injector) {
  if (!is(element, 'bpmn:AdHocSubProcess')) return [];
  const order = attribute(injector, 'ordering');
  return [{
    id: 'adhoc',
    label: 'Ad-hoc sub-process',
    shouldOpen: true,
    entries: [
      select({
        id: 'ordering',
        label: 'Order',
        required: true,
        translated: true,
        options: () => ORDERS,
        get: (each) => order.get(each) || 'Parallel',
        set: (each, value) => order.set(each, value === 'Parallel' ? undefined : value),
      }),
      feel({
        id: 'adhocCompletion',
        label: 'Finished when',
        hint: 'Looked at after each completed activity; empty: when all are done',
        ...expression(injector, getBusinessObject(element), 'completionCondition'),
      }),
      checkbox({
        id: 'cancelRemainingInstances',
        label: 'Then cancel what still runs',
        hint: 'Otherwise it is waited for',
        ...attribute(injector, 'cancelRemainingInstances'),
      }),
    ],
  }];
}
