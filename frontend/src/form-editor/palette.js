// The components that the server renders and checks; others stay visible in a file that has them, and lint names them.
const OFFERED = [
  'textfield', 'textarea', 'number', 'datetime', 'filepicker', 'select', 'radio', 'checkbox', 'checklist', 'text', 'separator', 'group',
  'dynamiclist',
];

export class Palette {
  constructor(formFields) {
    const all = { ...formFields._formFields };
    for (const type of Object.keys(all)) if (type !== 'default' && !OFFERED.includes(type)) delete formFields._formFields[type];
    formFields.get = (type) => all[type];
  }
}
Palette.$inject = ['formFields'];
