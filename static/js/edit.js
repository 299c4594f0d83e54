// The form that edits a question: Escape leaves it, what is typed survives a reload and a sign-in,
// and errors that the server does not explain are said in its line. Its sentences are in the form.

const EXPLAINED = [401, 409, 422, 429];
const FIELD = "[data-edit-form] textarea";

document.addEventListener("keydown", (event) => {
  const field = event.target.closest?.(FIELD);
  if (!field || event.isComposing || event.keyCode === 229) return;
  if (event.key === "Escape") {
    event.preventDefault();
    field.form.querySelector("[data-cancel]").click();
  } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    field.form.requestSubmit();
  }
});

document.addEventListener("input", (event) => {
  const field = event.target.closest?.(FIELD);
  if (!field) return;
  say(field.form, "");
  keep(field.dataset.draft, field.value);
});

document.addEventListener("click", (event) => {
  const cancel = event.target.closest?.("[data-cancel]");
  const field = cancel?.closest("form")?.querySelector("textarea[data-draft]");
  if (field) keep(field.dataset.draft, "");
});

document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  if (!ctx.sourceElement?.matches?.("[data-edit-form]") || ctx.response?.status !== 200) return;
  keep(ctx.sourceElement.querySelector("textarea").dataset.draft, "");
});

document.addEventListener("htmx:response:error", (event) => {
  const { sourceElement: form, response } = event.detail.ctx;
  if (!form?.matches?.("[data-edit-form]") || EXPLAINED.includes(response.status)) return;
  say(form, response.status === 403 ? form.dataset.outdated : form.dataset.failed);
});

document.addEventListener("htmx:error", (event) => {
  const form = event.detail.ctx?.sourceElement;
  if (form?.matches?.("[data-edit-form]")) say(form, form.dataset.unreachable);
});

// The form came in the question's place, or the question came back: the focus goes along.
document.addEventListener("htmx:after:settle", (event) => {
  const place = event.target;
  if (!place.matches?.(".question")) return;
  const field = place.querySelector("textarea[data-draft]");
  if (field) open(field);
  else if (document.activeElement === document.body) place.querySelector("[data-edit]")?.focus();
});

function open(field) {
  const draft = kept(field.dataset.draft);
  if (draft) field.value = draft;
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
}

function say(form, sentence) {
  const line = form.querySelector("[role=alert]");
  if (line.textContent !== sentence) line.textContent = sentence;
}

function kept(key) {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

function keep(key, text) {
  try {
    if (text) sessionStorage.setItem(key, text);
    else sessionStorage.removeItem(key);
  } catch {
    // Full or forbidden: a draft is a comfort, not a promise.
  }
}
