// Keys for those who do not want to reach for the mouse, and the sheet that lists them.
// Single letters, only while nobody types, and none with Ctrl, Alt or Cmd: those belong to the
// browser and to screen readers. `data-shortcuts="off"` on the body (a setting) turns them off.

const sheet = document.getElementById("shortcuts");
const TYPED_IN = "input, textarea, select, [contenteditable], [role=listbox], [role=combobox]";

const click = (selector) => {
  const found = [...document.querySelectorAll(selector)].filter((e) => e.checkVisibility());
  found.at(-1)?.click();
  return found.length > 0;
};
const follow = (selector) => {
  const link = document.querySelector(selector); // also in a drawer that is closed
  link?.click();
  return Boolean(link);
};
const focus = (selector) => {
  const element = document.querySelector(selector);
  element?.focus();
  return Boolean(element);
};

const KEYS = {
  "?": () => open(),
  w: () => focus("#question"),
  n: () => follow("a.button.new"),
  s: () => search(),
  x: () => click("[data-stop]"),
  j: () => turn(1),
  k: () => turn(-1),
  e: () => latest(),
  y: () => click(".turn:last-child [data-copy=answer]"),
  v: () => canvas(),
  p: () => click("[data-prompts]"),
};

document.addEventListener("keydown", (event) => {
  if (document.body.dataset.shortcuts === "off" || event.defaultPrevented) return;
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (event.target.closest?.(TYPED_IN) || document.querySelector("dialog[open]")) return;
  if (event.repeat && event.key !== "j" && event.key !== "k") return;
  const act = Object.hasOwn(KEYS, event.key) ? KEYS[event.key] : null;
  if (act?.()) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-open-shortcuts]")) open();
  if (event.target.closest?.("[data-close-shortcuts]") || event.target === sheet) sheet.close();
});

// A button that does nothing without scripts is not there without them.
for (const button of document.querySelectorAll("[data-open-shortcuts]")) button.hidden = false;

function open() {
  if (!sheet) return false;
  document.querySelector(".sidebar:popover-open")?.hidePopover();
  sheet.showModal();
  return true;
}

function search() {
  const field = document.getElementById("find");
  const drawer = document.getElementById("sidebar");
  if (field && !field.checkVisibility()) drawer?.showPopover();
  field?.focus();
  return Boolean(field);
}

// The turn before or after the one at the top of the view; its question takes the focus.
function turn(step) {
  const scroller = document.getElementById("scroller");
  const turns = [...document.querySelectorAll(".turn")];
  if (!scroller || !turns.length) return false;
  const focused = turns.indexOf(document.activeElement?.closest?.(".turn"));
  const top = scroller.getBoundingClientRect().top + 8;
  const inView = turns.findLastIndex((each) => each.getBoundingClientRect().top <= top);
  const from = focused >= 0 ? focused : inView;
  const to = turns[Math.min(turns.length - 1, Math.max(0, from + step))];
  const question = to.querySelector(".question h2") ?? to;
  question.tabIndex = -1;
  question.focus({ preventScroll: true });
  to.scrollIntoView({ block: "start" });
  return true;
}

function latest() {
  const scroller = document.querySelector("#scroller[data-follow]");
  if (!scroller) return false;
  scroller.scrollTop = scroller.scrollHeight;
  scroller.focus({ preventScroll: true });
  return true;
}

// Closes the canvas, or opens the newest artifact in it.
function canvas() {
  const open = document.getElementById("canvas")?.hasChildNodes();
  return open ? click("[data-close-canvas]") : click(".artifact a");
}
