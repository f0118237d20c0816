import { Change, extension, is, isOneOf } from './model.js';
import { attribute } from './common.js';
import { checkbox, text } from './entries.jsx';

const RETRY = 'camunda:FailedJobRetryTimeCycle';

export function executionGroups(element, injector) {
  const entries = [...pauses(element, injector), ...retries(element, injector)];
  return entries.length ? [{ id: 'execution', label: 'Technical execution', entries }] : [];
}

// Only activities pause and only operations are tried again; elsewhere what lint complains about can be removed.
function pauses(element, injector) {
  const entries = [
    checkbox({ id: 'asyncBefore', label: 'Own job before', hint: 'What came before is saved first', ...attribute(injector, 'camunda:asyncBefore') }),
    checkbox({ id: 'asyncAfter', label: 'Own job after', ...attribute(injector, 'camunda:asyncAfter') }),
  ];
  return is(element, 'bpmn:FlowNode') ? entries.filter(({ entry }) => is(element, 'bpmn:Activity') || entry.get(element)) : [];
}

function retries(element, injector) {
  const present = () => extension(element, RETRY)?.get('body');
  if (!isOneOf(element, ['bpmn:ServiceTask', 'bpmn:SendTask']) && !present()) return [];
  return [text({
    id: 'retry',
    label: 'Retries after a failure',
    hint: 'e.g. R3/PT5M: three times, five minutes apart',
    get: present,
    set: (_, value) => {
      const change = new Change(injector, element);
      change.extension(RETRY, value ? change.create(RETRY, { body: value }, null) : null).run();
    },
  })];
}
