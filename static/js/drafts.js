// A question that is being written survives a reload: kept in sessionStorage, one for each page.

const key = () => `draft:${location.pathname}`;
const field = () => document.getElementById("question");

document.addEventListener("input", (event) => {
  if (event.target === field()) keep(event.target.value);
});

document.addEventListener("oliver:sent", (event) => keep(event.target.value));

restore(field());

function restore(open) {
  if (!open || open.value) return; // the server filled it: a refused question, an example
  try {
    open.value = sessionStorage.getItem(key()) ?? "";
  } catch {
    return;
  }
  open.setSelectionRange(open.value.length, open.value.length);
}

function keep(text) {
  try {
    if (text) sessionStorage.setItem(key(), text);
    else sessionStorage.removeItem(key());
  } catch {
    // Full or forbidden: a draft is a comfort, not a promise.
  }
}
