// Pages of turns: what is read stays where it is while earlier turns come in above it; and a link
// to a turn that is not on the page (`#turn-7`) opens the page around it.

const transcript = document.querySelector("#scroller[data-follow] > #transcript");
if (transcript) start();

function start() {
  let held = null;

  document.addEventListener("htmx:before:swap", (event) => {
    if (!event.detail.ctx.sourceElement?.closest?.(".earlier")) return;
    const turn = transcript.querySelector(".turn");
    held = turn && { turn, top: turn.getBoundingClientRect().top };
  });

  // Runs before the next frame is painted, so that nothing moves in between.
  new MutationObserver(() => {
    if (!held) return;
    transcript.parentElement.scrollTop += held.turn.getBoundingClientRect().top - held.top;
    held = null;
  }).observe(transcript, { childList: true });

  addEventListener("hashchange", openMissing);
  openMissing();
}

function openMissing() {
  const turn = /^#turn-(\d+)$/.exec(location.hash)?.[1];
  const isElsewhere = turn && transcript.querySelector(".earlier, .later");
  if (!isElsewhere || document.getElementById(`turn-${turn}`)) return;
  location.replace(`${location.pathname}?turn=${turn}${location.hash}`);
}
