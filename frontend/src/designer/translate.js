import chinese from './zh.js';

// bpmn-js calls translate(template, replacements); `replacements` may be missing although the template has braces.
export default function translator(lang) {
  const isChinese = lang.toLowerCase().startsWith('zh');
  return function translate(template, replacements = {}) {
    if (isChinese && !(template in chinese) && /[A-Za-z]{2}/.test(template)) window.HuiyinMissing.add(template);
    const text = (isChinese && chinese[template]) || template;
    return text.replace(/\{([^}]+)\}/g, (whole, name) => (name in replacements ? replacements[name] : whole));
  };
}
