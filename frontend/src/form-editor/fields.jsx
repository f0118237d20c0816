// Properties of ours that form-js does not know: English texts, the first value, where the value is kept.
import { useEffect, useState } from 'preact/hooks';

import { formSay } from './say.js';

const KEPT = [['', 'by kind of component'], ['variable', 'process variable'], ['case', 'case file']];
const WITHOUT_VALUE = ['text', 'separator', 'spacer', 'group', 'default'];

export class OwnFields {
  constructor(propertiesPanel) {
    propertiesPanel.registerProvider(this, 400);
  }

  getGroups(field, editField) {
    return (groups) => {
      if (!field) return groups;
      const own = { id: 'huiyin', label: formSay('English and data'), entries: entries(field, editField) };
      return own.entries.length ? [groups[0], own, ...groups.slice(1)].filter(Boolean) : groups;
    };
  }
}
OwnFields.$inject = ['propertiesPanel'];

function entries(field, editField) {
  const custom = (name) => ({
    value: field.properties?.[name] || '',
    write: (value) => editField(field, ['properties'], without({ ...field.properties, [name]: value })),
  });
  const plain = (name) => ({ value: field[name] || '', write: (value) => editField(field, [name], value || undefined) });
  if (field.type === 'default') {
    return [line('title', 'Title of the form', plain('title')), line('title_en', 'Title in English', plain('title_en'))];
  }
  if (field.type === 'separator' || field.type === 'spacer') return [];
  const texts = [line('label_en', 'Label in English', custom('label_en')), line('description_en', 'Description in English', custom('description_en'))];
  if (WITHOUT_VALUE.includes(field.type)) return texts;
  return [
    ...texts,
    line('initial', 'First value (FEEL)', custom('initial')),
    { id: 'store', component: Store, field: custom('store'), label: 'Value is kept as' },
  ];
}

// An emptied property leaves no trace in the file.
function without(properties) {
  const kept = Object.entries(properties).filter(([, value]) => value !== '' && value !== undefined);
  return kept.length ? Object.fromEntries(kept) : undefined;
}

const line = (id, label, field) => ({ id, component: Line, label, field });

function Line({ id, label, field }) {
  const [typed, type] = useState(field.value);
  useEffect(() => type(field.value), [field.value]);
  const write = () => typed !== field.value && field.write(typed.trim());
  return (
    <Entry id={id} label={label}>
      <input id={`huiyin-${id}`} class="bio-properties-panel-input" type="text" value={typed} onInput={(event) => type(event.target.value)}
        onBlur={write} onKeyDown={(event) => event.key === 'Enter' && write()} />
    </Entry>
  );
}

function Store({ id, label, field }) {
  return (
    <Entry id={id} label={label}>
      <select id={`huiyin-${id}`} class="bio-properties-panel-input" value={field.value} onChange={(event) => field.write(event.target.value)}>
        {KEPT.map(([value, name]) => <option key={value} value={value}>{formSay(name)}</option>)}
      </select>
    </Entry>
  );
}

function Entry({ id, label, children }) {
  return (
    <div class="bio-properties-panel-entry" data-entry-id={id}>
      <label class="bio-properties-panel-label" for={`huiyin-${id}`}>{formSay(label)}</label>
      {children}
    </div>
  );
}
