// One of a list. The library's own select listens to `input` only, which assistive and remote-controlled browsers may not send.
export function isPickEdited(node) {
  return Boolean(node && node.value);
}

export function Pick({ id, label, hint, value, options, choose }) {
  const inputId = `bio-properties-panel-${id}`;
  return (
    <div class="bio-properties-panel-entry" data-entry-id={id}>
      <div class="bio-properties-panel-select">
        <label class="bio-properties-panel-label" for={inputId}>{label}</label>
        <select id={inputId} name={id} class="bio-properties-panel-input" value={value} onChange={(event) => choose(event.target.value)}>
          {options.map((option) => <option key={option.value} value={option.value}>{option.label}</option>)}
        </select>
      </div>
      {hint && <div class="bio-properties-panel-description">{hint}</div>}
    </div>
  );
}
