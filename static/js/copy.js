// Copy buttons: an answer (formatted, with its sources), an artifact (its source), a code block.

const SHOWN_MS = 1600;
const ANSWER_PARTS = ".part.analysis, .part.findings, .part.response";
const KEPT = ["href", "start", "value"];
const BLOCKS =
  "article, blockquote, div, dl, dt, dd, h1, h2, h3, h4, h5, h6, li, ol, p, pre, section, table, ul";

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  const copied = await write(contentFor(button));
  const { copied: done, notCopied } = document.body.dataset;
  feedback(button, copied ? done : notCopied);
});

function contentFor(button) {
  switch (button.dataset.copy) {
    case "artifact":
      return { text: document.querySelector(".copy-source").value };
    case "citation":
      return { text: button.dataset.citation };
    case "code":
      return { text: button.closest("pre").querySelector("code").textContent };
    default:
      return answer(button.closest(".turn"));
  }
}

function answer(turn) {
  const sheet = document.createElement("div");
  const parts = [...turn.querySelectorAll(ANSWER_PARTS)].filter((part) => part.checkVisibility());
  for (const part of parts) sheet.append(...cleaned(part).childNodes);
  if (parts.length === 1) sheet.querySelector("h3")?.remove(); // "Answer", over nothing else
  sheet.append(...sources(turn));
  return { html: sheet.innerHTML, text: plainText(sheet) };
}

function cleaned(part) {
  const copy = part.cloneNode(true);
  for (const chip of copy.querySelectorAll(".citation")) {
    chip.replaceWith(`[${chip.textContent.trim()}]`);
  }
  for (const extra of copy.querySelectorAll("button, figcaption, .visually-hidden")) extra.remove();
  for (const element of copy.querySelectorAll("*")) {
    for (const { name } of [...element.attributes]) {
      if (!KEPT.includes(name)) element.removeAttribute(name);
    }
  }
  return copy;
}

function sources(turn) {
  return [...turn.querySelectorAll(".part.sources li a")].map((link) => {
    const line = document.createElement("p");
    const number = link.querySelector(".number").textContent;
    line.append(`[${number}] ${link.querySelector(".name").textContent}, ${link.title}`);
    return line;
  });
}

// As one would type it: blocks apart, lists with their numbers, bullets and nesting.
function plainText(element, gap = "\n\n") {
  const blocks = [];
  let line = "";
  const endLine = () => {
    if (line.trim()) blocks.push(line.trim());
    line = "";
  };
  for (const child of element.childNodes) {
    if (!child.matches?.(BLOCKS)) {
      line += inline(child);
      continue;
    }
    endLine();
    const text = block(child);
    if (text) blocks.push(text);
  }
  endLine();
  return blocks.join(gap);
}

function block(element) {
  switch (element.localName) {
    case "ol":
    case "ul":
      return list(element);
    case "pre":
      return element.textContent.trimEnd();
    case "table":
      return [...element.rows]
        .map((row) => [...row.cells].map((cell) => plainText(cell, " ")).join("\t"))
        .join("\n");
    default:
      return plainText(element);
  }
}

function list(element) {
  let number = element.start;
  return [...element.children]
    .map((item) => {
      const text = plainText(item, "\n");
      if (/^[☐☑]/u.test(text)) return text;
      if (item.value) number = item.value;
      const mark = element.localName === "ol" ? `${number++}. ` : "- ";
      return mark + text.replaceAll("\n", `\n${" ".repeat(mark.length)}`);
    })
    .join("\n");
}

function inline(node) {
  if (node.nodeType === Node.TEXT_NODE) return node.data.replace(/\s+/g, " ");
  if (node.localName === "br") return "\n";
  const text = [...node.childNodes].map(inline).join("");
  return node.localName === "q" ? `“${text}”` : text;
}

async function write({ text, html }) {
  try {
    if (html && window.ClipboardItem) {
      await navigator.clipboard.write([
        new ClipboardItem({
          "text/plain": new Blob([text], { type: "text/plain" }),
          "text/html": new Blob([html], { type: "text/html" }),
        }),
      ]);
    } else {
      await navigator.clipboard.writeText(text);
    }
    return true;
  } catch {
    return writeTheOldWay(text);
  }
}

// Over plain HTTP on another machine browsers have no clipboard API.
function writeTheOldWay(text) {
  const focused = document.activeElement;
  const field = document.createElement("textarea");
  field.className = "copy-sheet";
  field.value = text;
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  focused?.focus();
  return copied;
}

function feedback(button, words) {
  button.dataset.label ??= button.textContent;
  button.textContent = words;
  document.dispatchEvent(new CustomEvent("oliver:announce", { detail: words }));
  setTimeout(() => {
    button.textContent = button.dataset.label;
  }, SHOWN_MS);
}

// Finished code blocks get their button when they arrive; an open one still changes.
function addCodeButtons(root) {
  for (const block of root.querySelectorAll?.(".final pre, .canvas-body pre, .sheet pre") ?? []) {
    if (block.querySelector("[data-copy]")) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "quiet copy-code";
    button.dataset.copy = "code";
    button.textContent = document.body.dataset.copyLabel;
    block.append(button);
  }
}

addCodeButtons(document);
document.addEventListener("htmx:after:settle", (event) => {
  const { target } = event;
  if (target.matches?.(".final, .canvas, .transcript")) addCodeButtons(target.parentElement);
});
