// The words the scripts say themselves. Keys are English; `Huiyin.say` looks Chinese up when the page is Chinese.
(function () {
  'use strict';
  const chinese = {
    'added': '新增',
    'Are you sure?': '确定要这样做吗？',
    'Cancel': '取消',
    'Changed': '已修改',
    'changed': '修改',
    'checking…': '正在检查…',
    'Close': '关闭',
    'Confirm': '确定',
    'Discard the changes that are not saved?': '有未保存的修改，确定离开吗？',
    'Download': '下载',
    'Download as picture': '下载为图片',
    'Draft could not be saved': '草稿未能保存',
    'Draft saved {time}': '草稿已保存 {time}',
    'due': '到期',
    'Element {id} is not in this diagram': '图中没有元素 {id}',
    'error': '错误',
    'Fit to view': '适应窗口',
    'Full screen': '全屏',
    'hint': '提示',
    'Keyboard shortcuts': '键盘快捷键',
    'left {span}': '剩 {span}',
    'Next row': '下一行',
    'No findings': '没有发现问题',
    'Not saved': '尚未保存',
    'Only to look at: nothing is saved': '仅供查看，不会保存',
    'Open the selected row': '打开所选行',
    'overdue {span}': '逾期 {span}',
    'Previous row': '上一行',
    'Redo': '重做',
    'Refresh': '刷新',
    'removed': '删除',
    'Save': '保存',
    'Saved {time}': '已保存 {time}',
    'Saving…': '正在保存…',
    'Search': '搜索',
    'Show this help': '显示本帮助',
    'Sign in again; your session has ended': '会话已结束，请重新登录',
    'The diagram had no layout: its elements have been arranged. Your next change saves this.': '图中没有布局信息，已自动排列；下一次修改时一并保存。',
    'The diagram could not be shown: {reason}': '无法显示流程图：{reason}',
    'There is nothing to draw in this file: it has no process. Upload another file, or remove it.': '文件中没有流程，无图可画。请上传其他文件，或将其移除。',
    'The file could not be opened: {reason}': '无法打开文件：{reason}',
    'The server did not answer; please try again': '服务器没有响应，请重试',
    'The version before': '原版本',
    'The version now': '新版本',
    'Undo': '撤销',
    'Upload': '上传',
    'warning': '警告',
    'Zoom in': '放大',
    'Zoom out': '缩小',
    '{count} findings': '{count} 个问题',
    '{count} parts of this file are not understood and would be lost on saving. Edit nevertheless?': '文件中有 {count} 处内容无法识别，保存后会丢失。仍要编辑吗？',
    '{d}d': '{d}天',
    '{d}d {h}h': '{d}天 {h}小时',
    '{h}h': '{h}小时',
    '{h}h {m}min': '{h}小时 {m}分',
    '{m}min': '{m}分',
  };
  const isChinese = (document.documentElement.lang || 'zh').toLowerCase().startsWith('zh');

  function say(text, parameters) {
    const template = (isChinese && chinese[text]) || text;
    return template.replace(/\{(\w+)\}/g, (whole, name) => (parameters && name in parameters ? parameters[name] : whole));
  }

  window.Huiyin = Object.assign(window.Huiyin || {}, { say, isChinese });
})();
