// A click on an element of a diagram follows the link of that element in the table beside it: <tr data-element-row="id"> … <a data-element-link>.
(function () {
  'use strict';
  document.addEventListener('huiyin:element', ({ detail }) => {
    document.querySelector(`[data-element-row="${CSS.escape(detail.id)}"] a[data-element-link]`)?.click();
  });
})();
