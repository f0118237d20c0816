// Getters and setters that most fields share.
import { Change, getBusinessObject, property } from './model.js';

export const attribute = (injector, name) => ({
  get: (element) => getBusinessObject(element).get(name),
  set: (element, value) => new Change(injector, element).attributes({ [name]: value }).run(),
});

export const customProperty = (injector, name) => ({
  get: (element) => property(element, name),
  set: (element, value) => new Change(injector, element).property(name, value).run(),
});

// A field of something inside the element, such as an event definition.
export const inner = (injector, owner, name) => ({
  get: () => owner.get(name),
  set: (element, value) => new Change(injector, element).set(owner, { [name]: value }).run(),
});

export const expression = (injector, owner, name) => ({
  get: () => owner.get(name)?.get('body'),
  set: (element, value) => new Change(injector, element).expression(owner, name, value).run(),
});

// The first "=" makes a FEEL expression of attributes that otherwise hold plain text.
export const isFeel = (value) => (value || '').startsWith('=');

export const options = (injector) => injector.get('designerOptions');

const UNITS = [
  { label: '个工作日', label_en: 'working days', feel: 'working days after({n})' },
  { label: '个工作小时', label_en: 'working hours', feel: 'working hours after({n})' },
  { label: '小时（自然）', label_en: 'hours', duration: 'PT{n}H' },
  { label: '天（自然日）', label_en: 'days', duration: 'P{n}D' },
  { label: '分钟', label_en: 'minutes', duration: 'PT{n}M' },
];

// {label, label_en, feel | duration} with {n}; the server may send its own in options.timers.
export const units = (injector) => options(injector).timers || UNITS;

export const fill = (template, number) => template.replace('{n}', String(number));
