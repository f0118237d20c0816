// Several of a list, kept as one comma-separated text; values that are not in the list can be typed in.
import { useState } from '@bpmn-io/properties-panel/preact/hooks';

const MANY = 10;

export const split = (value) => (value || '').split(',').map((each) => each.trim()).filter(Boolean);

export function isChoiceEdited(node) {
  return Boolean(node && node.querySelector('input:checked'));
}

export function Choice({ id, label, hint, element, options, get, set, other, translate }) {
  const [sought, seek] = useState('');
  const chosen = split(get(element));
  const known = new Set(options.map((option) => option.value));
  const all = [...options, ...chosen.filter((value) => !known.has(value)).map((value) => ({ value, label: value }))];
  const shown = all.filter((option) => chosen.includes(option.value) || option.label.toLowerCase().includes(sought.toLowerCase()));
  const write = (values) => set(element, values.join(',') || undefined);
  const toggle = (value) => write(chosen.includes(value) ? chosen.filter((each) => each !== value) : [...chosen, value]);
  const add = (event) => {
    const typed = split(event.target.value);
    if (typed.length) write([...new Set([...chosen, ...typed])]);
    event.target.value = '';
  };
  return (
    <div class="bio-properties-panel-entry huiyin-choice" data-entry-id={id}>
      <div class="bio-properties-panel-label" id={`label-${id}`}>{translate(label)}</div>
      {all.length > MANY && (
        <input class="bio-properties-panel-input" type="search" placeholder={translate('Find in the list')}
          aria-label={translate('Find in the list')} value={sought} onInput={(event) => seek(event.target.value)} />
      )}
      <div class="huiyin-choice-list" role="group" aria-labelledby={`label-${id}`}>
        {shown.map((option) => (
          <label key={option.value}>
            <input type="checkbox" name={id} value={option.value} checked={chosen.includes(option.value)}
              onChange={() => toggle(option.value)} />
            <span>{option.label}</span>
          </label>
        ))}
        {!all.length && <span class="huiyin-choice-empty">{translate('Nothing to choose from')}</span>}
      </div>
      {other && (
        <input type="text" class="bio-properties-panel-input" placeholder={translate(other)} aria-label={translate(other)}
          onBlur={add} onKeyDown={(event) => event.key === 'Enter' && add(event)} />
      )}
      {hint && <div class="bio-properties-panel-description">{translate(hint)}</div>}
    </div>
  );
}
