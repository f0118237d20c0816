// The kinds of fields. Each maker takes a plain description and gives an entry for the properties panel:
//   {id, label, hint?, get: (element) => text, set: (element, text) => void, options?, none?, rows?}
import {
  CheckboxEntry, TextAreaEntry, TextFieldEntry, isCheckboxEntryEdited, isTextAreaEntryEdited, isTextFieldEntryEdited,
} from '@bpmn-io/properties-panel';
import { useService } from 'bpmn-js-properties-panel';

import { Choice, isChoiceEdited } from './choice.jsx';
import { Pick, isPickEdited } from './pick.jsx';
import { SpanHelper } from './span.jsx';

function shared({ id, label, hint, get, set, validate, placeholder }, element, translate) {
  return {
    id,
    element,
    label: translate(label),
    description: hint && translate(hint),
    placeholder: placeholder && translate(placeholder),
    // The library compares with undefined: an empty text would make a step for undo of every empty field that is left.
    getValue: () => get(element) || undefined,
    setValue: (value, error) => !error && set(element, value || undefined),
    validate,
  };
}

function Text({ entry, element }) {
  return <TextFieldEntry {...shared(entry, element, useService('translate'))} debounce={useService('debounceInput')} />;
}

function Area({ entry, element }) {
  const common = shared(entry, element, useService('translate'));
  return <TextAreaEntry {...common} rows={entry.rows || 2} monospace={entry.monospace} autoResize debounce={useService('debounceInput')} />;
}

function Select({ entry, element }) {
  const translate = useService('translate');
  const { lang } = useService('designerOptions');
  const { id, label, hint, getValue, setValue } = { ...shared(entry, element, translate), hint: entry.hint && translate(entry.hint) };
  const options = selectOptions(entry, element, translate, lang);
  return <Pick id={id} label={label} hint={hint} value={getValue() || ''} options={options} choose={setValue} />;
}

function Checkbox({ entry, element }) {
  const common = shared(entry, element, useService('translate'));
  return <CheckboxEntry {...common} getValue={() => Boolean(entry.get(element))} setValue={(value) => entry.set(element, value)} />;
}

function Choices({ entry, element }) {
  const translate = useService('translate');
  const { lang } = useService('designerOptions');
  return <Choice {...entry} element={element} translate={translate} options={named(entry.options(element), lang)} />;
}

function Span({ entry, element }) {
  return <SpanHelper {...entry} element={element} translate={useService('translate')} lang={useService('designerOptions').lang} />;
}

// A value that is not in the list stays visible: an owner must not lose what somebody else wrote.
function selectOptions(entry, element, translate, lang) {
  const options = entry.translated
    ? entry.options(element).map((option) => ({ ...option, label: translate(option.label) }))
    : named(entry.options(element), lang);
  const value = entry.get(element);
  const unknown = value && !options.some((option) => option.value === value);
  return [
    ...(entry.required ? [] : [{ value: '', label: translate(entry.none || '(none)') }]),
    ...options,
    ...(unknown ? [{ value, label: translate('{value} (not in the list)', { value }) }] : []),
  ];
}

export function named(list, lang) {
  const isChinese = lang.toLowerCase().startsWith('zh');
  return (list || []).map((each) => {
    if (typeof each === 'string') return { value: each, label: each };
    const label = (isChinese ? each.label : each.label_en || each.label) || each.value;
    return { ...each, label: label === each.value ? label : `${label} · ${each.value}` };
  });
}

const make = (component, isEdited) => (entry) => ({ id: entry.id, component, isEdited, entry });

// The same fields a second time for one element, told apart by their names.
export const prefixed = (entries, prefix) => entries.map((made) => make(made.component, made.isEdited)({ ...made.entry, id: prefix + made.id }));

export const text = make(Text, isTextFieldEntryEdited);
export const area = make(Area, isTextAreaEntryEdited);
export const feel = (entry) => area({ placeholder: 'FEEL expression', ...entry, monospace: true });
export const select = make(Select, isPickEdited);
export const checkbox = make(Checkbox, isCheckboxEntryEdited);
export const choices = make(Choices, isChoiceEdited);
export const span = make(Span, () => false);
