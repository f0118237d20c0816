// bpmn-js and dmn-js call translate(template, replacements); `replacements` may be missing although the template has braces.
// What has no Chinese is collected in window.HuiyinMissing.
window.HuiyinMissing = window.HuiyinMissing || new Set();

export default function translator(chinese, lang) {
  const isChinese = lang.toLowerCase().startsWith('zh');
  return function translate(template, replacements = {}) {
    if (isChinese && !(template in chinese) && /[A-Za-z]{2}/.test(template)) window.HuiyinMissing.add(template);
    const text = (isChinese && chinese[template]) || template;
    return text.replace(/\{\s*([^}]+?)\s*\}/g, (whole, name) => (name in (replacements || {}) ? replacements[name] : whole));
  };
}
