import { Change, extension, isOneOf } from './model.js';
import { attribute } from './common.js';
import { checkbox, text } from './entries.jsx';

const RETRY = 'camunda:FailedJobRetryTimeCycle';

export function executionGroups(element, injector) {
  if (!isOneOf(element, ['bpmn:Activity', 'bpmn:Gateway', 'bpmn:Event'])) return [];
  return [{
    id: 'execution',
    label: 'Technical execution',
    entries: [
      checkbox({ id: 'asyncBefore', label: 'Own job before', hint: 'What came before is saved first', ...attribute(injector, 'camunda:asyncBefore') }),
      checkbox({ id: 'asyncAfter', label: 'Own job after', ...attribute(injector, 'camunda:asyncAfter') }),
      text({
        id: 'retry',
        label: 'Retries after a failure',
        hint: 'e.g. R3/PT5M: three times, five minutes apart',
        get: () => extension(element, RETRY)?.get('body'),
        set: (_, value) => {
          const change = new Change(injector, element);
          change.extension(RETRY, value ? change.create(RETRY, { body: value }, null) : null).run();
        },
      }),
    ],
  }];
}
