// The prompt picker: "/" in an empty composer (or the button) opens it; typing filters it; Escape
// gives back what was typed. The first {placeholder} of a prompt is selected, to be typed over.

const picker = document.getElementById("prompt-picker");
const field = document.getElementById("question");
if (picker && field) start();

function start() {
  const filter = document.getElementById("prompt-filter");
  const list = document.getElementById("prompt-list");
  const state = document.getElementById("prompt-state");
  let active = null;

  const shown = () => [...list.children].filter((option) => !option.hidden);

  document.addEventListener("input", (event) => {
    if (event.target === field && field.value === "/" && !event.isComposing) open("/");
    if (event.target === filter) show();
  });

  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.("[data-prompts]");
    if (opener && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      if (picker.hidden) open("");
      else close();
      return;
    }
    const option = event.target.closest?.("#prompt-list [role=option]");
    if (option) choose(option);
    else if (!picker.hidden && !picker.contains(event.target)) close({ focus: false });
  });

  filter.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    const options = shown();
    const at = options.indexOf(active);
    switch (event.key) {
      case "ArrowDown":
        activate(options[(at + 1) % options.length]);
        break;
      case "ArrowUp":
        activate(options.at(at <= 0 ? -1 : at - 1));
        break;
      case "Enter":
        if (active) choose(active);
        break;
      case "Escape":
        close();
        break;
      default:
        return;
    }
    event.preventDefault();
    event.stopPropagation();
  });

  picker.addEventListener("focusout", (event) => {
    const to = event.relatedTarget;
    if (to && !picker.contains(to) && !to.matches("[data-prompts]")) close({ focus: false });
  });

  if (field.value === "/" && document.activeElement === field) open("/"); // typed before this ran
  selectPlaceholder(); // the page came with a prompt in its composer

  async function open(typed) {
    picker.hidden = false;
    picker.dataset.typed = typed;
    filter.value = "";
    list.replaceChildren();
    say("loading");
    filter.focus();
    try {
      const answer = await fetch(picker.dataset.options, { headers: { Accept: "text/html" } });
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      list.replaceChildren(...page.body.children);
      show();
    } catch {
      say("failed");
    }
  }

  function show() {
    const words = filter.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    for (const option of list.children) {
      const text = `${option.textContent} ${option.dataset.text}`.toLocaleLowerCase();
      option.hidden = !words.every((word) => text.includes(word));
    }
    const options = shown();
    activate(options[0] ?? null);
    say(options.length ? "" : list.children.length ? "none" : "empty");
  }

  function activate(option) {
    active?.setAttribute("aria-selected", "false");
    active = option ?? null;
    active?.setAttribute("aria-selected", "true");
    active?.scrollIntoView({ block: "nearest" });
    if (active) filter.setAttribute("aria-activedescendant", active.id);
    else filter.removeAttribute("aria-activedescendant");
  }

  function choose(option) {
    fill(option.dataset.text);
    close({ typed: false });
    selectPlaceholder();
  }

  function close({ focus = true, typed = true } = {}) {
    if (picker.hidden) return;
    picker.hidden = true;
    // Nothing that was typed is lost: "/etc" may be the beginning of a question.
    if (typed && picker.dataset.typed && field.value === picker.dataset.typed) {
      fill(picker.dataset.typed + filter.value);
    }
    if (!focus) return;
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
  }

  function fill(text) {
    field.value = text;
    picker.dataset.typed = "";
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function say(what) {
    const words = what ? state.dataset[what] : "";
    state.textContent = words;
    state.hidden = !words;
  }
}

function selectPlaceholder() {
  const found =
    field.hasAttribute("data-prompt") || document.activeElement === field
      ? /\{[^{}\n]{1,60}\}/.exec(field.value)
      : null;
  if (!found) return;
  field.removeAttribute("data-prompt");
  field.focus();
  field.setSelectionRange(found.index, found.index + found[0].length);
}
