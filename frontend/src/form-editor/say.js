// form-js has no translations of its own yet; the build puts calls of formSay around its texts (tools/chinese-forms.mjs).
import chinese from './zh.js';

const isChinese = (document.documentElement.lang || 'zh').toLowerCase().startsWith('zh');

export const formSay = (text) => (isChinese && chinese[text]) || text;
