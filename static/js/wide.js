// What is wider than its column scrolls by itself: then it can be reached by keyboard and has a name.
// Finished tables and code only; the open end of an answer still changes.

const WIDE =
  ".final .wide, .final pre code, .canvas-body .wide, .canvas-body pre code, .sheet pre code";
const watched = new WeakSet();
const observer = new ResizeObserver((entries) => {
  for (const { target } of entries) mark(target);
});

function mark(element) {
  const scrolls = element.scrollWidth > element.clientWidth + 1;
  if (scrolls === element.hasAttribute("tabindex")) return;
  if (!scrolls) {
    for (const name of ["tabindex", "role", "aria-label"]) element.removeAttribute(name);
    return;
  }
  const { tableName, codeName } = document.body.dataset;
  element.tabIndex = 0;
  element.setAttribute("role", "group");
  element.setAttribute("aria-label", element.localName === "code" ? codeName : tableName);
}

function watch(root) {
  for (const element of root.querySelectorAll?.(WIDE) ?? []) {
    if (watched.has(element)) continue;
    watched.add(element);
    observer.observe(element);
  }
}

watch(document);
document.addEventListener("htmx:after:settle", ({ target }) => {
  if (target.matches?.(".final, .canvas, .transcript, .turn")) watch(target.parentElement);
});
