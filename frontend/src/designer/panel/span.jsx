// "3 working days": a number and a unit that write the expression, for people who do not want to write it.
import { useState } from '@bpmn-io/properties-panel/preact/hooks';

export function SpanHelper({ id, label, element, units, write, translate, lang }) {
  const [number, setNumber] = useState('');
  const [unit, setUnit] = useState(0);
  const isChinese = lang.toLowerCase().startsWith('zh');
  const name = (each) => (isChinese ? each.label : each.label_en || each.label);
  const valid = /^[1-9]\d{0,3}$/.test(number);
  const apply = () => {
    write(element, units[unit], Number(number));
    setNumber('');
  };
  return (
    <div class="bio-properties-panel-entry huiyin-span" data-entry-id={id}>
      <label class="bio-properties-panel-label" for={`span-${id}`}>{translate(label)}</label>
      <div class="huiyin-span-row">
        <input id={`span-${id}`} class="bio-properties-panel-input" inputMode="numeric" maxLength="4" value={number}
          onInput={(event) => setNumber(event.target.value.trim())} onKeyDown={(event) => event.key === 'Enter' && valid && apply()} />
        <select class="bio-properties-panel-input" aria-label={translate('Unit')} value={unit}
          onChange={(event) => setUnit(Number(event.target.value))}>
          {units.map((each, index) => <option key={index} value={index}>{name(each)}</option>)}
        </select>
        <button type="button" disabled={!valid} onClick={apply}>{translate('Fill in')}</button>
      </div>
    </div>
  );
}
