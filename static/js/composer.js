// The composer: its keys, what happens after sending, errors that no server sentence explains.
// The form works without this file; htmx sends it and puts 409, 422 and 429 into the error line.

const touch = matchMedia("(pointer: coarse)");
const EXPLAINED = [401, 409, 422, 429]; // the answer itself says what to do

const composer = () => document.getElementById("composer");
let refusal; // the status of the last one

document.addEventListener("keydown", (event) => {
  const field = event.target.closest?.("#composer textarea");
  if (!field || event.key !== "Enter" || event.shiftKey || event.altKey) return;
  // 229: Safari ends a composition before the Enter that ended it arrives.
  if (event.isComposing || event.keyCode === 229) return;
  if (touch.matches && !event.ctrlKey && !event.metaKey) return;
  event.preventDefault();
  field.form.requestSubmit();
});

// Whoever has just asked is still in the field. An open canvas has the first Escape.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing || event.keyCode === 229) return;
  if (event.defaultPrevented || !event.target.closest?.("#composer textarea")) return;
  if (document.getElementById("canvas")?.hasChildNodes()) return;
  const stops = [...document.querySelectorAll("[data-stop]")].filter((e) => e.checkVisibility());
  stops.at(-1)?.click();
});

document.addEventListener("input", (event) => {
  const field = event.target.closest?.("#composer textarea");
  if (!field) return;
  showError("");
  fitWhereCssCannot(field);
});

document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  if (ctx.sourceElement !== composer() || ctx.response.status !== 200) return;
  const field = ctx.sourceElement.elements.question;
  const sent = ctx.request.body.get("question");
  // What was typed while the question was on its way is the next question: keep it.
  if (unixLines(field.value) === unixLines(sent)) field.value = "";
  showError("");
  fitWhereCssCannot(field);
  field.dispatchEvent(new CustomEvent("oliver:sent", { bubbles: true }));
  if (!touch.matches) field.focus({ preventScroll: true });
});

// Refused because an answer was being written: that is over when it has ended.
document.addEventListener("htmx:sse:close", () => {
  if (refusal === 409) showError("");
});

document.addEventListener("htmx:response:error", (event) => {
  const { ctx } = event.detail;
  if (!isAction(ctx.sourceElement)) return;
  refusal = ctx.response.status;
  if (EXPLAINED.includes(refusal)) return;
  showError(
    explained(ctx) ??
      (ctx.response.status === 403 ? sentences().sayOutOfDate : sentences().sayBroken),
  );
});

document.addEventListener("htmx:error", (event) => {
  if (isAction(event.detail.ctx?.sourceElement)) {
    showError(sentences().sayUnreachable);
  }
});

document.addEventListener("click", (event) => {
  const example = event.target.closest?.("a[data-example]");
  const form = composer();
  if (!example || !form || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const field = form.elements.question;
  field.value = example.dataset.question;
  form.elements.analysis_type.value = example.dataset.example;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
});

// On a phone the keyboard would cover the page that has just opened.
if (!touch.matches) composer()?.querySelector("[data-focus]")?.focus();

// Too large, or nothing can be stored: the server says it in one plain sentence. A proxy sends pages.
function explained(ctx) {
  const plain = ctx.response.headers.get("content-type")?.startsWith("text/plain");
  return plain && [413, 503].includes(ctx.response.status) ? ctx.text : undefined;
}

function isAction(element) {
  return (
    element?.matches?.(
      "#composer, [data-retry], [data-stop], [data-edit], [data-thumb], [data-feedback-form]",
    ) ?? false
  );
}

// Translated, on the line that shows them.
function sentences() {
  return document.getElementById("composer-error")?.dataset ?? {};
}

function showError(sentence) {
  const line = document.getElementById("composer-error");
  if (line && line.textContent !== sentence) line.textContent = sentence;
}

function unixLines(text) {
  return (text ?? "").replaceAll("\r\n", "\n");
}

function fitWhereCssCannot(field) {
  if (CSS.supports("field-sizing", "content")) return;
  field.rows = Math.min(14, Math.max(2, field.value.split("\n").length));
}
