// Names of BPMN elements, as bpmn-js' menus ("User task") and the panel's header ("User Task") write them.
const KINDS = {
  'None': '', 'Message': '消息', 'Timer': '定时', 'Signal': '信号', 'Error': '错误', 'Conditional': '条件', 'Escalation': '升级',
  'Link': '链接', 'Compensation': '补偿', 'Compensate': '补偿', 'Cancel': '取消', 'Terminate': '终止', 'Multiple': '多重', 'Parallel Multiple': '并行多重',
};
const PLACES = {
  'start event': '开始事件', 'end event': '结束事件', 'boundary event': '边界事件', 'intermediate catch event': '中间接收事件',
  'intermediate throw event': '中间发出事件',
};

const title = (text) => text.replace(/\b[a-z]/g, (letter) => letter.toUpperCase());

function events() {
  const names = {};
  for (const [kind, ofKind] of Object.entries(KINDS)) {
    for (const [place, ofPlace] of Object.entries(PLACES)) {
      const english = `${kind} ${place}`;
      names[english] = ofKind + ofPlace;
      names[`${english} (non-interrupting)`] = `${ofKind}${ofPlace}（不中断）`;
      names[title(english)] = ofKind + ofPlace;
      names[`${title(english)} (Non Interrupting)`] = `${ofKind}${ofPlace}（不中断）`;
    }
  }
  return names;
}

const NAMES = {
  'start event': '开始事件', 'end event': '结束事件', 'intermediate throw event': '中间事件', 'intermediate catch event': '中间事件',
  'boundary event': '边界事件', 'task': '任务', 'user task': '人工任务', 'manual task': '线下任务', 'service task': '系统任务',
  'send task': '发送任务', 'receive task': '接收任务', 'script task': '计算任务', 'business rule task': '决策任务', 'call activity': '调用流程',
  'exclusive gateway': '排他网关', 'parallel gateway': '并行网关', 'event-based gateway': '事件网关', 'event based gateway': '事件网关',
  'inclusive gateway': '包容网关', 'complex gateway': '复杂网关', 'gateway': '网关', 'sub-process': '子流程', 'sub process': '子流程',
  'sub-process (collapsed)': '子流程（收起）', 'sub-process (expanded)': '子流程（展开）', 'collapsed sub process': '子流程（收起）',
  'expanded sub process': '子流程（展开）', 'event sub-process': '事件子流程', 'event sub process': '事件子流程', 'transaction': '事务',
  'expanded ad hoc sub process': '自由子流程（展开）', 'collapsed ad hoc sub process': '自由子流程（收起）', 'ad hoc sub process': '自由子流程',
  'ad-hoc sub-process': '自由子流程', 'ad-hoc sub-process (collapsed)': '自由子流程（收起）', 'ad-hoc sub-process (expanded)': '自由子流程（展开）',
  'sequence flow': '顺序流', 'default flow': '默认路径', 'conditional flow': '条件路径', 'message flow': '消息流', 'association': '关联线',
  'data object reference': '数据对象', 'data store reference': '数据存储', 'data input': '数据输入', 'data output': '数据输出',
  'data input association': '数据输入关联', 'data output association': '数据输出关联', 'text annotation': '注释', 'group': '分组框',
  'participant': '泳池', 'pool/participant': '泳池', 'lane': '泳道', 'process': '流程', 'collaboration': '协作图', 'collection': '集合', 'loop': '循环',
  'expanded pool/participant': '展开的泳池', 'empty pool/participant': '空泳池', 'empty pool/participant (removes content)': '空泳池（删除内容）',
  'parallel multi-instance': '多实例（同时）', 'sequential multi-instance': '多实例（依次）', 'participant multiplicity': '泳池多重',
};

const capital = (text) => text[0].toUpperCase() + text.slice(1);

export default {
  ...events(),
  ...Object.fromEntries(Object.entries(NAMES).flatMap(([name, chinese]) => [[capital(name), chinese], [title(name), chinese]])),
};
