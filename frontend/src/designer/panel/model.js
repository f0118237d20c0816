// Reading and writing of the diagram's elements. Every write is one step of the command stack, so undo takes it back whole.
import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';

export { getBusinessObject, is };

export const isOneOf = (element, types) => types.some((type) => is(element, type));

export function extensions(element) {
  return getBusinessObject(element).get('extensionElements')?.get('values') || [];
}

export function extension(element, type) {
  return extensions(element).find((value) => is(value, type));
}

export function property(element, name) {
  const found = extension(element, 'camunda:Properties')?.get('values').find((each) => each.get('name') === name);
  return found?.get('value') || '';
}

export function eventDefinitions(element) {
  return is(element, 'bpmn:Event') ? getBusinessObject(element).get('eventDefinitions') || [] : [];
}

export function definitionsOf(element) {
  let owner = getBusinessObject(element);
  while (owner.$parent) owner = owner.$parent;
  return owner;
}

export function rootElements(element, type) {
  return definitionsOf(element).get('rootElements').filter((each) => is(each, type));
}

// Several writes as one step: new Change(injector, element).set(…).property(…).run()
export class Change {
  constructor(injector, element) {
    this.injector = injector;
    this.element = element;
    this.object = getBusinessObject(element);
    this.commands = [];
  }

  create(type, properties, parent) {
    const made = this.injector.get('bpmnFactory').create(type, properties);
    made.$parent = parent;
    return made;
  }

  set(moddleElement, properties) {
    this.commands.push({ cmd: 'element.updateModdleProperties', context: { element: this.element, moddleElement, properties } });
    return this;
  }

  attributes(properties) {
    this.commands.push({ cmd: 'element.updateProperties', context: { element: this.element, properties } });
    return this;
  }

  // Replaces all extension elements of one type; none at all removes the emptied parent too.
  extension(type, replacement) {
    const kept = extensions(this.element).filter((value) => !is(value, type));
    const values = replacement ? [...kept, replacement] : kept;
    return this.extensionValues(values);
  }

  extensionValues(values) {
    const holder = this.object.get('extensionElements');
    if (!values.length) return holder ? this.set(this.object, { extensionElements: undefined }) : this;
    if (holder) {
      for (const value of values) value.$parent = holder;
      return this.set(holder, { values });
    }
    const made = this.create('bpmn:ExtensionElements', { values }, this.object);
    for (const value of values) value.$parent = made;
    return this.set(this.object, { extensionElements: made });
  }

  property(name, value) {
    const holder = extension(this.element, 'camunda:Properties');
    const before = holder ? holder.get('values') : [];
    const place = before.findIndex((each) => each.get('name') === name);
    const after = before.filter((each) => each.get('name') !== name);
    if (value) {
      const made = this.create('camunda:Property', { name, value }, holder);
      after.splice(place < 0 ? after.length : place, 0, made);
    }
    if (!after.length) return this.extension('camunda:Properties', null);
    if (holder) return this.set(holder, { values: after });
    const created = this.create('camunda:Properties', { values: after }, null);
    for (const each of after) each.$parent = created;
    return this.extension('camunda:Properties', created);
  }

  // An expression child such as conditionExpression or timeDuration; an empty text removes it.
  expression(owner, name, text) {
    const body = text || undefined;
    if (!body) return this.set(owner, { [name]: undefined });
    return this.set(owner, { [name]: this.create('bpmn:FormalExpression', { body }, owner) });
  }

  run() {
    if (this.commands.length) this.injector.get('commandStack').execute('properties-panel.multi-command-executor', this.commands);
  }
}
