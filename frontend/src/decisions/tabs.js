// One tab per decision of the file, the requirements diagram first. A file with one table and no diagram needs none.
export function tabs(modeler, translate) {
  const bar = document.createElement('div');
  bar.className = 'decisions-tabs';
  bar.setAttribute('role', 'tablist');
  modeler.on('views.changed', ({ views, activeView }) => {
    bar.hidden = views.length < 2;
    bar.replaceChildren(...views.map((view) => tab(view, view === activeView)));
  });

  function tab(view, isActive) {
    const made = document.createElement('button');
    made.type = 'button';
    made.setAttribute('role', 'tab');
    made.setAttribute('aria-selected', String(isActive));
    made.textContent = view.type === 'drd' ? translate('Decision requirements') : view.name || view.id;
    made.addEventListener('click', () => modeler.open(view));
    return made;
  }

  return bar;
}
