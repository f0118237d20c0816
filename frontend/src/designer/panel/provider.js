// Which groups of fields an element has. One file per concern, in the order in which an owner thinks of them.
import { Group } from '@bpmn-io/properties-panel';

import { adhocGroups } from './adhoc.js';
import { beginGroups } from './begin.js';
import { callGroups } from './call.js';
import { conditionGroups } from './conditions.js';
import { dataGroups } from './data.js';
import { decisionGroups } from './decision.js';
import { eventGroups } from './events.js';
import { executionGroups } from './execution.js';
import { generalGroups } from './general.js';
import { operationGroups } from './operation.js';
import { repeatGroups } from './repeat.js';
import { userTaskGroups } from './user-task.js';

const SOURCES = [
  generalGroups, userTaskGroups, conditionGroups, eventGroups, beginGroups, decisionGroups, operationGroups, callGroups, adhocGroups,
  dataGroups, repeatGroups, executionGroups,
];

export default class PanelProvider {
  constructor(propertiesPanel, injector) {
    this.injector = injector;
    propertiesPanel.registerProvider(this);
  }

  getGroups(element) {
    const translate = this.injector.get('translate');
    const finish = (group) => ({ component: Group, ...group, label: translate(group.label), translate });
    return (groups) => [...groups, ...SOURCES.flatMap((source) => source(element, this.injector)).map(finish)];
  }
}
PanelProvider.$inject = ['propertiesPanel', 'injector'];
