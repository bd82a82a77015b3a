// Starts Swagger UI on the document that the page names. The page's policy allows no inline script, so it stands here.
(() => {
  const { document: url, language } = document.body.dataset;

  // Swagger UI searches names of sections only; a reader searches for what a route does.
  const search = () => ({
    fn: {
      opsFilter: (sections, phrase) => {
        const wanted = phrase.toLowerCase();
        const has = (text) => (text ?? '').toLowerCase().includes(wanted);
        return sections
          .map((section, name) =>
            has(name)
              ? section
              : section.update('operations', (operations) =>
                  operations.filter((each) => has(each.get('path')) || has(each.getIn(['operation', 'summary']))),
                ),
          )
          .filter((section) => section.get('operations').size > 0);
      },
    },
  });

  window.SwaggerUIBundle({
    dom_id: '#api',
    url,
    deepLinking: true,
    docExpansion: 'none',
    filter: true,
    defaultModelsExpandDepth: -1,
    validatorUrl: null,
    plugins: [search],
  });

  // Swagger UI has English words only. What is not in these lists stays as it is.
  const ENGLISH = { 'Filter by tag': 'Find by name or path' };
  const CHINESE = {
    'Filter by tag': '按名称、路径查找',
    Authorize: '填写令牌',
    'Available authorizations': '令牌',
    Authorized: '已填写令牌',
    Logout: '清除',
    Close: '关闭',
    'Value:': '令牌:',
    Parameters: '参数',
    'No parameters': '无参数',
    Name: '名称',
    Description: '说明',
    'Try it out': '试一试',
    Cancel: '取消',
    Reset: '重置',
    Execute: '发送',
    Clear: '清除',
    'Request body': '请求体',
    Responses: '答复',
    Response: '答复',
    Code: '状态码',
    Links: '链接',
    'No links': '无',
    'Media type': '媒体类型',
    'Controls Accept header.': '决定 Accept 请求头。',
    'Example Value': '示例',
    Schema: '结构',
    'Server response': '服务器答复',
    Details: '详情',
    'Response body': '答复内容',
    'Response headers': '答复头',
    'Request URL': '请求地址',
    Curl: 'curl 命令',
    Download: '下载',
    'No operations defined in spec!': '没有符合条件的接口',
    'Available values': '可选值',
    'Default value': '默认值',
    'Send empty value': '发送空值',
    'Loading...': '载入中……',
    'Failed to load API definition.': '接口文档载入失败。',
  };
  const words = language === 'zh' ? CHINESE : ENGLISH;
  const api = document.getElementById('api');
  const translate = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      // What the document or an answer says is not the page's to change.
      if (node.parentElement?.closest('.renderedMarkdown, .opblock-summary, .microlight, pre, code')) return;
      const text = node.nodeValue.trim();
      if (Object.hasOwn(words, text)) node.nodeValue = node.nodeValue.replace(text, words[text]);
      return;
    }
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    const placeholder = node.getAttribute('placeholder');
    if (placeholder !== null && Object.hasOwn(words, placeholder)) node.setAttribute('placeholder', words[placeholder]);
    for (const child of node.childNodes) translate(child);
  };
  new MutationObserver((changes) => {
    for (const { type, target, addedNodes } of changes)
      if (type === 'characterData') translate(target);
      else addedNodes.forEach(translate);
  }).observe(api, { subtree: true, childList: true, characterData: true });
})();
