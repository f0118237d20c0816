// What is made an ad-hoc subprocess begins by itself: its start and end events go with the change, and come back with undo.
import CommandInterceptor from 'diagram-js/lib/command/CommandInterceptor';
import { is, isAny } from 'bpmn-js/lib/util/ModelUtil';

export default class AdhocEvents extends CommandInterceptor {
  constructor(eventBus, modeling) {
    super(eventBus);
    this.postExecuted('shape.replace', ({ context: { newShape } }) => {
      if (!is(newShape, 'bpmn:AdHocSubProcess')) return;
      const events = newShape.children.filter((each) => !each.labelTarget && isAny(each, ['bpmn:StartEvent', 'bpmn:EndEvent']));
      if (events.length) modeling.removeElements(events);
    });
  }
}
AdhocEvents.$inject = ['eventBus', 'modeling'];
