// The view follows the end of the transcript while the reader is there, and only then.
// Scrolling up releases it at once; coming back to within 48 px, or "Latest", holds it again.

const NEAR_PX = 48;

const scroller = document.querySelector("#scroller[data-follow]");
const latest = document.querySelector("[data-latest]");
if (scroller) start();

function start() {
  let follows = true;
  let last = { top: scroller.scrollTop, height: scroller.scrollHeight };

  const distance = () => scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop;
  // Later turns are still to come: the end of what is here is not the end.
  const hasGap = () => scroller.querySelector(".later") !== null;
  const isNear = () => distance() <= NEAR_PX && !hasGap();
  const toEnd = () => {
    scroller.scrollTop = scroller.scrollHeight;
    // Now, not with its event: a reader who scrolls before that has moved up from here.
    last = { top: scroller.scrollTop, height: scroller.scrollHeight };
  };
  const set = (value) => {
    follows = value;
    if (latest) latest.hidden = value || isNear();
  };

  // Content that became shorter also moves the view up: that is not the reader.
  const hasMovedUp = () =>
    scroller.scrollTop < last.top - 1 && scroller.scrollHeight >= last.height;

  scroller.addEventListener(
    "scroll",
    () => {
      const movedUp = hasMovedUp();
      last = { top: scroller.scrollTop, height: scroller.scrollHeight };
      if (movedUp) set(false);
      else if (isNear()) set(true);
      else if (!follows) set(false);
    },
    { passive: true },
  );

  new ResizeObserver(() => {
    if (follows) toEnd();
    else set(false);
  }).observe(document.getElementById("transcript"));
  new ResizeObserver(() => follows && toEnd()).observe(scroller);

  // Before the message's frame: a view that moves in it is told of by a second frame of its own.
  document.addEventListener("htmx:sse:after:message", () => {
    if (follows && !hasMovedUp()) toEnd();
  });

  latest?.addEventListener("click", () => {
    if (hasGap()) {
      location.assign(location.pathname);
      return;
    }
    set(true);
    toEnd();
    document.getElementById("question")?.focus({ preventScroll: true });
  });

  // A question of one's own is always shown, wherever one was reading.
  document.addEventListener("htmx:after:request", (event) => {
    const { ctx } = event.detail;
    const asks = ctx.sourceElement?.matches?.("#composer, [data-retry], [data-edit-form]");
    if (asks && ctx.response?.status === 200) set(true);
  });

  // Opened again: the last question with the beginning of its answer, not the end of it. The turn is
  // at least as high as the view (turn.css), so the end of a short one shows its question, too.
  const showQuestion = () => {
    [...scroller.querySelectorAll(".turn")].at(-1)?.scrollIntoView();
    set(isNear());
  };

  if (location.hash.length > 1) set(isNear());
  else if (scroller.querySelector(".turn > .live")) toEnd();
  else showQuestion();
}
